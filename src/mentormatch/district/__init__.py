"""Several schools as one problem: what links them, one market of all of them, and each school's part of the answer."""
