"""Plain pages that show the product; they use the public HTTP API only."""
