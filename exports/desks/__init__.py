"""Papers for the staff: bulletin, conference packs, printed forms, who has not handed in."""
