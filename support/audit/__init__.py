"""The house's own log: who changed what, who took something out, who came in."""
