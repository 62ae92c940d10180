"""Formats of research instances, and frames."""
