"""Whole stories, told in a real browser to a real server."""
