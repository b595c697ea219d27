"""What somebody keeps for themselves, for their team, or for everybody."""
