"""The independent checker: reads a problem and a matching, never a solver."""
