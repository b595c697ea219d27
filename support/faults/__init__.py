"""What is wrong with a machine, and not with what was asked."""
