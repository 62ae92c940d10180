"""Flows under multipliers: their bound and their matching against enumeration; the repair of a whole rule book."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import given, settings

from brute_force import best_of_form
from mentormatch.explain.prices import PriceList
from mentormatch.explain.relax import cheapest_repair
from mentormatch.explain.repaired import fits, repaired
from mentormatch.formulation.rows import row
from mentormatch.formulation.terms import ConvexTerm, LinearTerm
from mentormatch.io.read import read_roster
from mentormatch.matchmaking import build_problem, find_mechanism
from mentormatch.problem.form import Form
from mentormatch.rules.rules_file import read_rules
from mentormatch.solvers.lagrangian import dual, keeps
from samples import SAMPLES
from strategies import LABEL, forms, without_stability

ROOT = Path(__file__).resolve().parents[1]
SCHOOL = SAMPLES / "school.xlsx"


def one_stage(form: Form) -> Form:
    """The form with its first stage, if that is one of sums, as what is minimised."""
    sums = [s for s in form.stages if all(isinstance(term, (LinearTerm, ConvexTerm)) for term in s.terms)]
    return replace(form, stages=tuple(replace(stage, maximise=False) for stage in sums[:1]))


@settings(max_examples=150, deadline=None)
@given(forms())
def test_no_matching_costs_less_than_the_bound(form: Form) -> None:
    form = one_stage(form)
    best, found = best_of_form(form), dual(form, rounds=15)
    if not found.is_feasible:
        assert not best.is_feasible
    if best.values and found.bound is not None:
        assert found.bound <= best.values[0]
    if found.value is not None:
        assert found.chosen is not None
        assert keeps(form, found.chosen)
        assert best.values is not None
        assert best.values[0] <= found.value == form.stages[0].cost(found.chosen)


@settings(max_examples=60, deadline=None)
@given(forms(max_coefficient=1))
def test_every_matching_is_judged_as_by_enumeration(form: Form) -> None:
    form = replace(without_stability(form), stages=())
    for pairs in best_of_form(form).matchings[:20]:
        chosen = np.zeros(form.market.num_pairs, bool)
        chosen[list(pairs)] = True
        assert keeps(form, chosen)
        for pair in pairs:
            # What asks for a pair that is not there is broken.
            asked = row("needed", [pair], lower=1, upper=1, label=LABEL)
            assert not keeps(replace(form, parts=(*form.parts, asked)), chosen & (np.arange(len(chosen)) != pair))


def test_rows_that_overlap_get_multipliers_that_prove_a_matching_best() -> None:
    """On forms in which something was left out the two meet often: else this would be no use."""
    met = left_out = 0

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(forms(max_coefficient=1))
    def count(form: Form) -> None:
        nonlocal met, left_out
        form = one_stage(without_stability(form))
        found = dual(form)
        if form.stages and found.is_feasible and best_of_form(form).is_feasible:
            left_out += 1
            met += found.is_proven

    count()
    assert met > left_out / 2 > 10


def test_the_whole_rule_book_is_repaired_at_a_proven_price() -> None:
    roster = read_roster(SCHOOL)
    rules = read_rules(ROOT / "benchmarks" / "all_rules.toml")
    problem = build_problem(roster, find_mechanism("two_round"), rules=rules, on=date(2024, 9, 10))
    repair = cheapest_repair(problem, prices=PriceList(), seconds=120)
    assert repair is not None
    assert repair.proven
    assert repair.cost == 697 == sum(action.price for action in repair.actions)
    assert fits(repaired(problem, repair))
