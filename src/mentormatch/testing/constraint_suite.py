"""The checks that any rule must pass."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.couple_rows import Couples
from mentormatch.formulation.rows import EnvyFree, Rows, Stable, Teams
from mentormatch.formulation.topic_rows import Topics
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching, Pairs
from mentormatch.testing.checks import (
    check_frozen,
    check_json,
    check_positions,
    check_text,
    require,
    run_checks,
    shown,
)
from mentormatch.testing.matchings import MAX_MATCHINGS, all_matchings, shuffled
from mentormatch.testing.meaning import holds, missed, open_teams


def check_constraint(
    rule: Constraint,
    market: Market,
    *,
    expected_failures: Mapping[str, str] | None = None,
    max_matchings: int = MAX_MATCHINGS,
) -> None:
    """Run the common suite on a rule.

    Parameters
    ----------
    rule : Constraint
        Not yet bound to a market.
    market : Market
        A small one in which the rule can be broken and kept.
    expected_failures : mapping of check name to reason, optional
        Checks that are known to fail. One that passes after all is reported, so that the list stays true.
    max_matchings : int
        Where the market has more, a fixed sample of so many is tried.

    Raises
    ------
    AssertionError
        With every check that fails, and a matching that shows it.
    RulesError
        When the rule does not fit the market.

    Examples
    --------
    >>> from mentormatch.constraints import Quotas
    >>> market = Market.from_preferences({"s1": ["a", "b"], "s2": ["a"]}, quotas={"a": 1})
    >>> check_constraint(Quotas(), market)
    """
    subject = RuleUnderTest(rule, market, max_matchings)
    rule.bind(market)
    run_checks(CONSTRAINT_CHECKS, subject, f"{rule!r} on {market!r}", expected_failures or {})


@dataclass(frozen=True, eq=False)
class RuleUnderTest:
    """A rule under test."""

    rule: Constraint
    market: Market
    max_matchings: int

    @cached_property
    def bound(self) -> Constraint:
        """The rule, bound to the market."""
        return self.rule.bind(self.market)

    @cached_property
    def matchings(self) -> tuple[Matching, ...]:
        """What is tried."""
        return tuple(all_matchings(self.market, max_matchings=self.max_matchings))

    @cached_property
    def violations(self) -> tuple[tuple[Violation, ...], ...]:
        """Those of each matching."""
        return tuple(self.bound.violations(self.market, matching) for matching in self.matchings)


def _rule_is_frozen(subject: RuleUnderTest) -> None:
    check_frozen(subject.rule)


def _rule_json(subject: RuleUnderTest) -> None:
    check_json(subject.rule)


def _bind_is_idempotent(subject: RuleUnderTest) -> None:
    before = subject.rule.model_dump_json()
    again = subject.bound.bind(subject.market)
    require(again == subject.bound, f"bound twice it is {again!r}, bound once {subject.bound!r}")
    require(subject.rule.model_dump_json() == before, "bind changes the rule itself")


def _rule_describes(subject: RuleUnderTest) -> None:
    check_text(subject.rule.describe(), "describe()")
    check_text(subject.bound.describe(), "describe() after bind")


def _masks_are_sound(subject: RuleUnderTest) -> None:
    for mask in subject.bound.masks(subject.market):
        check_positions(mask.pairs, subject.market.num_pairs, "a mask")
        require(mask.rule == subject.rule.kind, f"a mask names the rule {mask.rule!r}")
        check_text(mask.reason, "the reason of a mask")


def _rows_are_sound(subject: RuleUnderTest) -> None:
    for part in subject.bound.rows(subject.market):
        if isinstance(part, (Stable, EnvyFree, StableWithinCaps)):
            name = type(part).__name__
            check_positions(part.pairs, subject.market.num_pairs, name)
            require(bool(subject.market.is_choice[part.pairs].all()), f"{name} holds a pair that is no choice pair")
            continue
        if isinstance(part, Topics):
            check_positions(part.pairs, subject.market.num_pairs, "Topics")
            continue
        if isinstance(part, Couples):
            for (first, second), choices in zip(part.members, part.choices, strict=True):
                known = np.isin(choices[:, 0], first).all() and np.isin(choices[:, 1], second).all()
                require(bool(known), "a joint choice is no pair of its couple")
            continue
        rows = part.rows if isinstance(part, Teams) else part
        if not isinstance(rows, Rows):
            raise AssertionError(f"{type(part).__name__} is no kind of part that an engine takes")
        require(rows.rule == subject.rule.kind, f"a block of rows names the rule {rows.rule!r}")
        require(bool((rows.lower <= rows.upper).all()), "a row has its lower bound above its upper one")
        for number in range(len(rows)):
            entries = rows.pairs[rows.start[number] : rows.start[number + 1]]
            check_positions(entries, subject.market.num_pairs, f"row {number}")
            check_text(rows.label(number), f"the label of row {number}")
        if isinstance(part, Teams):
            for count in part.counts:
                _check_count(count, part.num_teams, subject.rule.kind)


def _check_count(count: Rows, num_teams: int, kind: str) -> None:
    require(count.rule == kind, f"a count of teams names the rule {count.rule!r}")
    require(bool((count.lower <= count.upper).all()), "a count of teams has its lower bound above its upper one")
    for number in range(len(count)):
        teams = count.pairs[count.start[number] : count.start[number + 1]]
        check_positions(teams, num_teams, f"count {number}")
        check_text(count.label(number), f"the label of count {number}")


def _violations_are_sound(subject: RuleUnderTest) -> None:
    students, mentors = set(subject.market.student_ids), set(subject.market.mentor_ids)
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        for violation in found:
            what = f"{violation!r}, {shown(matching)},"
            require(violation.rule == subject.rule.kind, f"{what} names another rule")
            require(isinstance(violation.amount, int) and violation.amount > 0, f"{what} needs a positive int amount")
            known = set(violation.students) <= students and set(violation.mentors) <= mentors
            require(known, f"{what} names ids that the market does not have")
            check_text(violation.text, "the text of a violation")


def _violations_match_rows(subject: RuleUnderTest) -> None:
    _compare_with_rows(subject.bound, subject.market, subject.matchings)
    # A rule that cares which pairs other rules close must drop the same ones from its rows and its violations.
    closed = frozenset(np.flatnonzero(subject.market.is_choice)[::3].tolist())
    told = subject.bound.without(closed)
    if told is not subject.bound:
        left = [matching for matching in subject.matchings if closed.isdisjoint(matching.pairs.tolist())]
        _compare_with_rows(told, subject.market, left)


def _compare_with_rows(rule: Constraint, market: Market, matchings: Sequence[Matching]) -> None:
    masks, parts = rule.masks(market), rule.rows(market)
    for matching in matchings:
        hard = [violation for violation in rule.violations(market, matching) if not violation.soft]
        masked = any(matching.chosen[mask.pairs].any() for mask in masks)
        kept = not masked and all(holds(part, market, matching.chosen) for part in parts)
        if kept == bool(hard):
            said = [violation.text.en for violation in hard] or "none"
            verdict = "kept" if kept else "broken"
            raise AssertionError(f"{shown(matching)} rows and masks are {verdict}, but violations finds {said}")


def _soft_costs_match(subject: RuleUnderTest) -> None:
    parts = subject.bound.rows(subject.market)
    soft = [part for part in parts if isinstance(part, Rows) and part.stage is not None]
    counts = [(part, c) for part in parts if isinstance(part, Teams) for c in part.counts if c.stage is not None]
    written = [*soft, *(count for _, count in counts)]
    stages, penalties = {rows.stage for rows in written}, {rows.penalty for rows in written}
    if written:
        named = (getattr(subject.bound, "stage", None), getattr(subject.bound, "penalty", None))
        require(
            stages == {named[0]} and penalties == {named[1]},
            f"the soft rows have the stages {stages} and penalties {penalties}; the rule says {named[0]}, {named[1]}",
        )
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        amount = sum(violation.amount for violation in found if violation.soft)
        by_rows = sum(missed(rows, matching.chosen) for rows in soft)
        by_rows += sum(missed(count, open_teams(teams, matching.chosen)) for teams, count in counts)
        if amount != by_rows:
            raise AssertionError(f"{shown(matching)} soft violations amount to {amount}, soft rows to {by_rows}")


_Key = tuple[int, tuple[Id, ...], tuple[Id, ...], bool]


def _key(violation: Violation) -> _Key:
    return violation.amount, _sorted(violation.students), _sorted(violation.mentors), violation.soft


def _sorted(ids: Sequence[Id]) -> tuple[Id, ...]:
    return tuple(sorted(ids, key=repr))


def _scope_is_respected(subject: RuleUnderTest) -> None:
    market = subject.market
    singles = [Scope((s,), ()) for s in market.student_ids] + [Scope((), (m,)) for m in market.mentor_ids]
    everybody = Scope(tuple(market.student_ids), tuple(market.mentor_ids))
    seen: dict[tuple[int, tuple[Id, ...]], set[_Key]] = {}
    for matching, full in zip(subject.matchings, subject.violations, strict=True):
        keys = {_key(violation) for violation in full}
        whole = {_key(violation) for violation in subject.bound.violations(market, matching, everybody)}
        if whole != keys:
            raise AssertionError(f"{shown(matching)} the scope of everybody gives {whole}, no scope {keys}")
        together: set[_Key] = set()
        for number, scope in enumerate(singles):
            part = {_key(violation) for violation in subject.bound.violations(market, matching, scope)}
            together |= part
            if not part <= keys:
                raise AssertionError(f"{shown(matching)} {scope} gives {part - keys}, which no scope does not")
            inside = {k for k in keys if set(k[1]) <= set(scope.students) and set(k[2]) <= set(scope.mentors)}
            if not inside <= part:
                raise AssertionError(f"{shown(matching)} {scope} misses {inside - part}")
            if subject.bound.local:
                mine = tuple(x for s in scope.students for x in matching.mentors_of(s))
                mine += tuple(x for m in scope.mentors for x in matching.students_of(m))
                before = seen.setdefault((number, mine), part)
                if before != part:
                    raise AssertionError(
                        f"{shown(matching)} {scope} gives {part}, but {before} in a matching where it has the same "
                        "pairs: look at the scope alone, or let 'local' be False"
                    )
        if subject.bound.local and together != keys:
            raise AssertionError(f"{shown(matching)} scopes of one miss {keys - together}")


def _reads_ids_only(subject: RuleUnderTest) -> None:
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        if subject.bound.violations(subject.market, _PlainPairs(matching)) != found:
            raise AssertionError(f"{shown(matching)} it answers otherwise when it can ask for pairs by id only")


class _PlainPairs:
    """Pairs and nothing else: what the checker's hypothetical swaps look like."""

    def __init__(self, matching: Pairs) -> None:
        self.mentors_of = matching.mentors_of
        self.students_of = matching.students_of


def _rule_order_does_not_matter(subject: RuleUnderTest) -> None:
    other = shuffled(subject.market)
    bound = subject.rule.bind(other)
    masks, parts = bound.masks(other), bound.rows(other)
    here = (subject.bound.masks(subject.market), subject.bound.rows(subject.market))
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        same = Matching.from_ids(other, matching.ids())
        moved = Counter(_key(violation) for violation in bound.violations(other, same))
        stayed = Counter(_key(violation) for violation in found)
        if moved != stayed:
            raise AssertionError(f"{shown(matching)} the order of rows changes {stayed} to {moved}")
        verdicts = [
            not any(m.chosen[mask.pairs].any() for mask in ms) and all(holds(part, market, m.chosen) for part in ps)
            for m, market, ms, ps in ((matching, subject.market, *here), (same, other, masks, parts))
        ]
        if verdicts[0] != verdicts[1]:
            raise AssertionError(f"{shown(matching)} the order of rows changes whether the rows hold")


CONSTRAINT_CHECKS: Mapping[str, Callable[[RuleUnderTest], None]] = {
    "frozen": _rule_is_frozen,
    "json_round_trip": _rule_json,
    "bind_idempotent": _bind_is_idempotent,
    "describe": _rule_describes,
    "masks": _masks_are_sound,
    "rows": _rows_are_sound,
    "violations": _violations_are_sound,
    "violations_match_rows": _violations_match_rows,
    "soft_costs": _soft_costs_match,
    "scope": _scope_is_respected,
    "ids_only": _reads_ids_only,
    "order": _rule_order_does_not_matter,
}
"""The checks of `check_constraint`, by name."""
