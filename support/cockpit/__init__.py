"""The first page of leads and managers: whether it is a good day, and where it goes wrong."""
