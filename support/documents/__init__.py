"""Files that are made here: spreadsheets and PDF."""
