"""What the live screens show: pure functions from chart, readings and template to words, numbers and marks."""
