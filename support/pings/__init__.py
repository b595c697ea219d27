"""The addresses that jobs call: backups, and heartbeats of services."""
