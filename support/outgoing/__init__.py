"""The one gate for requests to other machines."""
