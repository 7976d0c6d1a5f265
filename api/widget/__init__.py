"""The widget that clients put on their websites: a loader for their pages, and its own frame."""
