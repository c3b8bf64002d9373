"""The fictitious clinic: made through the product's own services, and served on simulated devices."""
