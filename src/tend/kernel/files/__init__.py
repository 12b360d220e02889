"""Files that people keep in Tend: each content once, under its checksum, with its text for the search."""
