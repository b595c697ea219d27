"""Outages at the desk: how they begin, which ticket they are dealt with on, claims and answers."""
