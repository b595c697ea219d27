"""The API: the desk's verbs and what people may see, for programs, under /api/v1/."""
