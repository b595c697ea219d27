"""Standard answers and their variables."""
