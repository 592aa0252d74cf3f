"""Lists of claims: what their lines are, what the lines add up to, and how a list is read."""
