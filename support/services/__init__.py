"""What is provided: its months, its outages and credits, for agents, managers and customers."""
