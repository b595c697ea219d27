"""What people do: the verbs, and every face of the desk."""
