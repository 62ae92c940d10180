"""Several schools as one problem: their markets side by side, mentors whom they share in one place, caps over all."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.constraints.constraint import Constraint
from mentormatch.district.caps import Cap, DistrictCaps
from mentormatch.district.joint_rule import JointRule, not_joint
from mentormatch.district.joint_stage import JointStage
from mentormatch.district.part import Part
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.objectives.stage import Stage
from mentormatch.problem.problem import Problem
from mentormatch.school.priorities import Tier, published_codes


@dataclass(frozen=True)
class JointCap:
    """A cap over mentors of several schools.

    Parameters
    ----------
    name : str
    members : tuple of (school, mentor id)
    upper : int
    """

    name: str
    members: tuple[tuple[str, Id], ...]
    upper: int


@dataclass(frozen=True, eq=False)
class Joint:
    """Several schools as one problem.

    Parameters
    ----------
    problem : Problem
        Students are called ``school/student``, mentors ``school/mentor``, and those whom schools share as they are.
    parts : tuple of Part
        By name of the school.
    """

    problem: Problem
    parts: tuple[Part, ...]


def join(
    schools: Mapping[str, Problem],
    caps: Sequence[JointCap] = (),
    *,
    shared: AbstractSet[Id] = frozenset(),
    priorities: Sequence[Tier] = (),
) -> Joint:
    """Join the problems of several schools.

    Parameters
    ----------
    schools : mapping of name to Problem
        Each with its own rules and stages, of the same kinds in the same order.
    caps : sequence of JointCap
        The seats of shared mentors are caps, too.
    shared : set of mentor id
        Who is one person in all schools that have this id.
    priorities : sequence of Tier
        The published order of the schools. A shared mentor takes students of all schools by it; the students that it
        named in each school by the order that it gave there, equal places of two schools tied.

    Raises
    ------
    UnsupportedError
        When the schools have different rules, or rules or stages that cannot be joined.

    Notes
    -----
    O(pairs of all schools, sorted).
    """
    names = sorted(schools)
    students = {name: {s: f"{name}/{s}" for s in schools[name].market.student_ids} for name in names}
    mentors = {
        name: {m: str(m) if m in shared else f"{name}/{m}" for m in schools[name].market.mentor_ids} for name in names
    }
    market, positions = _market([schools[name].market for name in names], students, mentors, names, priorities)
    parts = tuple(
        Part(name, schools[name], position, students[name], mentors[name])
        for name, position in zip(names, positions, strict=True)
    )
    rules = _joint_rules(parts)
    held = [
        Cap(name=cap.name, mentors=tuple(sorted({mentors[name][m] for name, m in cap.members})), upper=cap.upper)
        for cap in caps
    ]
    if held:
        rules = (*rules, DistrictCaps(caps=tuple(held)))
        market = _with_seats(market, held)
    return Joint(Problem(market, rules, _joint_stages(parts)), parts)


def _with_seats(market: Market, caps: Sequence[Cap]) -> Market:
    """Return the market with no more seats at a mentor than a cap on it alone: only seats of a market can be free."""
    upper = market.mentor_upper.copy()
    for cap in caps:
        if len(cap.mentors) == 1:
            at = market.mentor_index(cap.mentors[0])
            upper[at] = min(int(upper[at]), cap.upper)
    return market.replace(mentor_upper=upper, mentor_lower=np.minimum(market.mentor_lower, upper))


def _market(
    markets: Sequence[Market],
    students: Mapping[str, Mapping[Id, str]],
    mentors: Mapping[str, Mapping[Id, str]],
    names: Sequence[str],
    priorities: Sequence[Tier],
) -> tuple[Market, list[IntArray]]:
    """Return the joint market and the position of each school's pairs in it."""
    student_ids = sorted(joint for name in names for joint in students[name].values())
    mentor_ids = sorted({joint for name in names for joint in mentors[name].values()})
    at_student = {joint: i for i, joint in enumerate(student_ids)}
    at_mentor = {joint: j for j, joint in enumerate(mentor_ids)}
    upper, lower = (np.zeros(len(mentor_ids), np.int64) for _ in range(2))
    quota = np.zeros(len(student_ids), np.int64)
    ends = []
    for name, market in zip(names, markets, strict=True):
        who = np.array([at_student[students[name][s]] for s in market.student_ids], np.int64)
        whom = np.array([at_mentor[mentors[name][m]] for m in market.mentor_ids], np.int64)
        quota[who] = market.student_quota
        upper[whom] += market.mentor_upper
        lower[whom] += market.mentor_lower
        ends.append((who[market.student], whom[market.mentor]))
    student, mentor = (np.concatenate([end[side] for end in ends]) for side in range(2))
    order = np.argsort(student * max(len(mentor_ids), 1) + mentor, kind="stable")
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    facts = {name: market.pair_attributes for name, market in zip(names, markets, strict=True)}
    attributes = {
        fact: np.concatenate(
            [
                np.asarray(facts[name].get(fact, np.zeros(market.num_pairs, np.int64)))
                for name, market in zip(names, markets, strict=True)
            ]
        )[order]
        for fact in sorted({fact for own in facts.values() for fact in own})
    }
    joint = Market.from_arrays(
        student[order],
        mentor[order],
        student_rank=np.concatenate([market.student_rank for market in markets])[order],
        mentor_rank=_mentor_ranks(markets, mentor, priorities)[order],
        mentor_upper=upper,
        mentor_lower=lower,
        student_quota=quota,
        student_ids=tuple(student_ids),
        mentor_ids=tuple(mentor_ids),
        student_attributes=_student_attributes(names, markets, students, student_ids),
        pair_attributes=attributes,
    )
    return joint, np.split(position, np.cumsum([market.num_pairs for market in markets])[:-1])


def _student_attributes(
    names: Sequence[str],
    markets: Sequence[Market],
    students: Mapping[str, Mapping[Id, str]],
    student_ids: Sequence[str],
) -> dict[str, Attribute]:
    """Return what mechanisms read of students, such as when a form came in, over all schools.

    Rules read their own school's attributes: class 7.1 of two schools has one label here and is not one class.
    """
    found = {}
    for attribute in sorted({name for market in markets for name in market.student_attributes}):
        values: dict[str, tuple[str, ...]] = {}
        of = [market.student_attributes[attribute] for market in markets if attribute in market.student_attributes]
        for name, market in zip(names, markets, strict=True):
            own = market.student_attributes.get(attribute)
            if own is not None:
                values |= {students[name][student]: own.values(i) for i, student in enumerate(market.student_ids)}
        found[attribute] = Attribute.from_values(
            [values.get(joint, ()) for joint in student_ids],
            order=of[0].order,
            confidential=any(own.confidential for own in of),
        )
    return found


def _mentor_ranks(markets: Sequence[Market], mentor: IntArray, priorities: Sequence[Tier]) -> IntArray:
    """Return the mentors' ranks over the students of all schools, in the order of the schools' pairs.

    A rank of one school's market counts the tiers and orders that occur in that school, so ranks of two schools cannot
    be compared; the round of choice, the published tier and the place within it can.
    """
    rank = np.concatenate([market.mentor_rank.astype(np.int64) for market in markets])
    school = np.repeat(np.arange(len(markets)), [market.num_pairs for market in markets])
    if not all("tier" in market.pair_attributes for market in markets):
        return rank
    tier = np.concatenate([np.asarray(market.pair_attributes["tier"], np.int64) for market in markets])
    codes = published_codes(priorities)
    place = np.full(max(int(tier.max(initial=0)), *codes) + 1, len(codes), np.int64)
    for at in range(len(codes) - 1, -1, -1):
        place[codes[at]] = at
    rounds = np.concatenate([_round_of(market) for market in markets])
    group = rounds * (len(codes) + 1) + place[tier]
    # Within a school, a mentor and a group: the first, second, ... of the ranks that occur.
    order = np.lexsort((rank, group, mentor, school))
    same = np.r_[
        False,
        (np.diff(group[order]) == 0) & (np.diff(mentor[order]) == 0) & (np.diff(school[order]) == 0),
    ][: len(order)]
    step = np.cumsum(~(same & np.r_[False, np.diff(rank[order]) == 0][: len(order)]))
    first = np.flatnonzero(~same)
    within = np.empty(len(order), np.int64)
    within[order] = step - np.repeat(step[first], np.diff(np.r_[first, len(order)])) + 1
    return np.unique(group * (int(within.max(initial=0)) + 1) + within, return_inverse=True)[1].astype(np.int64) + 1


def _round_of(market: Market) -> IntArray:
    rounds = np.asarray(market.pair_attributes.get("choice_round", np.zeros(market.num_pairs)), np.int64)
    return np.where(market.pair_flag("current"), 0, rounds)


def _joint_rules(parts: Sequence[Part]) -> tuple[Constraint, ...]:
    """Return the rules of all schools, those of one kind together; a school may lack one, such as care caps."""
    slots: dict[tuple[str, int], list[tuple[Part, Constraint]]] = {}
    for part in parts:
        seen: dict[str, int] = {}
        for rule in part.problem.constraints:
            number = seen[rule.kind] = seen.get(rule.kind, -1) + 1
            slots.setdefault((rule.kind, number), []).append((part, rule))
    rules: list[Constraint] = []
    for (kind, _), own in slots.items():
        if own[0][1].spans_schools:
            if len(own) < len(parts) or len({rule.model_dump_json() for _, rule in own}) > 1:
                raise not_joint(kind)
            rules.append(own[0][1])
        elif len({(getattr(rule, "stage", None), getattr(rule, "penalty", None)) for _, rule in own}) > 1:
            raise not_joint(kind)
        else:
            rules.append(JointRule(kind=kind, parts=tuple(own)))
    return tuple(rules)


def _joint_stages(parts: Sequence[Part]) -> tuple[Stage, ...]:
    kinds = {tuple(stage.kind for stage in part.problem.stages) for part in parts}
    if len(kinds) > 1:
        raise not_joint("stages")
    columns = zip(*(part.problem.stages for part in parts), strict=True)
    return tuple(
        stages[0]
        if isinstance(stages[0], SoftRules)
        else JointStage(kind=stages[0].kind, parts=tuple(zip(parts, stages, strict=True)))
        for stages in columns
    )
