"""Announcements: written to customers once, read in the portal and by mail, and never changed."""
