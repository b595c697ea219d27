"""Werkdag as an app: what a browser needs to install the desk or the portal, and without a line."""
