"""What must not be read: sealed at rest, and not to be guessed at in the admin."""
