"""Teams: several mentors for one student, groups of one lead with externals, growth groups, peer mentors; as data."""
