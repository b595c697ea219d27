"""The widget that stands in customers' own pages."""
