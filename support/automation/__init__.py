"""Macros and triggers: several verbs at once, by a person or by themselves."""
