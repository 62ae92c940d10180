"""The exit codes of the command line: a contract."""

SOLVED = 0
INTERNAL_ERROR = 1
REFUSED = 2
INFEASIBLE = 3
NO_MATCHING_IN_TIME = 4
INTERRUPTED = 130
