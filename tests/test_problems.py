"""Every kind of problem from dictionaries, from arrays and from files: one market, one answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mentormatch import concepts
from mentormatch.base.errors import MarketError
from mentormatch.constraints import Quotas, TypeQuotas, WeakStability
from mentormatch.io.instances.glasgow import read_glasgow, write_glasgow
from mentormatch.io.instances.glasgow_couples import CouplesInstance, read_glasgow_couples
from mentormatch.io.instances.glasgow_projects import ProjectsInstance, read_glasgow_projects, write_glasgow_projects
from mentormatch.io.instances.table_files import market_from_files, market_to_files
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status

TWO_EACH = {"s1": ["m1", "m2"], "s2": ["m1", "m2"], "s3": ["m2", "m1"]}
SILENT = {"s1": ["m1", "m2"], "s2": None, "s3": []}
TIED = {"s1": [["m1", "m2"]], "s2": ["m1"], "s3": ["m2", "m1"]}
BOTH = {"m1": ["s3", "s1", "s2"], "m2": ["s2", "s1", "s3"]}


def with_places(market: Market) -> Market:
    return market.replace(student_quota=np.arange(market.num_students) % 2 + 1)


def with_kinds(market: Market) -> Market:
    kinds = ["key", "counted", "key"][: market.num_students]
    return market.replace(student_attributes={"care_level": Attribute.from_values(kinds)})


def stable_with_caps(market: Market) -> Result:
    caps = TypeQuotas(attribute="care_level", values=("key",), upper=1)
    return solve(Problem(market, [Quotas(), caps, WeakStability()], [PlacedStudents()]))


# What is given as dictionaries, what is done to the market, and which question is asked.
KINDS: dict[str, tuple[Callable[[], Market], Callable[[Market], Result]]] = {
    "SM": (lambda: Market.from_preferences(TWO_EACH, BOTH), concepts.student_optimal),
    "SM, one silent mentor": (
        lambda: Market.from_preferences(TWO_EACH, {"m1": ["s3", "s1", "s2"], "m2": None}),
        concepts.weakly_stable,
    ),
    "SM, a silent student, an empty list": (lambda: Market.from_preferences(SILENT, BOTH), concepts.maximum_stable),
    "SM, mentors who accept nobody": (
        lambda: Market.from_preferences(TWO_EACH, {"m1": [], "m2": ["s1"]}),
        concepts.maximum_stable,
    ),
    "HR": (lambda: Market.from_preferences(TWO_EACH, BOTH, quotas={"m1": 2}), concepts.student_optimal),
    "SMTI": (lambda: Market.from_preferences(TIED, {"m1": [["s1", "s2"], "s3"]}), concepts.maximum_stable),
    "HRT": (lambda: Market.from_preferences(TIED, BOTH, quotas=2), concepts.maximum_stable),
    "many-to-many": (
        lambda: with_places(Market.from_preferences(TWO_EACH, BOTH, quotas=2)),
        concepts.student_optimal,
    ),
    "lower quotas": (
        lambda: Market.from_preferences(TWO_EACH, BOTH, quotas={"m1": (1, 2), "m2": (1, 1)}),
        concepts.envy_free,
    ),
    "type quotas": (lambda: with_kinds(Market.from_preferences(TWO_EACH, BOTH, quotas=2)), stable_with_caps),
    "house allocation, one-sided": (lambda: Market.from_preferences(TWO_EACH), concepts.pareto_optimal),
    "student allocation, mentors silent": (
        lambda: Market.from_preferences(TWO_EACH, quotas={"m1": 2, "m2": 1}),
        concepts.rank_maximal,
    ),
    "only mentors rank": (
        lambda: Market.from_preferences({"s1": None, "s2": None, "s3": None}, BOTH),
        concepts.weakly_stable,
    ),
    "nobody": (lambda: Market.from_preferences({}), concepts.maximum_stable),
}


def from_arrays(market: Market) -> Market:
    """Build the market once more from bare arrays, in another order of rows."""
    rows = np.random.default_rng(0).permutation(market.num_pairs)
    return Market.from_arrays(
        market.student[rows],
        market.mentor[rows],
        student_rank=market.student_rank[rows],
        mentor_rank=market.mentor_rank[rows],
        mentor_upper=market.mentor_upper,
        mentor_lower=market.mentor_lower,
        student_quota=market.student_quota,
        student_ids=market.student_ids,
        mentor_ids=market.mentor_ids,
        student_attributes=market.student_attributes,
    )


def from_files(market: Market, folder: Path) -> Market:
    """Write the market as CSV files and read them; kinds of students are put into the table of students by hand."""
    files = [folder / name for name in ("pairs.csv", "mentors.csv", "students.csv")]
    market_to_files(market, *files)
    kinds = market.student_attributes.get("care_level")
    if kinds is None:
        return market_from_files(*files)
    lines = files[2].read_text("utf-8-sig").splitlines()
    labels = [kinds.labels[kinds.codes[at]] for at in kinds.start[:-1].tolist()]
    rows = [f"{line},{label}" for line, label in zip(lines, ["care_level", *labels], strict=True)]
    files[2].write_text("\n".join(rows), "utf-8")
    return market_from_files(*files, student_attributes=["care_level"])


@pytest.mark.parametrize("kind", KINDS)
def test_dictionaries_arrays_and_files_give_one_answer(kind: str, tmp_path: Path) -> None:
    make, ask = KINDS[kind]
    market = make()
    result = ask(market)
    assert isinstance(result, Result)
    assert result.status is Status.OPTIMAL
    assert result.matching is not None
    for other in (from_arrays(market), from_files(market, tmp_path)):
        again = ask(other)
        assert (again.status, again.stages) == (result.status, result.stages)
        assert again.matching is not None
        assert again.matching.as_dict() == result.matching.as_dict()


def test_what_the_answers_are() -> None:
    """So that three equal answers are not three times the same mistake."""
    expected: dict[str, Any] = {
        "SM": {"s2": ("m2",), "s3": ("m1",)},
        "SM, a silent student, an empty list": {"s1": ("m1",), "s2": ("m2",)},
        "SM, mentors who accept nobody": {"s1": ("m2",)},
        "lower quotas": {"s1": ("m1",), "s2": ("m1",), "s3": ("m2",)},
        "only mentors rank": {"s2": ("m2",), "s3": ("m1",)},
        "nobody": {},
    }
    for kind, answer in expected.items():
        make, ask = KINDS[kind]
        matching = ask(make()).matching
        assert matching is not None
        assert matching.as_dict() == answer, kind
    capped = KINDS["type quotas"][1](KINDS["type quotas"][0]()).matching
    assert capped is not None
    assert all(len({"s1", "s3"} & set(capped.students_of(mentor))) <= 1 for mentor in ("m1", "m2"))


def test_the_text_format_of_hospitals_and_residents(tmp_path: Path) -> None:
    market = Market.from_preferences({1: [10, [20, 30]], 2: [], 3: [[10, 20]]}, {10: [[1, 3]], 20: [3, 1]}, quotas=2)
    write_glasgow(market, tmp_path / "a.instance")
    again = read_glasgow(tmp_path / "a.instance")
    one, other = (concepts.maximum_stable(m).matching for m in (market, again))
    assert one is not None
    assert other is not None
    assert one.as_dict() == other.as_dict()


COUPLES = """3
2
1
2
0
0
0
0
0
0 0 1
1 1 0
2 1
0 1 2 0 1
1 1 1 2 0
"""


def test_couples_from_dictionaries_arrays_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "c.instance").write_text(COUPLES)
    ranked = {0: [2, 0, 1], 1: [1, 2, 0]}
    named = CouplesInstance.from_preferences({2: [1]}, {(0, 1): [(0, 1), (1, 0)]}, ranked)
    bare = CouplesInstance(from_arrays(named.market), ((0, 1, ((0, 1), (1, 0))),))
    read = read_glasgow_couples(tmp_path / "c.instance")
    answers = [concepts.stable_with_couples(instance) for instance in (named, bare, read)]
    assert {answer.status for answer in answers} == {Status.OPTIMAL}
    assert [answer.matching.as_dict() for answer in answers if answer.matching] == [{0: (0,), 1: (1,)}] * 3


def test_couples_whom_the_mentors_do_not_want() -> None:
    named = CouplesInstance.from_preferences({"c": ["x"]}, {("a", "b"): [("x", "y"), ("y", "x")]}, {"x": ["a", "c"]})
    assert named.couples == (("a", "b", (("x", "y"),)),)
    result = concepts.stable_with_couples(named)
    assert result.matching is not None
    assert result.matching.as_dict() == {"a": ("x",), "b": ("y",)}
    with pytest.raises(MarketError, match="twice"):
        CouplesInstance.from_preferences({"a": ["x"]}, {("a", "b"): [("x", "y")]})


def test_topics_from_dictionaries_arrays_and_a_file(tmp_path: Path) -> None:
    named = ProjectsInstance.from_preferences(
        {1: [10, 20], 2: [10], 3: [20, 30], 4: []},
        {10: (7, 1), 20: (7, 2), 30: (8, 1)},
        {7: (2, [2, 3, 1]), 8: (1, None)},
    )
    bare = ProjectsInstance(from_arrays(named.market), ((7, (10, 20), 2), (8, (30,), 1)))
    write_glasgow_projects(named, tmp_path / "t.instance")
    read = read_glasgow_projects(tmp_path / "t.instance")
    answers = [concepts.stable_with_topics(instance) for instance in (named, bare, read)]
    assert {answer.engine for answer in answers} == {"student_project"}
    assert [answer.matching.as_dict() for answer in answers if answer.matching] == [{2: (10,), 3: (20,)}] * 3


def test_a_topic_needs_its_supervisor() -> None:
    with pytest.raises(MarketError, match="not there"):
        ProjectsInstance.from_preferences({"a": ["t"]}, {"t": ("Lee", 1)}, {})
