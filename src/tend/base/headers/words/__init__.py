"""Plain names of columns by language: a module each, concept → names divided by " | ".

Spaces, case, accents and punctuation do not matter (see `keys`), so each name stands once.
"""
