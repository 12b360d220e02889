"""The pages of contacts: the shared pool of people, and each person with the companies where she works or worked."""
