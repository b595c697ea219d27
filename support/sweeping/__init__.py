"""What all sweeps need: one at a time, how far each has heard, what is sent until it is there."""
