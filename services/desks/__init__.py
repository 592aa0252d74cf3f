"""Papers written into a home: collection, reminders, the year's packs, internal pages."""
