"""News going out: mail and alerts."""
