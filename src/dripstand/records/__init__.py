"""The session note and its plots: what a colleague, an insurer or a court reads."""
