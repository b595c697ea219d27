"""Push: browsers that asked for it, and messages sealed for them."""
