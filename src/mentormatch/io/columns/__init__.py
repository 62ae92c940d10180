"""The sheets that we know, one a file, and their columns: what reading, writing, the template and its notes share."""
