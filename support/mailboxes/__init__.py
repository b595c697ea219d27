"""Mailboxes over IMAP: read, tried out, and how they fare."""
