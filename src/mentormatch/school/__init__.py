"""A roster as a market: candidate pairs, published priorities, attributes."""
