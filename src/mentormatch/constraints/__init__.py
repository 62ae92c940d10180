"""The rules: one a file, and an explicit tuple of them."""
