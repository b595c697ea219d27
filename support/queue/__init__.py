"""Which tickets there are, by the deadline that presses most: filters, views, rows."""
