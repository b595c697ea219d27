"""Organisations and contacts as tables: out to a file, in from one."""
