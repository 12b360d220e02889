"""Says what the columns of a file are: by their names in many languages and systems, and by their content."""
