"""Stores each client's articles as versioned, searchable passages; it answers nothing."""
