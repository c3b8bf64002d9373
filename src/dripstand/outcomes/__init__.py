"""Rating scales and what they say: scores, response, what is due, what may not wait, and the forecast."""
