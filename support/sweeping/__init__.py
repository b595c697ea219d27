"""What all sweeps need: one at a time, and how far each has heard."""
