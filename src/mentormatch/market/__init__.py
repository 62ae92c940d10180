"""A market in arrays: the only place where an id becomes an index."""
