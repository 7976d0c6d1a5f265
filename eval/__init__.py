"""Measures the assistant on labelled cases, over exactly the path that answers customers."""
