"""Many schools: each solved apart, kept as soon as it is done, told in one summary and one report."""
