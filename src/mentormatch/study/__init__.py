"""For researchers: generated schools and markets, metrics, and experiments over many of them."""
