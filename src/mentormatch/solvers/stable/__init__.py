"""Engines of stable and popular matchings."""
