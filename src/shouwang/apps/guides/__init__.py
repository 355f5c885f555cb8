"""Guides for residents, kept as reviewed text files."""
