"""The reduction for stability with ties: it keeps the set of weakly stable matchings, and removes something."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from brute_force import best_of_form, weakly_stable_matchings
from mentormatch.formulation.rows import Mask, Rows, Stable
from mentormatch.market.market import Market
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.hall_reduction import NEVER, worst_of_mentors, worst_of_students
from mentormatch.solvers.cp.reduce import held_to_quota, reduce_by_counting, reduce_stable, usable_pairs
from strategies import LABEL, forms, hrt_forms, upper_quota_rows

CHUNKS, MARKETS = 6, 100


def random_market(rng: np.random.Generator) -> Market:
    """Ties on both sides, missing pairs, placement pairs, mentors without seats."""
    n, k = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    pairs = np.argwhere(rng.random((n, k)) < rng.choice([0.6, 0.9]))
    most = int(rng.choice([1, 3, 6]))
    return Market.from_arrays(
        pairs[:, 0],
        pairs[:, 1],
        student_rank=rng.integers(int(rng.random() > 0.5), most + 1, len(pairs)),
        mentor_rank=rng.integers(1, int(rng.choice([1, 3, 8])) + 1, len(pairs)),
        mentor_upper=rng.integers(0, 4, k),
        num_students=n,
        num_mentors=k,
    )


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_weakly_stable_matchings_stay(chunk: int) -> None:
    removed = kept = 0
    for number in range(MARKETS):
        rng = np.random.default_rng((20, chunk, number))
        market = random_market(rng)
        usable = rng.random(market.num_pairs) < 0.9
        left = reduce_stable(market, usable)
        assert not (left & ~usable).any()
        stable = weakly_stable_matchings(market, usable)
        assert stable
        assert weakly_stable_matchings(market, left) == stable, (market, usable)
        # Once is enough.
        assert np.array_equal(reduce_stable(market, left), left)
        seated = (market.mentor_upper[market.mentor] > 0) & usable
        removed, kept = removed + int((seated & ~left).sum()), kept + int(left.sum())
    assert removed > MARKETS // 4
    assert kept > MARKETS


def crowded_market(rng: np.random.Generator) -> Market:
    """Nearly complete lists, where whole sets of mentors are short of students or have too many."""
    n, k = (int(number) for number in rng.permutation([3, int(rng.integers(3, 5))]))
    pairs = np.argwhere(rng.random((n, k)) < 0.9)
    return Market.from_arrays(
        pairs[:, 0],
        pairs[:, 1],
        student_rank=rng.integers(int(rng.random() > 0.5), int(rng.choice([2, 3])) + 1, len(pairs)),
        mentor_rank=rng.integers(1, int(rng.choice([1, 2, 4])) + 1, len(pairs)),
        mentor_upper=1 if rng.random() < 0.7 else rng.integers(1, 3, k),
        num_students=n,
        num_mentors=k,
    )


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_flows_refute_is_so_in_every_stable_matching(chunk: int) -> None:
    """Each side's conclusions by themselves, before and after counting; the set of stable matchings stays."""
    more = 0
    for number in range(MARKETS):
        market = crowded_market(np.random.default_rng((21, chunk, number)))
        wish = np.where(market.is_choice, market.student_rank, NEVER)
        everything = np.ones(market.num_pairs, bool)
        stable = weakly_stable_matchings(market)
        counted = everything.copy()
        reduce_by_counting(market, wish, counted)
        for alive in (everything, counted):
            of_students, of_mentors = worst_of_students(market, wish, alive), worst_of_mentors(market, wish, alive)
            for matched in stable:
                pairs = np.array(matched, np.int64)
                ends = np.full(market.num_students, NEVER, np.int64)
                ends[market.student[pairs]] = wish[pairs]
                assert (ends <= of_students).all()
                full = np.bincount(market.mentor[pairs], minlength=market.num_mentors) == market.mentor_upper
                assert full[of_mentors < NEVER].all()
                assert (market.mentor_rank[pairs] <= of_mentors[market.mentor[pairs]]).all()
            left = alive & (wish <= of_students[market.student]) & (market.mentor_rank <= of_mentors[market.mentor])
        more += int((counted & ~left).sum())
        assert weakly_stable_matchings(market, left) == stable
    assert more


def test_two_mentors_together_have_a_seat_for_both_by_hand() -> None:
    """Neither mentor 0 nor mentor 1 has a seat for both students, together they have: nobody ends with mentor 2."""
    market = Market.from_arrays([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, student_rank=[1, 2, 3] * 2, mentor_upper=[1, 1, 1])
    wish, alive = market.student_rank, np.ones(6, bool)
    reduce_by_counting(market, wish, alive)
    assert alive.all()
    assert worst_of_students(market, wish, alive).tolist() == [2, 2]
    assert reduce_stable(market, alive).tolist() == [True, True, False] * 2


def test_two_students_for_two_seats_elsewhere_by_hand() -> None:
    """Students 0 and 1 are indifferent between mentors 0 and 1, who like them best: student 2 has no chance."""
    market = Market.from_arrays(
        [0, 0, 1, 1, 2, 2], [0, 1] * 3, student_rank=[1, 1, 1, 1, 1, 2], mentor_rank=[1, 1, 1, 1, 2, 2], mentor_upper=1
    )
    wish, alive = market.student_rank, np.ones(6, bool)
    reduce_by_counting(market, wish, alive)
    assert alive.all()
    assert worst_of_mentors(market, wish, alive).tolist() == [1, 1]
    assert reduce_stable(market, alive).tolist() == [True, True, True, True, False, False]


def test_beyond_the_budget_nothing_is_concluded(monkeypatch: pytest.MonkeyPatch) -> None:
    from mentormatch.solvers.cp import hall_reduction

    market = Market.from_arrays([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, student_rank=[1, 2, 3] * 2, mentor_upper=[1, 1, 1])
    for limit in ("_MOST_MEMBERS", "_MOST_ARCS"):
        with monkeypatch.context() as patched:
            patched.setattr(hall_reduction, limit, 0)
            assert (worst_of_students(market, market.student_rank, np.ones(6, bool)) == NEVER).all()


def test_the_input_is_left_alone() -> None:
    market = random_market(np.random.default_rng(3))
    usable = np.ones(market.num_pairs, bool)
    reduce_stable(market, usable)
    assert usable.all()


def test_mentors_offer_by_hand() -> None:
    """Mentor 0 has a seat for both of its students, so student 0 never ends with the worse mentor 1."""
    market = Market.from_arrays([0, 0, 1], [0, 1, 0], student_rank=[1, 2, 1], mentor_upper=[2, 1])
    assert reduce_stable(market, np.ones(3, bool)).tolist() == [True, False, True]


def test_a_tie_of_the_student_is_no_reason_to_remove() -> None:
    market = Market.from_arrays([0, 0, 1], [0, 1, 0], student_rank=[1, 1, 1], mentor_upper=[2, 1])
    assert reduce_stable(market, np.ones(3, bool)).all()


def test_students_apply_by_hand() -> None:
    """Student 0 has mentor 0 as its only best and is liked best there: student 1 has no chance."""
    market = Market.from_arrays(
        [0, 0, 1, 1], [0, 1, 0, 1], student_rank=[1, 2, 1, 2], mentor_rank=[1, 1, 2, 1], mentor_upper=[1, 1]
    )
    assert reduce_stable(market, np.ones(4, bool)).tolist() == [True, False, False, True]


def test_a_tie_of_the_mentor_is_no_reason_to_remove() -> None:
    market = Market.from_arrays([0, 1], [0, 0], student_rank=[1, 1], mentor_rank=[1, 1], mentor_upper=[1])
    assert reduce_stable(market, np.ones(2, bool)).all()


def removed_by_mask(form: Form) -> Form:
    gone = np.flatnonzero(form.open & ~usable_pairs(form))
    return replace(form, masks=(*form.masks, Mask("reduced", gone, LABEL)))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(form=hrt_forms(max_students=4))
def test_a_form_keeps_its_matchings(form: Form) -> None:
    plain = replace(form, stages=())
    assert best_of_form(removed_by_mask(plain)) == best_of_form(plain)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(form=forms())
def test_a_form_with_any_other_rows_keeps_its_matchings(form: Form) -> None:
    plain = replace(form, stages=())
    assert best_of_form(removed_by_mask(plain)) == best_of_form(plain)


def pure(market: Market) -> Form:
    return Form(market, parts=(*upper_quota_rows(market), Stable(np.flatnonzero(market.is_choice))))


def test_forms_that_the_argument_does_not_cover_keep_all_their_pairs() -> None:
    market = Market.from_arrays([0, 0, 1], [0, 1, 0], student_rank=[1, 2, 1], mentor_upper=[2, 1])
    form = pure(market)
    assert usable_pairs(form).tolist() == [True, False, True]
    several = pure(market.replace(student_quota=np.array([2, 1])))
    assert usable_pairs(several).all()
    assert usable_pairs(form.only(frozenset({Rows}))).all()
    # Pair 0 may block unseen here.
    assert usable_pairs(replace(form, parts=(*form.rows, Stable(np.array([1, 2]))))).all()
    # Nothing holds student 0 to one mentor.
    assert usable_pairs(form.with_rows(form.rows[1:])).all()


def test_held_to_quota() -> None:
    market = Market.from_arrays([0, 0, 1, 1], [0, 1, 0, 1], student_rank=[1, 2, 1, 2], mentor_upper=[1, 2])
    form = pure(market)
    assert held_to_quota(form, market.student, market.student_quota).all()
    assert held_to_quota(form, market.mentor, market.mentor_upper).all()
    free = form.with_rows(())
    assert not held_to_quota(free, market.student, market.student_quota).any()
    # Mentor 1 has as many seats as pairs.
    assert held_to_quota(free, market.mentor, market.mentor_upper).tolist() == [False, True]
