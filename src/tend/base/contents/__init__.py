"""What is inside a file that somebody brings: its type from its bytes, its text, and a picture of its first page."""
