"""Releases and sprints: what must be in them, what is planned into them, and what is live."""
