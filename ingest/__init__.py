"""Turns a folder of client documents into articles and passages; it never answers questions."""
