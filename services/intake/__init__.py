"""What departments hand in: inbox, receipts, the register of claims, waivers, plans, templates."""
