"""The search engine: a problem as a CP-SAT model."""
