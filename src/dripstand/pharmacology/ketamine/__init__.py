"""Published models of ketamine in adults, one a file."""
