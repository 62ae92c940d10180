"""From preferences to a matching: compositions of solvers."""
