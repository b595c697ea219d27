"""Ways in: each takes what arrived, finds out who and what it is, and hands it to the desk."""
