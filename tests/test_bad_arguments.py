"""Arguments that make no sense get an error of ours that says what was given and what belongs there."""

from collections.abc import Callable
from typing import Any

import pytest

import mentormatch as mm
from mentormatch.concepts import kiraly, stable_with_couples, stable_with_topics
from mentormatch.constraints import Quotas
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.io.instances.glasgow_projects import ProjectsInstance
from mentormatch.objectives import PlacedStudents

MARKET = mm.Market.from_preferences({"a": ["x"], "b": ["x"]})
PROBLEM = mm.Problem(MARKET, [Quotas()], [PlacedStudents()])

REFUSED: dict[str, tuple[Callable[[Any], object], list[Any], type[mm.MentorMatchError], str]] = {
    "seed": (
        lambda seed: mm.match(MARKET, seed=seed),
        [-1, "x", 1.0, True, None, 2**31],
        mm.InputError,
        "'seed' must be",
    ),
    "limit": (
        lambda limit: mm.solve(PROBLEM, time_limit=limit),
        [-1, "60", float("nan"), True],
        mm.InputError,
        "'time_limit' must be",
    ),
    "source of match": (mm.match, [5, None, {"a": ["x"]}], mm.InputError, "A Roster, a Market or a Problem"),
    "source of solve": (mm.solve, [MARKET, None], mm.InputError, "A Problem is solved"),
    "market": (lambda market: mm.Problem(market), [None, {"a": ["x"]}], mm.InputError, "must hold Market"),
    "constraints": (lambda rule: mm.Problem(MARKET, [rule]), ["quotas", None, PlacedStudents()], mm.InputError, "must"),
    "stages": (lambda stage: mm.Problem(MARKET, [], [stage]), ["coverage", Quotas()], mm.InputError, "must hold Stage"),
    "quotas": (
        lambda quotas: mm.Market.from_preferences({"a": ["x"]}, quotas=quotas),
        [1.5, "2", True, (1, 2, 3), (0, 1.5), {"x": None}],
        mm.MarketError,
        "The quota of the mentor 'x' must be a whole number or a pair",
    ),
    "students": (mm.Market.from_preferences, [["x"], None, 5], mm.MarketError, "must be a mapping of ids to lists"),
    "a list": (
        lambda tiers: mm.Market.from_preferences({"a": tiers}),
        ["x", {"x", "y"}, {"x": 1}, 5],
        mm.MarketError,
        "must be a list of ids, best first",
    ),
    "an id": (
        lambda item: mm.Market.from_preferences({"a": ["x", item]}),
        [None, float("nan"), [["y"]], {"y": 1}],
        mm.MarketError,
        "which is no id",
    ),
    "a couple": (
        lambda couple: CouplesInstance.from_preferences({}, {couple: [("x", "y")]}),
        ["ab", ("a",), ("a", "b", "c")],
        mm.MarketError,
        "A tuple of two students",
    ),
    "a joint choice": (
        lambda choice: CouplesInstance.from_preferences({}, {("a", "b"): [choice]}),
        ["xy", ("x",), None],
        mm.MarketError,
        "A tuple of two mentors",
    ),
    "a topic": (
        lambda topic: ProjectsInstance.from_preferences({"a": ["t"]}, {"t": topic}, {"Lee": (1, ["a"])}),
        ["Lee", ("Lee",), 1],
        mm.MarketError,
        "A tuple .supervisor, seats.",
    ),
    "topics": (
        lambda topics: ProjectsInstance.from_preferences({"a": ["t"]}, topics, {"Lee": (1, ["a"])}),
        [{}, {"u": ("Lee", 1)}],
        mm.MarketError,
        "which no supervisor offers",
    ),
    "couples": (stable_with_couples, [MARKET, {}], mm.InputError, "takes a CouplesInstance"),
    "projects": (stable_with_topics, [MARKET, None], mm.InputError, "takes a ProjectsInstance"),
    "kiraly": (kiraly, [{"a": ["x"]}, None], mm.InputError, "takes a Market"),
    "a tie": (lambda tie: mm.Market.from_preferences({"a": [tie]}), [[], set()], mm.MarketError, "an empty tie"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_nonsense_is_refused_with_what_was_given(name: str) -> None:
    call, given, error, message = REFUSED[name]
    for value in given:
        with pytest.raises(error, match=message) as caught:
            call(value)
        assert caught.value.text.zh


def test_a_file_name_where_a_school_belongs_gets_the_call_that_was_meant() -> None:
    with pytest.raises(mm.InputError, match=r"Maybe you meant match\(read_roster\('school.xlsx'\)\)"):
        mm.match("school.xlsx")  # type: ignore[arg-type]


def test_a_rule_that_is_not_made_yet_gets_its_brackets() -> None:
    with pytest.raises(mm.InputError, match=r"Maybe you meant Quotas\(\)"):
        mm.Problem(MARKET, [Quotas])  # type: ignore[list-item]
