"""What stands still in the house, for /health and for the banner."""
