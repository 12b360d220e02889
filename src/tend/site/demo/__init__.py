"""The sample company: invented firms and people of seven countries, entered by the same verbs that everybody uses."""
