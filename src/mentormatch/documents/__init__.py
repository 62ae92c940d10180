"""Documents: a school that comes in and a result that goes out, as typed JSON with a format and a version."""
