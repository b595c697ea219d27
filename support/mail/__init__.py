"""Mail as rows: what came in, what goes out, and the one sender."""
