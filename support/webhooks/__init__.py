"""Webhooks out: what happened, told to other programs in signed requests."""
