"""The stages of the lexicographic objective: one a file."""
