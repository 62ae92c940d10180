"""The engine for largest weakly stable matchings, and each of its parts, against enumeration and definitions."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from brute_force import all_matchings, weakly_stable_matchings
from mentormatch.base.errors import UnsupportedError
from mentormatch.constraints import Coverage, Quotas, StrongStability, WeakStability
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.cp.reduce import reduce_stable
from mentormatch.solvers.cp.stable_rows import StableRows, stable_rows
from mentormatch.solvers.engine import Options
from mentormatch.solvers.flow.components import component_labels
from mentormatch.solvers.stable import largest_stable
from mentormatch.solvers.stable.largest_matching import largest_matching
from mentormatch.solvers.stable.size_search import SearchEffort, search_largest, search_size
from mentormatch.solvers.stable.stable_bound import priced_bounds, stable_bound
from mentormatch.solvers.stable.tie_search import TieSearch
from mentormatch.verify.blocking_pairs import blocking_pairs

CHUNKS, MARKETS = 4, 60


def tied_market(rng: np.random.Generator, *, most: int = 6) -> Market:
    """Choice pairs only, ties on both sides, some mentors with several seats or none."""
    n, k = int(rng.integers(1, most)), int(rng.integers(1, most - 1))
    pairs = np.argwhere(rng.random((n, k)) < rng.choice([0.5, 0.8]))[:13]
    return Market.from_arrays(
        pairs[:, 0],
        pairs[:, 1],
        student_rank=rng.integers(1, int(rng.choice([1, 2, 4])) + 1, len(pairs)),
        mentor_rank=rng.integers(1, int(rng.choice([1, 2, 4])) + 1, len(pairs)),
        mentor_upper=rng.integers(0, 4, k) if rng.random() < 0.5 else 1,
        num_students=n,
        num_mentors=k,
    )


def listed_market(n: int, *, length: int, ties: float, seed: int) -> Market:
    """SMTI as in the literature: lists of one length, each next entry tied with the one before with a probability."""
    rng = np.random.default_rng(seed)
    student = np.repeat(np.arange(n), length)
    mentor = np.concatenate([rng.choice(n, length, replace=False) for _ in range(n)])
    owner = mentor[order := np.lexsort((rng.random(len(mentor)), mentor))]
    step = (rng.random(len(mentor)) >= ties) & np.r_[False, owner[1:] == owner[:-1]]
    level = np.cumsum(step)
    rank = np.empty(len(mentor), np.int64)
    rank[order] = level - level[np.searchsorted(owner, owner)] + 1
    wish = 1 + np.cumsum(np.c_[np.zeros(n, bool), rng.random((n, length - 1)) >= ties], axis=1)
    return Market.from_arrays(
        student, mentor, student_rank=wish.ravel(), mentor_rank=rank, num_students=n, num_mentors=n
    )


def largest(market: Market) -> Problem:
    return Problem(market, [Quotas(), WeakStability()], [PlacedStudents()])


def everything(market: Market) -> np.ndarray:
    return np.ones(market.num_pairs, bool)


def start_of(market: Market) -> np.ndarray:
    """Some weakly stable matching: deferred acceptance with ties broken by index, one offer at a time."""
    chosen = np.zeros(market.num_pairs, bool)
    free = list(range(market.num_students))
    left = [sorted(market.pairs_of_student(i).tolist(), key=lambda p: market.student_rank[p]) for i in free]
    while free:
        i = free.pop()
        while left[i]:
            pair = left[i].pop(0)
            j = int(market.mentor[pair])
            held = [p for p in market.pairs_of_mentor(j).tolist() if chosen[p]]
            if len(held) < market.mentor_upper[j]:
                chosen[pair] = True
                break
            worst = max(held, key=lambda p: market.mentor_rank[p], default=None)
            if worst is not None and market.mentor_rank[worst] > market.mentor_rank[pair]:
                chosen[worst], chosen[pair] = False, True
                free.append(int(market.student[worst]))
                break
    return chosen


def assert_stable(market: Market, chosen: np.ndarray) -> None:
    matching = Matching(market, np.flatnonzero(chosen))
    assert (matching.degree <= 1).all()
    assert (matching.load <= market.mentor_upper).all()
    assert not len(blocking_pairs(market, matching))


# -- the engine -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_largest_against_enumeration(chunk: int) -> None:
    sizes = set()
    for number in range(MARKETS):
        market = tied_market(np.random.default_rng((41, chunk, number)))
        best = max(map(len, weakly_stable_matchings(market)))
        result = solve(largest(market), engine="largest_stable", seed=number)
        assert result.status is Status.OPTIMAL
        assert (result.stages[0].value, result.stages[0].bound) == (best, best)
        assert result.blocking_pairs == 0
        sizes.add(best)
    assert len(sizes) > 3


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_exact_part_alone(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without search and without the relaxation CP-SAT has to close every gap between deferred acceptance and flow."""
    monkeypatch.setattr(TieSearch, "promote", lambda self, *, stop: None)
    monkeypatch.setattr(TieSearch, "improve", lambda self, *, target, kicks, stop: None)
    monkeypatch.setattr(largest_stable, "stable_bound", lambda *_, **__: None)
    searched = 0
    for number in range(10):
        market = listed_market(25, length=3, ties=0.6, seed=100 * chunk + number)
        outcome = largest_stable.solve(compile_form(largest(market)), Options())
        assert outcome.status is Status.OPTIMAL
        assert outcome.stages == solve(largest(market), engine="cp_sat").stages
        searched += outcome.statistics.get("rounds", 0) > 0
    assert searched


def test_it_is_chosen_for_ties_and_says_why_others_were_not() -> None:
    result = solve(largest(listed_market(30, length=4, ties=0.8, seed=1)))
    assert result.engine == "largest_stable"
    assert {"deferred_acceptance", "min_cost_flow", "stable_lattice"} <= result.refusals.keys()


@pytest.mark.parametrize(
    ("rules", "stages"),
    [
        ([Quotas()], [PlacedStudents()]),
        ([Quotas(), StrongStability()], [PlacedStudents()]),
        ([Quotas(), WeakStability()], [RankTotal()]),
        ([Quotas(), WeakStability()], [PlacedStudents(), RankTotal()]),
        ([Quotas(), WeakStability()], []),
        ([Quotas(), WeakStability(), Coverage()], [PlacedStudents()]),
    ],
)
def test_it_refuses_what_it_cannot_prove(rules: list, stages: list) -> None:
    market = listed_market(6, length=3, ties=0.8, seed=1)
    form = compile_form(Problem(market, rules, stages))
    assert largest_stable.ENGINE.supports(form)
    with pytest.raises(UnsupportedError):
        solve(Problem(market, rules, stages), engine="largest_stable")


def test_several_mentors_are_refused() -> None:
    market = listed_market(6, length=3, ties=0.8, seed=1).replace(student_quota=np.full(6, 2))
    assert largest_stable.ENGINE.supports(compile_form(largest(market)))


def test_one_seed_one_answer_and_cp_sat_agrees() -> None:
    market = listed_market(150, length=4, ties=0.85, seed=3)
    first, second = (solve(largest(market), seed=7) for _ in range(2))
    assert first.matching == second.matching
    assert first.stages[0].value == solve(largest(market), seed=8).stages[0].value
    small = listed_market(40, length=3, ties=0.85, seed=3)
    assert solve(largest(small)).stages == solve(largest(small), engine="cp_sat").stages


def test_a_limit_leaves_a_stable_matching_with_an_honest_bound() -> None:
    market = listed_market(300, length=4, ties=0.85, seed=4)
    result = solve(largest(market), time_limit=0.0)
    assert result.stopped_by_limit
    assert result.status is Status.FEASIBLE
    assert result.blocking_pairs == 0
    best = solve(largest(market)).stages[0]
    assert result.stages[0].value < best.value <= result.stages[0].bound


def test_an_interrupt_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: TieSearch, **_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(TieSearch, "improve", interrupted)
    market = listed_market(300, length=4, ties=0.85, seed=5)
    outcome = largest_stable.solve(compile_form(largest(market)), Options())
    assert outcome.pairs is not None
    assert outcome.statistics["interrupted"]
    chosen = np.zeros(market.num_pairs, bool)
    chosen[outcome.pairs] = True
    assert_stable(market, chosen)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int | None]] = []
    solve(largest(listed_market(60, length=4, ties=0.85, seed=6)), on_progress=lambda *args: told.append(args))
    assert told
    assert told[-1][1] == told[-1][2]


# -- the search -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_search_stays_stable_and_only_grows(seed: int) -> None:
    rng = np.random.default_rng((43, seed))
    market = listed_market(80, length=4, ties=0.8, seed=seed)
    if seed % 2:
        market = market.replace(mentor_upper=rng.integers(0, 3, market.num_mentors))
    start = start_of(market)
    assert_stable(market, start)
    search = TieSearch(market, everything(market), start=start, seed=seed)
    search.promote(stop=lambda: False)
    sizes = [int(start.sum()), search.size]
    for _ in range(5):
        assert_stable(market, search.chosen())
        assert search.size == search.chosen().sum()
        search.improve(target=market.num_pairs, kicks=60, stop=lambda: False)
        sizes.append(search.size)
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_an_interrupted_kick_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    market = listed_market(80, length=4, ties=0.8, seed=2)
    search = TieSearch(market, everything(market), start=start_of(market), seed=0)
    before = search.chosen()

    def interrupted(self: TieSearch, mentors: set[int]) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(TieSearch, "_settle", interrupted)
    with pytest.raises(KeyboardInterrupt):
        search.improve(target=80, kicks=10, stop=lambda: False)
    assert np.array_equal(search.chosen(), before)


def test_outside_the_focus_nothing_moves() -> None:
    market = listed_market(80, length=4, ties=0.8, seed=2)
    search = TieSearch(market, everything(market), start=start_of(market), seed=0)
    search.focus(np.zeros(80, bool), np.zeros(80, bool))
    search.improve(target=80, kicks=100, stop=lambda: False)
    assert search.kicks == 0


# -- bounds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_stable_matching_keeps_the_rows_of_the_relaxation(chunk: int) -> None:
    for number in range(MARKETS):
        rng = np.random.default_rng((44, chunk, number))
        market = tied_market(rng)
        usable = reduce_stable(market, everything(market))
        pairs = np.flatnonzero(usable)
        if not len(pairs):
            continue
        rows = stable_rows(market, pairs)
        assert rows is not None
        label, count = component_labels(market, usable)
        bound = priced_bounds(rows, rng.integers(0, 2**20, len(rows.upper)), label[pairs], count)
        proven = stable_bound(market, pairs, label[pairs])
        assert proven is not None
        for matched in weakly_stable_matchings(market):
            chosen = np.isin(np.arange(market.num_pairs), matched)
            full = full_at(market, pairs, chosen)
            assert np.array_equal(rows.full(market, chosen), full)
            assert keeps_rows(rows, chosen[pairs], full)
            sizes = np.bincount(label[list(matched)], minlength=count)
            # Any prices whatever give a bound, and so do those that PDLP finds.
            assert (sizes <= bound).all()
            assert (sizes <= proven).all()


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whatever_keeps_the_rows_is_stable(chunk: int) -> None:
    blocked = 0
    for number in range(MARKETS):
        market = tied_market(np.random.default_rng((47, chunk, number)))
        pairs = np.arange(market.num_pairs)
        rows = stable_rows(market, pairs)
        assert rows is not None
        stable = set(weakly_stable_matchings(market))
        for matching in all_matchings(market, quotas=True):
            if (matching.load > market.mentor_upper).any():
                continue
            kept = keeps_rows(rows, matching.chosen, rows.full(market, matching.chosen))
            assert kept == (tuple(matching.pairs.tolist()) in stable)
            blocked += not kept
    assert blocked


def full_at(market: Market, pairs: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the values of the further variables: mentors with several seats by rank, full with that or better."""
    values = []
    for j in np.unique(market.mentor[pairs]).tolist():
        seats = int(market.mentor_upper[j])
        mine = pairs[market.mentor[pairs] == j]
        held = [p for p in mine.tolist() if chosen[p]]
        values += [
            len(held) == seats and all(market.mentor_rank[p] <= rank for p in held)
            for rank in np.unique(market.mentor_rank[mine]).tolist()
            if seats > 1 and int((market.mentor_rank[mine] <= rank).sum()) >= seats
        ]
    return np.array(values, np.int64)


def keeps_rows(rows: StableRows, pairs: np.ndarray, full: np.ndarray) -> bool:
    values = np.concatenate([pairs.astype(np.int64), full])
    assert len(values) == rows.num_columns
    activity = np.zeros(len(rows.upper), np.int64)
    np.add.at(activity, rows.row, rows.coeff * values[rows.column])
    return bool((activity <= rows.upper).all())


def test_the_relaxation_is_tight_where_the_flow_is_not() -> None:
    """On lists with ties the flow is often too large by one or two; the relaxation seldom is."""
    closer = 0
    for seed in range(8):
        market = listed_market(120, length=4, ties=0.8, seed=seed)
        usable = reduce_stable(market, everything(market))
        label, _ = component_labels(market, usable)
        pairs = np.flatnonzero(usable)
        proven = stable_bound(market, pairs, label[pairs])
        assert proven is not None
        flow = int(largest_matching(market, usable).chosen.sum())
        best = solve(largest(market)).stages[0].value
        assert best <= int(proven.sum()) <= flow
        closer += int(proven.sum()) < flow
    assert closer


def test_components() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        market = listed_market(25, length=2, ties=0.5, seed=seed)
        usable = rng.random(market.num_pairs) < 0.5
        label, count = component_labels(market, usable)
        graph = nx.Graph()
        for p in np.flatnonzero(usable).tolist():
            graph.add_edge(("s", int(market.student[p])), ("m", int(market.mentor[p])), pair=p)
        expected = {
            frozenset(data["pair"] for _, _, data in graph.subgraph(nodes).edges(data=True))
            for nodes in nx.connected_components(graph)
        }
        assert {frozenset(np.flatnonzero(label == c).tolist()) for c in range(count)} == expected
        assert (label[~usable] == -1).all()


def test_who_is_in_every_largest_matching() -> None:
    for number in range(60):
        market = tied_market(np.random.default_rng((45, number)))
        found = largest_matching(market, everything(market))
        within = [m for m in all_matchings(market, quotas=True) if (m.load <= market.mentor_upper).all()]
        size = max(map(len, within))
        largest_ones = [m for m in within if len(m) == size]
        assert int(found.chosen.sum()) == size
        always = np.all([m.degree == 1 for m in largest_ones], axis=0)
        full = np.all([m.load == market.mentor_upper for m in largest_ones], axis=0)
        assert np.array_equal(found.student_always, always)
        assert np.array_equal(found.mentor_always_full, full)


# -- CP-SAT on a component --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ties", "seed"), [(0.7, 2), (0.7, 29), (0.9, 12)])
def test_a_size_is_found_or_refuted(ties: float, seed: int) -> None:
    """Markets whose largest stable matching is smaller than the largest one, which is rare."""
    market = listed_market(60, length=3, ties=ties, seed=seed)
    form, effort = compile_form(largest(market)), SearchEffort(10.0, None, 0)
    usable = reduce_stable(market, everything(market))
    most = largest_matching(market, usable)
    size = int(most.chosen.sum())
    assert search_size(form, usable, size, most, effort).bound == size - 1
    answer = search_size(form, usable, size - 1, None, effort)
    assert answer.chosen is not None
    assert_stable(market, answer.chosen)
    assert answer.chosen.sum() == size - 1
    climbed = search_largest(form, usable, size, effort)
    assert climbed.bound == size - 1
    assert climbed.chosen is not None
    assert climbed.chosen.sum() == size - 1


def test_an_effort_of_nothing_proves_nothing() -> None:
    form = compile_form(largest(listed_market(60, length=4, ties=0.85, seed=9)))
    usable = reduce_stable(form.market, form.open)
    answer = search_size(form, usable, 60, None, SearchEffort(0.0, 0.0, 0))
    assert answer.chosen is None
    assert answer.bound in (None, 59)


def test_two_proofs_that_disagree_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from mentormatch.base.errors import InternalError
    from mentormatch.solvers.stable import size_search

    answers = iter([("INFEASIBLE", None, False), ("OPTIMAL", None, False)])
    monkeypatch.setattr(size_search, "_run", lambda *_: next(answers))
    form = compile_form(largest(listed_market(6, length=3, ties=0.5, seed=1)))
    with pytest.raises(InternalError):
        search_size(form, form.open, 6, None, SearchEffort(1.0, None, 0))


def test_masks_are_kept() -> None:
    market = listed_market(20, length=4, ties=0.8, seed=1)
    form = compile_form(largest(market))
    from mentormatch.formulation.rows import Mask
    from strategies import LABEL

    gone = np.arange(0, market.num_pairs, 3)
    outcome = largest_stable.solve(replace(form, masks=(*form.masks, Mask("test", gone, LABEL))), Options())
    assert outcome.pairs is not None
    assert not np.isin(outcome.pairs, gone).any()
