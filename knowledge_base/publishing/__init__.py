"""Builds the indexes of a knowledge version and makes it the one that answers."""
