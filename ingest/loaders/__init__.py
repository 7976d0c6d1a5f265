"""Reads files of every supported format into one form; it does not judge their metadata."""

from ingest.loaders.isolation import load_files
from ingest.loaders.loading import load_file

__all__ = ["load_file", "load_files"]
