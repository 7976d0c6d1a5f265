"""Decides what to reply to a customer and composes it from the client's own knowledge."""
