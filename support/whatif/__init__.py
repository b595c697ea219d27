"""Another agreement over the tickets of the past."""
