"""vCards (2.1, 3.0 and 4.0) as plain values: read as phones, mail programs and online books write them, and written."""
