"""The pages of accounts and leads: the list with its cadence lines, and the page on which everything stands."""
