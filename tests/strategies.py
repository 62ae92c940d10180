"""Hypothesis strategies for markets, problems and forms, shared by the whole suite. All of them are small."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from mentormatch.base.text import Text
from mentormatch.constraints import (
    Constraint,
    Continuity,
    Coverage,
    Eligibility,
    FixedPairs,
    ForbiddenPairs,
    Quotas,
    TypeQuotas,
    Vetoes,
    WeakStability,
)
from mentormatch.formulation.rows import Mask, Rows, Stable, Teams, row
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm, Term
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.objectives import (
    FewestChanges,
    Generous,
    LoadBalance,
    Locality,
    MinimumRegret,
    PlacedStudents,
    RankMaximal,
    RankTotal,
    SoftRules,
    Stage,
)
from mentormatch.problem.form import Form
from mentormatch.problem.problem import Problem

LABEL = Text(zh="行", en="row")
STAGE_OF_SOFT_RULES = "soft_rules"


@st.composite
def markets(
    draw: st.DrawFn,
    *,
    max_students: int = 5,
    max_mentors: int = 3,
    max_quota: int = 3,
    max_student_quota: int = 1,
    placement: bool = True,
    strict: bool = False,
    lower: bool = False,
    attributes: bool = False,
) -> Market:
    """Return a market with ties, silent mentors, missing pairs and mentors without seats.

    Parameters
    ----------
    placement : bool
        Some pairs are ones that the student did not list.
    strict : bool
        No ties on either side, nobody silent.
    lower : bool
        Some mentors have lower quotas.
    attributes : bool
        Students have a ``care_level``, and pairs the facts that rules read.
    """
    n, k = draw(st.integers(1, max_students)), draw(st.integers(1, max_mentors))
    is_pair = draw(st.lists(st.booleans() | st.just(True), min_size=n * k, max_size=n * k))
    at = np.flatnonzero(is_pair)
    student, mentor = at // k, at % k
    m = len(at)
    if strict:
        keys = draw(st.permutations(range(m)))
        student_rank = _dense(student, np.array(keys, np.int64))
        mentor_rank = _dense(mentor, np.array(draw(st.permutations(range(m))), np.int64))
    else:
        low = 0 if placement and draw(st.booleans()) else 1
        student_rank = np.array(draw(st.lists(st.integers(low, 3), min_size=m, max_size=m)), np.int64)
        mentor_rank = np.array(draw(st.lists(st.integers(1, 3), min_size=m, max_size=m)), np.int64)
        silent = np.array(draw(st.lists(st.booleans(), min_size=k, max_size=k)))
        mentor_rank[silent[mentor]] = 1
    upper = np.array(draw(st.lists(st.integers(0, max_quota), min_size=k, max_size=k)), np.int64)
    floor = np.array(draw(st.lists(st.integers(0, 1), min_size=k, max_size=k)), np.int64) if lower else 0 * upper
    quota = draw(st.lists(st.integers(0 if max_student_quota > 1 else 1, max_student_quota), min_size=n, max_size=n))
    market = Market.from_arrays(
        student,
        mentor,
        student_rank=student_rank,
        mentor_rank=mentor_rank,
        mentor_upper=upper,
        mentor_lower=np.minimum(floor, upper),
        student_quota=np.array(quota, np.int64),
        num_students=n,
        num_mentors=k,
    )
    return draw(_with_attributes(market)) if attributes else market


def _dense(owner: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Return ranks 1, 2, ... within each owner by ascending key."""
    order = np.lexsort((key, owner))
    first = np.searchsorted(owner[order], owner[order], side="left")
    rank = np.zeros(len(owner), np.int64)
    rank[order] = np.arange(len(owner)) - first + 1
    return rank


@st.composite
def _with_attributes(draw: st.DrawFn, market: Market) -> Market:
    n, m = market.num_students, market.num_pairs
    levels = draw(st.lists(st.sampled_from([None, "general", "key"]), min_size=n, max_size=n))
    flags = {name: np.array(draw(_rarely_true(m)), bool) for name in ("student_veto", "mentor_veto", "locked")}
    # A student has one pair of last term at most.
    current = np.zeros(m, bool)
    for i in range(n):
        mine = market.pairs_of_student(i).tolist()
        had = draw(st.none() | st.sampled_from(mine)) if mine else None
        if had is not None:
            current[had] = True
    return market.replace(
        student_attributes={"care_level": Attribute.from_values(levels)},
        pair_attributes={
            **flags,
            "locked": flags["locked"] & current,
            "current": current,
            "unasked": current & np.array(draw(_rarely_true(m)), bool),
            "locality": np.array(draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)), np.int64),
        },
    )


def _rarely_true(size: int) -> st.SearchStrategy[list[bool]]:
    return st.lists(st.integers(0, 7).map(lambda x: x == 7), min_size=size, max_size=size)


# -- problems of real rules and stages ------------------------------------------------------------------------


@st.composite
def problems(draw: st.DrawFn, *, stability: bool | None = None, max_student_quota: int = 1) -> Problem:
    """Return a problem of our rules and stages; `stability` None leaves it to chance."""
    stable = draw(st.booleans()) if stability is None else stability
    market = draw(
        markets(
            max_students=4,
            max_student_quota=max_student_quota,
            lower=draw(st.booleans()),
            strict=draw(st.integers(0, 2)) == 0,
            attributes=True,
        )
    )
    rules: list[Constraint] = [draw(_quotas())]
    if stable:
        rules.append(WeakStability())
    labels = market.student_attributes["care_level"].labels
    if "key" in labels and draw(st.booleans()):
        rules.append(draw(_type_quotas()))
    for rule in (Vetoes(), Coverage(), Continuity(), Continuity(mode="locked_only"), Eligibility(reach="own_class")):
        if draw(st.integers(0, 3)) == 0 and rule.kind not in {other.kind for other in rules}:
            rules.append(rule)
    if market.num_pairs:
        rules += draw(_pair_rules(market))
    return Problem(market, rules, draw(_stages(rules)))


def _quotas() -> st.SearchStrategy[Quotas]:
    soft = Quotas(lower_penalty=2, stage=STAGE_OF_SOFT_RULES)
    return st.sampled_from([Quotas(), Quotas(lower=False), soft])


def _type_quotas() -> st.SearchStrategy[TypeQuotas]:
    return st.builds(
        lambda upper, lower, soft: TypeQuotas(
            attribute="care_level",
            values=("key",),
            upper=upper,
            lower=min(lower, upper),
            **({"penalty": 3, "stage": STAGE_OF_SOFT_RULES} if soft else {}),
        ),
        st.integers(0, 2),
        st.integers(0, 1),
        st.booleans(),
    )


@st.composite
def _pair_rules(draw: st.DrawFn, market: Market) -> list[Constraint]:
    rules: list[Constraint] = []
    # A pair can be fixed only where both sides take somebody at all.
    fixable = (market.mentor_upper[market.mentor] > 0) & (market.student_quota[market.student] > 0)
    for rule, at in ((FixedPairs, np.flatnonzero(fixable)), (ForbiddenPairs, np.arange(market.num_pairs))):
        if len(at) and draw(st.integers(0, 4)) == 0:
            pair = draw(st.sampled_from(at.tolist()))
            rules.append(rule(pairs=((int(market.student[pair]), int(market.mentor[pair])),)))
    return rules


@st.composite
def _stages(draw: st.DrawFn, rules: Sequence[Constraint]) -> list[Stage]:
    pool: list[Stage] = [
        PlacedStudents(),
        FewestChanges(),
        RankTotal(),
        RankMaximal(),
        Generous(),
        MinimumRegret(),
        LoadBalance(),
        Locality(),
    ]
    stages = draw(st.lists(st.sampled_from(pool), max_size=3, unique_by=lambda stage: stage.kind))
    if any(getattr(rule, "stage", None) for rule in rules):
        stages.insert(draw(st.integers(0, len(stages))), SoftRules())
    return stages


# -- raw forms ---------------------------------------------------------------------------------------------------


def upper_quota_rows(market: Market) -> tuple[Rows, Rows]:
    """Return the rows of `Quotas(lower=False)`."""
    rows = Quotas(lower=False).rows(market)
    return rows[0], rows[1]


@st.composite
def forms(draw: st.DrawFn, *, max_student_quota: int = 2, max_coefficient: int = 3) -> Form:
    """Return any form: rows with any coefficients, teams, stability, masks, every kind of term."""
    market = draw(markets(max_students=4, max_student_quota=max_student_quota))
    m = market.num_pairs
    some = _some_pairs(m)
    rows: list[Rows] = []
    if draw(st.integers(0, 3)):
        rows += upper_quota_rows(market)
    for _ in range(draw(st.integers(0, 2))):
        rows.append(draw(_rows(some, max_coefficient)))
    masks = [Mask("mask", draw(some), LABEL)] if draw(st.booleans()) else []
    teams = []
    if m and draw(st.integers(0, 3)) == 0:
        block = draw(_rows(some, max_coefficient))
        teams.append(Teams(block, np.array(draw(st.lists(st.integers(0, 1), min_size=1, max_size=1)), np.int64)))
    stable = []
    if draw(st.booleans()):
        listed = np.flatnonzero(market.is_choice)
        if draw(st.integers(0, 3)) == 0:
            listed = np.intersect1d(listed, draw(some))
        stable.append(Stable(listed))
    return Form(
        market=market,
        masks=tuple(masks),
        parts=(*rows, *stable, *teams),
        stages=tuple(draw(st.lists(_stage_forms(m), max_size=3))),
    )


def _some_pairs(num_pairs: int) -> st.SearchStrategy[np.ndarray]:
    return st.integers(0, 2**num_pairs - 1).map(
        lambda bits: np.array([pair for pair in range(num_pairs) if bits >> pair & 1], np.int64)
    )


@st.composite
def _rows(draw: st.DrawFn, some: st.SearchStrategy[np.ndarray], max_coefficient: int) -> Rows:
    pairs = draw(some)
    coeffs = None
    if draw(st.booleans()):
        number = st.integers(-max_coefficient, max_coefficient)
        coeffs = np.array(draw(st.lists(number, min_size=len(pairs), max_size=len(pairs))), np.int64)
    lower = draw(st.integers(-2, 3))
    upper = draw(st.integers(lower, 5))
    return row("row", pairs, lower=lower, upper=upper, label=LABEL, coeffs=coeffs)


@st.composite
def _stage_forms(draw: st.DrawFn, num_pairs: int) -> StageForm:
    kind = draw(st.sampled_from(["linear", "convex", "both", "bottleneck"]))
    terms: list[Term] = []
    if kind in {"linear", "both"}:
        costs = st.lists(st.integers(-3, 3), min_size=num_pairs, max_size=num_pairs)
        terms.append(LinearTerm(np.array(draw(costs), np.int64)))
    if kind in {"convex", "both"}:
        terms.append(draw(_convex_terms(num_pairs)))
    if kind == "bottleneck":
        levels = st.lists(st.integers(0, 4), min_size=num_pairs, max_size=num_pairs)
        terms.append(BottleneckTerm(np.array(draw(levels), np.int64)))
    return StageForm(kind, tuple(terms), maximise=draw(st.booleans()))


@st.composite
def _convex_terms(draw: st.DrawFn, num_pairs: int) -> ConvexTerm:
    rows = [draw(_some_pairs(num_pairs)) for _ in range(draw(st.integers(0, 2)))]
    slopes = [sorted(draw(st.lists(st.integers(-3, 3), min_size=len(pairs), max_size=len(pairs)))) for pairs in rows]
    start = np.cumsum([0, *(len(pairs) for pairs in rows)])
    nothing = np.zeros(0, np.int64)
    return ConvexTerm(
        start,
        np.concatenate([nothing, *rows]),
        np.concatenate([nothing, *(np.array(part, np.int64) for part in slopes)]),
        draw(st.integers(-2, 2)),
    )


@st.composite
def hrt_forms(draw: st.DrawFn, *, max_students: int = 5, max_mentors: int = 3) -> Form:
    """Return pure HRT: choice pairs, upper quotas, stability over all open pairs, masks."""
    market = draw(markets(max_students=max_students, max_mentors=max_mentors, placement=False))
    masks = [Mask("mask", draw(_some_pairs(market.num_pairs)), LABEL)] if draw(st.integers(0, 3)) == 0 else []
    most = StageForm("matched", (LinearTerm(np.full(market.num_pairs, -1, np.int64)),), maximise=True)
    return Form(
        market=market,
        masks=tuple(masks),
        parts=(*upper_quota_rows(market), Stable(np.arange(market.num_pairs))),
        stages=(most,),
    )


def without_teams(form: Form) -> Form:
    """Return the form without its teams."""
    return replace(form, parts=tuple(part for part in form.parts if not isinstance(part, Teams)))


def without_stability(form: Form) -> Form:
    """Return the form without its stable parts."""
    return replace(form, parts=tuple(part for part in form.parts if not isinstance(part, Stable)))
