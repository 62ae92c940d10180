"""Several mentors for one student, a role each: from a school to tables."""
