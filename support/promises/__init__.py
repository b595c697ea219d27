"""The pages about the promises themselves."""
