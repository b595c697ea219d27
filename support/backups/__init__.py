"""Backups of services: their incident, pages, and a customer's own."""
