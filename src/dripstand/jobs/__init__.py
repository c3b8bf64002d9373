"""What is to be done later or beside a request: one durable table that `serve` works off."""
