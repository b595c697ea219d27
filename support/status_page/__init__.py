"""The status page: how services are, for everybody and for customers, and its letters."""
