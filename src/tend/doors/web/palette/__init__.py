"""Search and do from anywhere: the palette while one types, its page without scripts, and what is asked before a verb runs."""
