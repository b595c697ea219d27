"""What customers thought of it: the page that their letter leads to, and what all of them said."""
