"""Pages that every record type has, derived from its declaration; handmade pages claim their place over them."""
