"""Matches students with growth mentors: min-cost flow, deferred acceptance and CP-SAT behind one typed API.

From a school's workbook to a verified matching::

    import datetime
    import mentormatch as mm

    roster = mm.read_roster("school.xlsx")
    result = mm.match(roster, on=datetime.date(2024, 11, 11))
    print(result)

From dictionaries of preferences::

    market = mm.Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee"]}, {"Lee": ["Bo", "Ann"]})
    print(mm.match(market))

From rules and stages of your own::

    from mentormatch.constraints import Quotas, WeakStability
    from mentormatch.objectives import PlacedStudents

    problem = mm.Problem(market, [Quotas(), WeakStability()], [PlacedStudents()])
    print(mm.solve(problem))

Every result is checked by an independent checker before it is returned, and says of each stage what was proven.
"""

from typing import TYPE_CHECKING, Any

from mentormatch.version import __version__

if TYPE_CHECKING:
    from mentormatch import concepts, constraints, mechanisms, objectives, study, testing
    from mentormatch.base.errors import (
        DataRefusedError,
        FileError,
        InputError,
        InternalError,
        MarketError,
        MentorMatchError,
        NoMatchingError,
        RulesError,
        UnsupportedError,
    )
    from mentormatch.documents.open_school import read_roster
    from mentormatch.documents.result_document import ResultDocument
    from mentormatch.documents.school_document import SchoolDocument
    from mentormatch.io.instances.glasgow import read_glasgow, write_glasgow
    from mentormatch.io.program_tables import roster_from_tables
    from mentormatch.market.market import Market
    from mentormatch.market.matching import Matching
    from mentormatch.matchmaking import build_problem, match, rematch
    from mentormatch.mechanisms.solving import solve
    from mentormatch.problem.problem import Problem
    from mentormatch.problem.result import Result, Status
    from mentormatch.roster.roster import Roster
    from mentormatch.rules.rules_file import Rules, read_rules

_HOME = {
    "DataRefusedError": "base.errors",
    "FileError": "base.errors",
    "InputError": "base.errors",
    "InternalError": "base.errors",
    "Market": "market.market",
    "MarketError": "base.errors",
    "Matching": "market.matching",
    "MentorMatchError": "base.errors",
    "NoMatchingError": "base.errors",
    "Problem": "problem.problem",
    "Result": "problem.result",
    "ResultDocument": "documents.result_document",
    "Roster": "roster.roster",
    "Rules": "rules.rules_file",
    "RulesError": "base.errors",
    "SchoolDocument": "documents.school_document",
    "Status": "problem.result",
    "UnsupportedError": "base.errors",
    "build_problem": "matchmaking",
    "match": "matchmaking",
    "read_glasgow": "io.instances.glasgow",
    "read_roster": "documents.open_school",
    "read_rules": "rules.rules_file",
    "rematch": "matchmaking",
    "roster_from_tables": "io.program_tables",
    "solve": "mechanisms.solving",
    "write_glasgow": "io.instances.glasgow",
}

_MODULES = ("concepts", "constraints", "mechanisms", "objectives", "study", "testing")

__all__ = [
    "DataRefusedError",
    "FileError",
    "InputError",
    "InternalError",
    "Market",
    "MarketError",
    "Matching",
    "MentorMatchError",
    "NoMatchingError",
    "Problem",
    "Result",
    "ResultDocument",
    "Roster",
    "Rules",
    "RulesError",
    "SchoolDocument",
    "Status",
    "UnsupportedError",
    "__version__",
    "build_problem",
    "concepts",
    "constraints",
    "match",
    "mechanisms",
    "objectives",
    "read_glasgow",
    "read_roster",
    "read_rules",
    "rematch",
    "roster_from_tables",
    "solve",
    "study",
    "testing",
    "write_glasgow",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: the command line's help needs none of them."""
    if name not in _HOME and name not in _MODULES:
        raise AttributeError(f"module 'mentormatch' has no attribute '{name}'")
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"mentormatch.{name}")
    value = getattr(import_module(f"mentormatch.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
