"""What somebody is writing, kept, held back ten seconds, then sent once."""
