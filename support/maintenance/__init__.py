"""Maintenance: announced, kept, and told to whom it concerns."""
