"""One module a sheet: from a table to the entities on it, with everything found on the way."""
