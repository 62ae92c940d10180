"""The validated world of a school: students, mentors, preferences, pairings."""
