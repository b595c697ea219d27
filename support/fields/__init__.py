"""Where leads make fields: what is asked with a report, of whom, and how that looks to them."""
