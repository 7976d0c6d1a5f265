"""The assistant's ports on SQL and on the knowledge base."""
