"""What was agreed, for customers and managers: editions, what they say, their announcement."""
