"""The rooms of the window, a module each: what a page shows, and what is done there."""
