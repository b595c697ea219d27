"""Working days: years, closed days, and the calculator."""
