"""The demonstration: some weeks at the desk, told by its verbs."""
