"""A term's events on pairings: requests, hand-overs, new classes."""
