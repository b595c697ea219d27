"""What is asked with a report: rules about fields, and the one place that decides by them."""
