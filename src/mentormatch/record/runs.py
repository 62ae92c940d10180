"""A run: one command on a record on a day, with an id that no other run of the record has."""

from datetime import date

from mentormatch.roster.roster import Roster
from mentormatch.roster.run import Run
from mentormatch.version import __version__


def new_run(
    roster: Roster,
    on: date,
    command: str,
    *,
    mechanism: str | None = None,
    seed: int = 0,
    rules_sha256: str | None = None,
) -> Run:
    """Return the run of a command, numbered within its day: the same record and day give the same id.

    Parameters
    ----------
    roster : Roster
        With the runs so far.
    on : date
    command : str
    mechanism, seed, rules_sha256
        As in `Run`.

    Examples
    --------
    >>> from datetime import date
    >>> new_run(Roster(), date(2024, 11, 11), "solve").run_id
    '20241111-1'
    """
    taken = {run.run_id for run in roster.runs}
    taken |= {name for row in roster.pairings for name in (row.run, row.end_run) if name is not None}
    number = next(n for n in range(1, len(taken) + 2) if f"{on:%Y%m%d}-{n}" not in taken)
    return Run(
        run_id=f"{on:%Y%m%d}-{number}",
        day=on,
        command=command,
        mechanism=mechanism,
        seed=seed,
        rules_sha256=rules_sha256,
        school_sha256=roster.fingerprint,
        version=__version__,
    )
