"""Generators of the binary demo documents (PDF, Word and Excel), one module a client."""
