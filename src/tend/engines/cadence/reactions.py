"""What the cycle answers to each event, for the whole batch at once (the table "What happens when")."""
