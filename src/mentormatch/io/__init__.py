"""Files to rosters and results to files."""
