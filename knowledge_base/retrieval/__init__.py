"""Finds a client's passages for a question: analysis of terms, fusion of rankings; no storage."""
