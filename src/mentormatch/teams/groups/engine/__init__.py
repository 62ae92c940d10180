"""The engine of groups: tight linear programs for students, then externals over all their optima."""
