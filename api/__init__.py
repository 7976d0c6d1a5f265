"""The product's outer surface: HTTP routes, plain pages and the `assist` command."""
