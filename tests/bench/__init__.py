"""The speed table: the promised operations over the whole stack, each beside the same question in raw SQL."""
