"""What characteristics ask and become: conditions, required values, groups, other types. Their table and trait are in `traits`."""
