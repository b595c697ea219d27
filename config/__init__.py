"""Wiring: settings, addresses, processes. Imports everything, is imported by nothing of ours.

Nothing is imported here: what only holds a port or starts a program stays small. The Celery
application is made in config.apps, before any task is read.
"""
