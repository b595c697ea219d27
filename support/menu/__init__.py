"""The way to every page of the desk: its entries in groups, and finding them by their words."""
