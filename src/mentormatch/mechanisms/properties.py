"""What is known about mechanisms, as data: one claim for each property, with its source.

Claims are about the classical domain: every student takes one mentor, ranks strictly, and prefers being left to a
mentor that it did not list; mentors have upper quotas only, at least one seat each; their ties, if any, are broken by a
lottery that is drawn before. Beyond it (lower quotas, coordination, ties of students) a claim that holds here may fail.
`tests/test_mechanism_properties.py` searches small markets for counterexamples to every claim that holds and finds one
for every claim that does not.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from mentormatch.base.text import Text

Property = Literal["strategy_proof", "stable", "efficient", "most_placed", "most_first_choices"]
PROPERTIES: tuple[Property, ...] = get_args(Property)

MEANINGS: dict[Property, Text] = {
    "strategy_proof": Text(
        zh="学生如实填报不会吃亏:任何改报都得不到更好的导师。",
        en="No student ever gets a better mentor by reporting anything but the truth.",
    ),
    "stable": Text(
        zh="没有学生和导师都更愿意彼此而不是现有安排。",
        en="No student and mentor both prefer each other to what they have: no blocking pair.",
    ),
    "efficient": Text(
        zh="没有别的安排能让一些学生更好而无人更差(对学生帕累托有效)。",
        en="No other matching is better for some student and worse for none (Pareto efficient for the students).",
    ),
    "most_placed": Text(
        zh="按志愿安置的学生最多。", en="As many students get a mentor that they listed as any matching allows."
    ),
    "most_first_choices": Text(
        zh="得到第一志愿的学生最多。", en="As many students get their first choice as any matching allows."
    ),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One property of a mechanism.

    Parameters
    ----------
    property : str
        One of `PROPERTIES`.
    holds : bool
    source : str
        Author and year.
    condition : Text, optional
        What a market must know beyond the classical domain for the claim to hold.
    """

    property: Property
    holds: bool
    source: str
    condition: Text | None = None


def claims(**sources: tuple[bool, str] | tuple[bool, str, Text]) -> tuple[Claim, ...]:
    """Return one claim for each property, in order: whether it holds, the source, and a condition if there is one.

    Raises
    ------
    ValueError
        When a property is missing or unknown: nothing is known by leaving it out.
    """
    if set(sources) != set(PROPERTIES):
        raise ValueError(f"claims must cover {PROPERTIES}. Got {tuple(sources)} instead.")
    given: dict[str, tuple[Any, ...]] = dict(sources)
    return tuple(Claim(name, *given[name]) for name in PROPERTIES)
