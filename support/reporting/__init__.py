"""A report by form: what it asks, who may send how many, and the one way it is taken in."""
