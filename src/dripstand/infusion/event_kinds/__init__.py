"""The payloads of the log by part of the treatment; ``events.py`` names them all."""
