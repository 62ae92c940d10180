"""The flow engine: a problem as a network, its prices, its parts."""
