"""The use cases: each reads top to bottom and leaves the rules to the domain."""
