"""The monthly report of a customer: made, approved, issued for good, mailed and shown."""
