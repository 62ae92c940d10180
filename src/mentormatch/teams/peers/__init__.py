"""Peer mentors: older students for younger ones, from a school to tables."""
