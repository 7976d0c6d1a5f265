"""The JSON that goes in and out over HTTP."""
