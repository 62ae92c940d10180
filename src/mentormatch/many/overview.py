"""All schools together: what adds up over their summaries."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from mentormatch.io.files.atomic import atomic_path
from mentormatch.many.outcome import STATUSES, SchoolOutcome
from mentormatch.many.solve_many import ManyResult
from mentormatch.version import __version__

_SUMS = ("students", "placed", "unplaced", "retained", "changed", "blocking_pairs", "justified_blocking_pairs")
_A_SCHOOL = (*_SUMS, "mechanism", "engine", "rank_profile", "load", "stages", "violations", "input_sha256")


def overview(result: ManyResult) -> dict[str, Any]:
    """Return the numbers of all schools together, and those of each.

    Returns
    -------
    dict
        ``schools`` (how many of each status), the sums of the counts in SUMMARY.json over the schools that are solved,
        ``rank_profile``, ``load`` (fewest and most students of a mentor), ``clusters`` (schools that are linked, and
        whether they have a joint optimum or a split), ``outcomes`` (one entry for each school, by name), ``version``.
        Nothing in it depends on how long the run took or how often it was stopped.
    """
    solved = [outcome.summary for outcome in result.outcomes if outcome.is_solved]
    statuses = Counter(outcome.status for outcome in result.outcomes)
    ranks: Counter[str] = Counter()
    for summary in solved:
        ranks.update(summary["rank_profile"])
    loads = [summary["load"] for summary in solved if summary["load"]]
    chosen = sorted((rank for rank in ranks if rank != "placed"), key=int)
    return {
        "schools": {"all": len(result.outcomes), **{status: statuses[status] for status in STATUSES}},
        **{name: sum(summary[name] for summary in solved) for name in _SUMS},
        "rank_profile": {rank: ranks[rank] for rank in [*chosen, "placed"]},
        "load": {
            "min": min((load["min"] for load in loads), default=0),
            "max": max((load["max"] for load in loads), default=0),
        },
        "clusters": _clusters(result),
        "outcomes": [_outcome(outcome) for outcome in result.outcomes],
        "version": __version__,
    }


def write_overview(result: ManyResult, path: Path) -> None:
    """Write the overview as JSON, whole or not at all.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    with atomic_path(path) as temp:
        temp.write_text(json.dumps(overview(result), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _clusters(result: ManyResult) -> list[dict[str, Any]]:
    """Return how schools that are linked were solved, each cluster once."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for outcome in result.outcomes:
        if outcome.coupling:
            found.setdefault(tuple(outcome.coupling["schools"]), outcome.coupling)
    return list(found.values())


def _outcome(outcome: SchoolOutcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "status": outcome.status,
        **{name: outcome.summary[name] for name in _A_SCHOOL if name in outcome.summary},
        "warnings": outcome.warnings,
        "errors": outcome.errors,
        "message": outcome.message,
        "coupling": outcome.coupling.get("mode", "alone"),
        "files": sorted(outcome.files),
    }
