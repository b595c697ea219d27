"""Reports that people get by mail, day after day, week after week or month after month."""
