"""One-sided optimality against all stable matchings; a concept whose engine errs raises and answers nothing."""

import numpy as np
import pytest

from brute_force import stable_matchings
from mentormatch import concepts
from mentormatch.base.errors import InternalError
from mentormatch.concepts.concept import Concept, concept
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.solvers.stable import deferred_acceptance
from mentormatch.verify.one_side_optimal import is_mentor_optimal, is_strict, is_student_optimal
from random_markets import random_markets, strict_ranks

LATIN = Market.from_preferences(
    {"s1": ["a", "b", "c"], "s2": ["b", "c", "a"], "s3": ["c", "a", "b"]},
    {"a": ["s2", "s3", "s1"], "b": ["s3", "s1", "s2"], "c": ["s1", "s2", "s3"]},
)


def complete(rng: np.random.Generator) -> Market:
    """Return a market of four students and three mentors who list each other: often with several stable matchings."""
    student, mentor = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    seats = rng.permutation([1, 1, 2])
    ranks = (strict_ranks(rng, student), strict_ranks(rng, mentor))
    return Market.from_arrays(student, mentor, student_rank=ranks[0], mentor_rank=ranks[1], mentor_upper=seats)


@pytest.mark.parametrize("seed", range(4))
def test_only_the_ends_of_the_lattice_are_best(seed: int) -> None:
    rng, several = np.random.default_rng((91, seed)), 0
    for market in [LATIN, *(complete(rng) for _ in range(40)), *random_markets((90, seed), 60, pairs=9, strict=True)]:
        assert is_strict(market)
        stable = [Matching(market, np.array(pairs, np.int64)) for pairs in stable_matchings(market)]
        several += len(stable) > 1
        for side, is_best in (("student", is_student_optimal), ("mentor", is_mentor_optimal)):
            rank = getattr(market, f"{side}_rank")
            totals = [int(rank[matching.pairs].sum()) for matching in stable]
            # Best for each of the side at once: the smallest sum of ranks.
            assert [is_best(market, matching) for matching in stable] == [t == min(totals) for t in totals]
    assert several > 5


def test_ties_and_several_mentors_are_not_strict() -> None:
    assert not is_strict(Market.from_preferences({"s1": [["a", "b"]]}))
    assert not is_strict(LATIN.replace(student_quota=np.full(3, 2)))


@pytest.mark.parametrize("name", ["student_optimal", "mentor_optimal"])
def test_a_wrong_engine_is_no_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = getattr(concepts, name)
    assert answer(LATIN).matching is not None
    one, other = deferred_acceptance.student_proposing, deferred_acceptance.mentor_proposing
    monkeypatch.setattr(deferred_acceptance, "student_proposing", other)
    monkeypatch.setattr(deferred_acceptance, "mentor_proposing", one)
    with pytest.raises(InternalError, match=name):
        answer(LATIN)


def test_a_concept_is_what_its_definition_returns() -> None:
    @concept
    def impossible() -> Concept:
        """Return nothing that anybody could believe."""
        return Concept(holds=lambda _market, _matching: False)

    with pytest.raises(InternalError, match="impossible"):
        impossible(LATIN)
    assert impossible.__name__ == "impossible"
    assert (impossible.__doc__ or "").startswith("Return nothing")


@pytest.mark.parametrize("name", [name for name in concepts.__all__ if name.islower()])
def test_every_concept_says_what_it_takes(name: str) -> None:
    text = getattr(concepts, name).__doc__ or ""
    assert text.startswith("Return ")
    assert "Parameters\n" in text
