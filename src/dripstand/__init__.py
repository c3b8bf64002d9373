"""Dripstand: charting, observation and follow-up of ketamine infusions in a clinic."""

__version__ = "0.1.0"
