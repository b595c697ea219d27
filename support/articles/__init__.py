"""The articles of the help centre, as rows: what `support.access` says who may read."""
