"""Handmade pages of documents: bringing, looking, keeping versions, and the section on other records' pages."""
