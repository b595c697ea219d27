"""Checks of services: asked by the worker, noted, and what they mean for outages."""
