"""Facts: what happened."""
