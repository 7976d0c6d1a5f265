"""Programs for developers; no package of the product."""
