"""What a home keeps of itself: the audit log, backups, rebuilding, and the doctor."""
