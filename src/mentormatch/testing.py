"""The common suite that any rule and any stage must pass, ours or a third party's.

A rule says the same thing three times: as rows for engines, as `violations` for the checker, and in words for people.
The suite finds out whether the three agree, by trying every matching of a small market.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.attribute import Attribute
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.market import Id, Market
from mentormatch.matching import Matching, Pairs
from mentormatch.objectives.stage import Stage
from mentormatch.rows import (
    AbsoluteTerm,
    BlockingTerm,
    BottleneckTerm,
    ConvexTerm,
    EnvyFree,
    LinearTerm,
    Rows,
    Stable,
    StageForm,
    Teams,
    TeamTerm,
    Term,
)
from mentormatch.text import Text

MAX_MATCHINGS = 1024
"""So many matchings are tried; all of them where a market has at most 10 pairs."""

_MAX_IN_FULL = 62
_S = TypeVar("_S")


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
    subject = _Rule(rule, market, max_matchings)
    rule.bind(market)
    _run(CONSTRAINT_CHECKS, subject, f"{rule!r} on {market!r}", expected_failures or {})


def check_stage(
    stage: Stage,
    market: Market,
    *,
    expected_failures: Mapping[str, str] | None = None,
    max_matchings: int = MAX_MATCHINGS,
) -> None:
    """Run the common suite on a stage: engines' costs and the values that people read must agree.

    The parameters and the exceptions are those of `check_constraint`.
    """
    subject = _Level(stage, market, max_matchings)
    _run(STAGE_CHECKS, subject, f"{stage!r} on {market!r}", expected_failures or {})


def all_matchings(market: Market, *, max_matchings: int = MAX_MATCHINGS) -> Iterator[Matching]:
    """Yield every set of pairs of a market, or a fixed sample where there are more than `max_matchings`.

    Nothing is promised of them: quotas and all other rules are broken in some. In a sample the first two are the empty
    one and the full one, and half of the others give each student one mentor at most.
    """
    m = market.num_pairs
    if m < _MAX_IN_FULL and 2**m <= max_matchings:
        for code in range(2**m):
            yield Matching(market, np.array([pair for pair in range(m) if code >> pair & 1], np.int64))
        return
    yield Matching(market, np.zeros(0, np.int64))
    yield Matching(market, np.arange(m))
    rng = np.random.default_rng(m)
    seen: set[bytes] = set()
    # Twice as many draws as wanted: most are new, and the loop ends whatever the market is.
    for draw in range(2 * max_matchings):
        if len(seen) >= max_matchings - 2:
            return
        chosen = rng.random(m) < rng.random()
        if draw % 2:
            order = rng.permutation(np.flatnonzero(chosen))
            chosen[:] = False
            chosen[order[np.unique(market.student[order], return_index=True)[1]]] = True
        if chosen.tobytes() not in seen:
            seen.add(chosen.tobytes())
            yield Matching.from_mask(market, chosen)


def shuffled(market: Market, *, seed: int = 0) -> Market:
    """Return the same market with students, mentors and pairs given in another order, the ids kept."""
    rng = np.random.default_rng(seed)
    students, mentors = rng.permutation(market.num_students), rng.permutation(market.num_mentors)
    pairs = rng.permutation(market.num_pairs)
    return Market.from_arrays(
        np.argsort(students)[market.student[pairs]],
        np.argsort(mentors)[market.mentor[pairs]],
        student_rank=market.student_rank[pairs],
        mentor_rank=market.mentor_rank[pairs],
        student_quota=market.student_quota[students],
        mentor_lower=market.mentor_lower[mentors],
        mentor_upper=market.mentor_upper[mentors],
        student_ids=tuple(market.student_ids[i] for i in students.tolist()),
        mentor_ids=tuple(market.mentor_ids[j] for j in mentors.tolist()),
        student_attributes={name: _reordered(a, students) for name, a in market.student_attributes.items()},
        mentor_attributes={name: _reordered(a, mentors) for name, a in market.mentor_attributes.items()},
        pair_attributes={name: values[pairs] for name, values in market.pair_attributes.items()},
    )


def _reordered(attribute: Attribute, order: IntArray) -> Attribute:
    return Attribute.from_values([attribute.values(i) for i in order.tolist()])


# -- running -------------------------------------------------------------------------------------------------


def _run(
    checks: Mapping[str, Callable[[_S], None]], subject: _S, what: str, expected_failures: Mapping[str, str]
) -> None:
    unknown = sorted(set(expected_failures) - set(checks))
    if unknown:
        raise ValueError(f"expected_failures names no check: {unknown}. There are: {', '.join(checks)}.")
    failures, cause = [], None
    for name, check in checks.items():
        try:
            check(subject)
        except Exception as error:  # noqa: BLE001  # whatever a third party's rule raises is a finding
            if name not in expected_failures:
                known = isinstance(error, AssertionError)
                failures.append(f"{name}: {error}" if known else f"{name}: raises {type(error).__name__}: {error}")
                cause = cause if known else error
        else:
            if name in expected_failures:
                failures.append(f"{name}: passes, though it is declared to fail ({expected_failures[name]})")
    if failures:
        message = f"{what} fails {len(failures)} of {len(checks)} checks:\n  " + "\n  ".join(failures)
        raise AssertionError(message) from cause


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise AssertionError(message)


@dataclass(frozen=True, eq=False)
class _Rule:
    """A rule under test."""

    rule: Constraint
    market: Market
    max_matchings: int

    @cached_property
    def bound(self) -> Constraint:
        return self.rule.bind(self.market)

    @cached_property
    def matchings(self) -> tuple[Matching, ...]:
        return tuple(all_matchings(self.market, max_matchings=self.max_matchings))

    @cached_property
    def violations(self) -> tuple[tuple[Violation, ...], ...]:
        """Those of each matching."""
        return tuple(self.bound.violations(self.market, matching) for matching in self.matchings)


@dataclass(frozen=True, eq=False)
class _Level:
    """A stage under test."""

    stage: Stage
    market: Market
    max_matchings: int

    @cached_property
    def forms(self) -> tuple[StageForm, ...]:
        return self.stage.forms(self.market)

    @cached_property
    def matchings(self) -> tuple[Matching, ...]:
        return tuple(all_matchings(self.market, max_matchings=self.max_matchings))


# -- what rules and stages have in common ----------------------------------------------------------------------


def _check_frozen(model: BaseModel) -> None:
    for name in type(model).model_fields:
        try:
            setattr(model, name, getattr(model, name))
        except ValidationError:
            continue
        raise AssertionError(f"the field '{name}' can be set; keep model_config frozen")
    copy = model.model_copy()
    _require(copy == model, "a copy is not equal to it")
    if _is_hashable(model):
        _require(hash(copy) == hash(model), "a copy has another hash")


def _is_hashable(model: BaseModel) -> bool:
    try:
        hash(model)
    except TypeError:
        return False
    return True


def _check_json(model: BaseModel) -> None:
    text = model.model_dump_json()
    back = type(model).model_validate_json(text)
    _require(back == model, f"JSON does not come back the same: {text} reads as {back!r}")
    kind, default = getattr(model, "kind", None), type(model).model_fields["kind"].default
    _require(isinstance(kind, str) and kind == default, f"'kind' must be fixed by the class; got {kind!r}")


def _check_text(text: object, what: str) -> None:
    _require(isinstance(text, Text), f"{what} must be a Text; got {type(text).__name__}")
    if isinstance(text, Text):
        _require(any("\u4e00" <= c <= "\u9fff" for c in text.zh), f"{what} has no Chinese: {text.zh!r}")
        _require(any(c.isascii() and c.isalpha() for c in text.en), f"{what} has no English: {text.en!r}")


def _shown(matching: Matching) -> str:
    return f"with the pairs {list(matching.ids())}"


# -- checks of a rule ------------------------------------------------------------------------------------------


def _rule_is_frozen(subject: _Rule) -> None:
    _check_frozen(subject.rule)


def _rule_json(subject: _Rule) -> None:
    _check_json(subject.rule)


def _bind_is_idempotent(subject: _Rule) -> None:
    before = subject.rule.model_dump_json()
    again = subject.bound.bind(subject.market)
    _require(again == subject.bound, f"bound twice it is {again!r}, bound once {subject.bound!r}")
    _require(subject.rule.model_dump_json() == before, "bind changes the rule itself")


def _rule_describes(subject: _Rule) -> None:
    _check_text(subject.rule.describe(), "describe()")
    _check_text(subject.bound.describe(), "describe() after bind")


def _masks_are_sound(subject: _Rule) -> None:
    for mask in subject.bound.masks(subject.market):
        _check_positions(mask.pairs, subject.market.num_pairs, "a mask")
        _require(mask.rule == subject.rule.kind, f"a mask names the rule {mask.rule!r}")
        _check_text(mask.reason, "the reason of a mask")


def _check_positions(pairs: IntArray, size: int, what: str) -> None:
    found = np.asarray(pairs)
    _require(found.dtype.kind in "iu", f"{what} must hold integer positions; got {found.dtype}")
    _require(len(np.unique(found)) == len(found), f"{what} holds a pair twice")
    in_range = not len(found) or (int(found.min()) >= 0 and int(found.max()) < size)
    _require(in_range, f"{what} holds a position outside 0..{size - 1}")


def _rows_are_sound(subject: _Rule) -> None:
    for part in subject.bound.rows(subject.market):
        if isinstance(part, (Stable, EnvyFree)):
            name = type(part).__name__
            _check_positions(part.pairs, subject.market.num_pairs, name)
            _require(bool(subject.market.is_choice[part.pairs].all()), f"{name} holds a pair that is no choice pair")
            continue
        rows = part.rows if isinstance(part, Teams) else part
        _require(rows.rule == subject.rule.kind, f"a block of rows names the rule {rows.rule!r}")
        _require(bool((rows.lower <= rows.upper).all()), "a row has its lower bound above its upper one")
        for number in range(len(rows)):
            entries = rows.pairs[rows.start[number] : rows.start[number + 1]]
            _check_positions(entries, subject.market.num_pairs, f"row {number}")
            _check_text(rows.label(number), f"the label of row {number}")
        if isinstance(part, Teams):
            for count in part.counts:
                _check_count(count, part.num_teams, subject.rule.kind)


def _check_count(count: Rows, num_teams: int, kind: str) -> None:
    _require(count.rule == kind, f"a count of teams names the rule {count.rule!r}")
    _require(bool((count.lower <= count.upper).all()), "a count of teams has its lower bound above its upper one")
    for number in range(len(count)):
        teams = count.pairs[count.start[number] : count.start[number + 1]]
        _check_positions(teams, num_teams, f"count {number}")
        _check_text(count.label(number), f"the label of count {number}")


def _violations_are_sound(subject: _Rule) -> None:
    students, mentors = set(subject.market.student_ids), set(subject.market.mentor_ids)
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        for violation in found:
            what = f"{violation!r}, {_shown(matching)},"
            _require(violation.rule == subject.rule.kind, f"{what} names another rule")
            _require(isinstance(violation.amount, int) and violation.amount > 0, f"{what} needs a positive int amount")
            known = set(violation.students) <= students and set(violation.mentors) <= mentors
            _require(known, f"{what} names ids that the market does not have")
            _check_text(violation.text, "the text of a violation")


def _violations_match_rows(subject: _Rule) -> None:
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
        kept = not masked and all(_holds(part, market, matching.chosen) for part in parts)
        if kept == bool(hard):
            said = [violation.text.en for violation in hard] or "none"
            verdict = "kept" if kept else "broken"
            raise AssertionError(f"{_shown(matching)} rows and masks are {verdict}, but violations finds {said}")


def _holds(part: Rows | Stable | EnvyFree | Teams, market: Market, chosen: BoolArray) -> bool:
    """Tell whether a part is kept, from what `mentormatch.rows` documents."""
    if isinstance(part, (Stable, EnvyFree)):
        kind = part.kind if isinstance(part, Stable) else "envy"
        return not any(_blocks(market, chosen, pair, kind) for pair in np.asarray(part.pairs).tolist())
    if isinstance(part, Teams):
        activity = part.rows.activity(chosen)
        within = (activity >= part.rows.lower) & (activity <= part.rows.upper)
        whole = all(
            bool(within[part.team == t].all() or not activity[part.team == t].any()) for t in np.unique(part.team)
        )
        hard = [count for count in part.counts if count.stage is None]
        return whole and not any(_missed(count, _is_open(part, chosen)) for count in hard)
    return part.stage is not None or not len(part.broken(chosen))


def _is_open(teams: Teams, chosen: BoolArray) -> BoolArray:
    """Tell which teams have a matched pair, row by row."""
    is_open = np.zeros(int(teams.team.max(initial=-1)) + 1, bool)
    for number, team in enumerate(teams.team.tolist()):
        span = slice(teams.rows.start[number], teams.rows.start[number + 1])
        is_open[team] |= bool(chosen[teams.rows.pairs[span]].any())
    return is_open


def _blocks(market: Market, chosen: BoolArray, pair: int, kind: str = "weak") -> bool:
    i, j = int(market.student[pair]), int(market.mentor[pair])
    has = [p for p in market.pairs_of_student(i).tolist() if chosen[p]]
    seated = [p for p in market.pairs_of_mentor(j).tolist() if chosen[p]]
    if chosen[pair] or market.student_quota[i] == 0 or market.mentor_upper[j] == 0:
        return False
    wish, mine = market.student_rank[pair], market.mentor_rank[pair]
    wants = len(has) < market.student_quota[i] or any(
        market.student_rank[p] == 0 or market.student_rank[p] > wish for p in has
    )
    prefers = any(market.mentor_rank[p] > mine for p in seated)
    welcome = len(seated) < market.mentor_upper[j] or prefers
    # Neither side loses: it gains, or has something that it likes no better.
    is_easy = wants or any(market.student_rank[p] == wish for p in has)
    is_open = welcome or any(market.mentor_rank[p] == mine for p in seated)
    return {
        "weak": wants and welcome,
        "strong": (wants and is_open) or (is_easy and welcome),
        "super": is_easy and is_open,
        "envy": wants and prefers,
    }[kind]


def _soft_costs_match(subject: _Rule) -> None:
    parts = subject.bound.rows(subject.market)
    soft = [part for part in parts if isinstance(part, Rows) and part.stage is not None]
    counts = [(part, c) for part in parts if isinstance(part, Teams) for c in part.counts if c.stage is not None]
    written = [*soft, *(count for _, count in counts)]
    stages, penalties = {rows.stage for rows in written}, {rows.penalty for rows in written}
    if written:
        named = (getattr(subject.bound, "stage", None), getattr(subject.bound, "penalty", None))
        _require(
            stages == {named[0]} and penalties == {named[1]},
            f"the soft rows have the stages {stages} and penalties {penalties}; the rule says {named[0]}, {named[1]}",
        )
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        missed = sum(violation.amount for violation in found if violation.soft)
        by_rows = sum(_missed(rows, matching.chosen) for rows in soft)
        by_rows += sum(_missed(count, _is_open(teams, matching.chosen)) for teams, count in counts)
        if missed != by_rows:
            raise AssertionError(f"{_shown(matching)} soft violations amount to {missed}, soft rows to {by_rows}")


def _missed(rows: Rows, chosen: BoolArray) -> int:
    activity = rows.activity(chosen)
    return int((np.maximum(rows.lower - activity, 0) + np.maximum(activity - rows.upper, 0)).sum())


_Key = tuple[int, tuple[Id, ...], tuple[Id, ...], bool]


def _key(violation: Violation) -> _Key:
    return violation.amount, _sorted(violation.students), _sorted(violation.mentors), violation.soft


def _sorted(ids: Sequence[Id]) -> tuple[Id, ...]:
    return tuple(sorted(ids, key=repr))


def _scope_is_respected(subject: _Rule) -> None:
    market = subject.market
    singles = [Scope((s,), ()) for s in market.student_ids] + [Scope((), (m,)) for m in market.mentor_ids]
    everybody = Scope(tuple(market.student_ids), tuple(market.mentor_ids))
    seen: dict[tuple[int, tuple[Id, ...]], set[_Key]] = {}
    for matching, full in zip(subject.matchings, subject.violations, strict=True):
        keys = {_key(violation) for violation in full}
        whole = {_key(violation) for violation in subject.bound.violations(market, matching, everybody)}
        if whole != keys:
            raise AssertionError(f"{_shown(matching)} the scope of everybody gives {whole}, no scope {keys}")
        together: set[_Key] = set()
        for number, scope in enumerate(singles):
            part = {_key(violation) for violation in subject.bound.violations(market, matching, scope)}
            together |= part
            if not part <= keys:
                raise AssertionError(f"{_shown(matching)} {scope} gives {part - keys}, which no scope does not")
            inside = {k for k in keys if set(k[1]) <= set(scope.students) and set(k[2]) <= set(scope.mentors)}
            if not inside <= part:
                raise AssertionError(f"{_shown(matching)} {scope} misses {inside - part}")
            if subject.bound.local:
                mine = tuple(x for s in scope.students for x in matching.mentors_of(s))
                mine += tuple(x for m in scope.mentors for x in matching.students_of(m))
                before = seen.setdefault((number, mine), part)
                if before != part:
                    raise AssertionError(
                        f"{_shown(matching)} {scope} gives {part}, but {before} in a matching where it has the same "
                        "pairs: look at the scope alone, or let 'local' be False"
                    )
        if subject.bound.local and together != keys:
            raise AssertionError(f"{_shown(matching)} scopes of one miss {keys - together}")


def _reads_ids_only(subject: _Rule) -> None:
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        if subject.bound.violations(subject.market, _PlainPairs(matching)) != found:
            raise AssertionError(f"{_shown(matching)} it answers otherwise when it can ask for pairs by id only")


class _PlainPairs:
    """Pairs and nothing else: what the checker's hypothetical swaps look like."""

    def __init__(self, matching: Pairs) -> None:
        self.mentors_of = matching.mentors_of
        self.students_of = matching.students_of


def _rule_order_does_not_matter(subject: _Rule) -> None:
    other = shuffled(subject.market)
    bound = subject.rule.bind(other)
    masks, parts = bound.masks(other), bound.rows(other)
    here = (subject.bound.masks(subject.market), subject.bound.rows(subject.market))
    for matching, found in zip(subject.matchings, subject.violations, strict=True):
        same = Matching.from_ids(other, matching.ids())
        moved = Counter(_key(violation) for violation in bound.violations(other, same))
        stayed = Counter(_key(violation) for violation in found)
        if moved != stayed:
            raise AssertionError(f"{_shown(matching)} the order of rows changes {stayed} to {moved}")
        verdicts = [
            not any(m.chosen[mask.pairs].any() for mask in ms) and all(_holds(part, market, m.chosen) for part in ps)
            for m, market, ms, ps in ((matching, subject.market, *here), (same, other, masks, parts))
        ]
        if verdicts[0] != verdicts[1]:
            raise AssertionError(f"{_shown(matching)} the order of rows changes whether the rows hold")


CONSTRAINT_CHECKS: Mapping[str, Callable[[_Rule], None]] = {
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


# -- checks of a stage -----------------------------------------------------------------------------------------


def _stage_is_frozen(subject: _Level) -> None:
    _check_frozen(subject.stage)


def _stage_json(subject: _Level) -> None:
    _check_json(subject.stage)


def _stage_describes(subject: _Level) -> None:
    _check_text(subject.stage.describe(), "describe()")


def _forms_are_sound(subject: _Level) -> None:
    names = [form.name for form in subject.forms]
    _require(all(names) and len(set(names)) == len(names), f"levels need distinct names; got {names}")
    for form in subject.forms:
        if any(isinstance(term, BottleneckTerm) for term in form.terms):
            _require(len(form.terms) == 1, f"{form.name}: a BottleneckTerm stands alone")
        for term in form.terms:
            _check_term(term, subject.market, form.name)


def _check_term(term: Term, market: Market, name: str) -> None:
    if isinstance(term, (LinearTerm, BottleneckTerm)):
        numbers = np.asarray(term.cost if isinstance(term, LinearTerm) else term.level)
        _require(numbers.dtype.kind in "iu", f"{name}: costs must be integers; got {numbers.dtype}")
        _require(numbers.shape == (market.num_pairs,), f"{name}: one cost for each pair; got shape {numbers.shape}")
        if isinstance(term, BottleneckTerm):
            _require(not (numbers < 0).any(), f"{name}: a level must not be negative")
        return
    if isinstance(term, AbsoluteTerm):
        _check_term(LinearTerm(term.cost), market, name)
    elif isinstance(term, BlockingTerm):
        _check_positions(term.pairs, market.num_pairs, name)
        _require(bool(market.is_choice[term.pairs].all()), f"{name}: a pair that is no choice pair cannot block")
    elif isinstance(term, TeamTerm):
        _check_slopes(term.cost, term.teams.num_teams, name)
    else:
        _check_slopes(term, market.num_pairs, name)


def _check_slopes(term: ConvexTerm, size: int, name: str) -> None:
    slopes, start = np.asarray(term.slopes), np.asarray(term.start)
    _require(slopes.dtype.kind in "iu", f"{name}: slopes must be integers; got {slopes.dtype}")
    fits = len(term.pairs) == len(slopes) and start[0] == 0 and start[-1] == len(slopes) and (np.diff(start) >= 0).all()
    _require(bool(fits), f"{name}: start, pairs and slopes do not fit together")
    for low, high in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        _check_positions(term.pairs[low:high], size, f"{name}: a row")
        _require(bool((np.diff(slopes[low:high]) >= 0).all()), f"{name}: the slopes {slopes[low:high]} do not ascend")


def _costs_match_values(subject: _Level) -> None:
    for matching in subject.matchings:
        values = subject.stage.values(subject.market, matching)
        costs = tuple(_cost(form, matching.chosen) for form in subject.forms)
        if values != costs:
            raise AssertionError(f"{_shown(matching)} the values are {values}, the forms cost {costs}")


def _cost(form: StageForm, chosen: BoolArray) -> int:
    """Return what a level costs, in the user's sign."""
    total = sum(_term_cost(term, chosen) for term in form.terms)
    return -total if form.maximise else total


def _term_cost(term: Term, chosen: BoolArray) -> int:
    if isinstance(term, LinearTerm):
        return int(np.asarray(term.cost)[chosen].sum())
    if isinstance(term, BottleneckTerm):
        return int(np.asarray(term.level)[chosen].max(initial=0))
    if isinstance(term, AbsoluteTerm):
        return abs(_term_cost(LinearTerm(term.cost), chosen))
    if isinstance(term, BlockingTerm):
        found = [pair for pair in np.asarray(term.pairs).tolist() if _blocks(term.market, chosen, pair)]
        return len({int(term.market.student[pair]) for pair in found}) if term.by_student else len(found)
    if isinstance(term, TeamTerm):
        return term.cost.offset + _convex_cost(term.cost, _is_open(term.teams, chosen))
    return term.offset + _convex_cost(term, chosen)


def _convex_cost(term: ConvexTerm, chosen: BoolArray) -> int:
    cost = 0
    for low, high in zip(term.start[:-1].tolist(), term.start[1:].tolist(), strict=True):
        activity = int(chosen[term.pairs[low:high]].sum())
        cost += int(term.slopes[low : low + activity].sum())
    return cost


def _stage_order_does_not_matter(subject: _Level) -> None:
    other = shuffled(subject.market)
    names = [form.name for form in subject.stage.forms(other)]
    _require(names == [form.name for form in subject.forms], f"the order of rows changes the levels to {names}")
    for matching in subject.matchings:
        here = subject.stage.values(subject.market, matching)
        there = subject.stage.values(other, Matching.from_ids(other, matching.ids()))
        if here != there:
            raise AssertionError(f"{_shown(matching)} the order of rows changes {here} to {there}")


STAGE_CHECKS: Mapping[str, Callable[[_Level], None]] = {
    "frozen": _stage_is_frozen,
    "json_round_trip": _stage_json,
    "describe": _stage_describes,
    "forms": _forms_are_sound,
    "costs_match_values": _costs_match_values,
    "order": _stage_order_does_not_matter,
}
"""The checks of `check_stage`, by name."""
