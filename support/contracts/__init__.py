"""Contracts: what their contacts are told of rates and credits, and how they are kept."""
