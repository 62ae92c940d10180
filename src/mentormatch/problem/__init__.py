"""A market with rules and stages, and what comes out of it."""
