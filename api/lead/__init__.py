"""The lead's page: figures of the desk with charts, drawn on the server."""
