"""A market with more mentors in it: what it would be like if the school took some on."""

from collections.abc import Sequence

import numpy as np

from mentormatch.explain.prices import Hire
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market

OWN_CLASS, ELSEWHERE = 0, 2
"""Values of the pair attribute ``locality``."""


def with_hires(market: Market, hires: Sequence[tuple[Hire, int]]) -> tuple[Market, tuple[tuple[Id, ...], ...]]:
    """Return a market with so many more mentors of some kinds, and their ids, kind by kind.

    Students of a hire's classes, or all where it has none, may go to the new mentors; nobody listed them.
    """
    ids = []
    for hire, number in hires:
        found: tuple[Id, ...] = ()
        if number:
            market, found = _with_one_kind(market, hire, number)
        ids.append(found)
    return market, tuple(ids)


def _with_one_kind(market: Market, hire: Hire, number: int) -> tuple[Market, tuple[Id, ...]]:
    k, n = market.num_mentors, market.num_students
    ids = _new_ids(market.mentor_ids, number)
    classes = market.student_attributes.get("class_name")
    own = np.zeros(n, bool)
    if hire.classes and classes is not None:
        own[classes.membership(hire.classes).any(axis=1)] = True
    who = np.flatnonzero(own) if hire.classes else np.arange(n)
    student = np.concatenate([market.student, np.repeat(who, number)])
    mentor = np.concatenate([market.mentor, np.tile(np.arange(k, k + number), len(who))])
    more = len(who) * number
    facts = {}
    for name, values in market.pair_attributes.items():
        fill = np.zeros(more, values.dtype)
        if name == "locality":
            fill[:] = OWN_CLASS if hire.classes else ELSEWHERE
        facts[name] = np.concatenate([values, fill])
    worst = int(market.mentor_rank.max(initial=1))
    return (
        Market.from_arrays(
            student,
            mentor,
            student_rank=np.concatenate([market.student_rank, np.zeros(more, np.int32)]),
            mentor_rank=np.concatenate([market.mentor_rank, np.full(more, worst, np.int32)]),
            mentor_upper=np.concatenate([market.mentor_upper, np.full(number, hire.seats)]),
            mentor_lower=np.concatenate([market.mentor_lower, np.zeros(number, np.int64)]),
            student_quota=market.student_quota,
            student_ids=market.student_ids,
            mentor_ids=(*market.mentor_ids, *ids),
            student_attributes=market.student_attributes,
            mentor_attributes={
                name: _longer(attribute, number, hire.classes if name == "classes_taught" else ())
                for name, attribute in market.mentor_attributes.items()
            },
            pair_attributes=facts,
        ),
        ids,
    )


def _new_ids(known: Sequence[Id], number: int) -> tuple[Id, ...]:
    if isinstance(known, range) or all(isinstance(item, int) for item in known):
        first = max((int(item) for item in known), default=-1) + 1  # type: ignore[call-overload]
        return tuple(range(first, first + number))
    there = {str(item) for item in known}
    names = (f"NEW{i:02d}" for i in range(1, number + len(there) + 1))
    return tuple(name for name in names if name not in there)[:number]


def _longer(attribute: Attribute, number: int, values: Sequence[str]) -> Attribute:
    return attribute.of_others([*(attribute.values(i) for i in range(len(attribute))), *[tuple(values)] * number])
