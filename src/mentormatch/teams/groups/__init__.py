"""Groups of one in-school lead, external mentors and students: from a school to tables."""
