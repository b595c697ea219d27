"""What every form of the house needs: sent once, tried again, files, numbers."""
