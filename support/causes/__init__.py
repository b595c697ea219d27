"""Why promises were missed: the list of the house, and what was said of each."""
