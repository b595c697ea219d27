"""Where managers change a brand's face and the texts of its letters, and see them before others."""
