"""The agents' console in the browser; it speaks the public HTTP API."""
