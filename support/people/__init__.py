"""Colleagues: their accounts in the admin, and what happens when somebody leaves."""
