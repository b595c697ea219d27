"""The bell: who hears of what, when they may be disturbed with it, and their mail."""
