"""Clients, keys, turns and jobs in SQL, and the migrations of the whole database."""
