"""Who may use the window: people, and the posts that they hold."""
