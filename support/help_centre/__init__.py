"""The help centre: articles that answer before anybody asks."""
