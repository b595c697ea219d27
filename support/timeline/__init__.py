"""The conversation and the history of a ticket as one line of time."""
