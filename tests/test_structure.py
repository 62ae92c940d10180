"""Structure: which rows a flow can take, by hand and against the definition."""

import gc
import weakref

import numpy as np
import pytest

from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.constraints import Coverage, Quotas, TypeQuotas, WeakStability
from mentormatch.formulation.rows import row
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.structure import analyse
from mentormatch.solvers.choose import ENGINES


@pytest.fixture
def market() -> Market:
    n, k = 6, 3
    return Market.from_arrays(
        np.repeat(np.arange(n), k),
        np.tile(np.arange(k), n),
        student_rank=np.ones(n * k, np.int64),
        mentor_upper=np.full(k, 3),
        student_attributes={
            "care_level": Attribute.from_values(["key", "key", "general", "general", None, None]),
            "gender": Attribute.from_values(["f", "m"] * 3),
        },
    )


def test_students_and_mentors_are_the_two_families(market: Market) -> None:
    structure = analyse(compile_form(Problem(market, [Quotas(), Coverage()])))
    assert structure.families is not None
    sizes = [sorted({int(size) for block in family for size in block.size}) for family in structure.families]
    assert sizes == [[3], [6]]


def test_a_form_is_looked_at_once_and_not_kept(market: Market) -> None:
    form = compile_form(Problem(market, [Quotas(), Coverage()]))
    assert analyse(form) is analyse(form)
    gone = weakref.ref(form)
    del form
    gc.collect()
    assert gone() is None


def test_nested_type_quotas_fit(market: Market) -> None:
    rules = [
        Quotas(),
        TypeQuotas(attribute="care_level", values=("key", "general"), upper=2),
        TypeQuotas(attribute="care_level", values=("key",), upper=1),
    ]
    assert analyse(compile_form(Problem(market, rules))).is_bihierarchy


def test_overlapping_type_quotas_do_not_fit_and_are_named(market: Market) -> None:
    rules = [
        Quotas(),
        TypeQuotas(attribute="care_level", values=("key",), upper=1),
        TypeQuotas(attribute="gender", values=("f",), upper=2),
    ]
    structure = analyse(compile_form(Problem(market, rules)))
    assert not structure.is_bihierarchy
    assert "type_quotas" in structure.reasons[0].text.en
    with pytest.raises(UnsupportedError, match="Maybe use: cp_sat"):
        solve(Problem(market, rules), engine="min_cost_flow")
    assert solve(Problem(market, rules)).engine == "cp_sat"


def test_a_convex_term_is_a_set_like_any_other(market: Market) -> None:
    problem = Problem(market, [Quotas(), TypeQuotas(attribute="gender", values=("f",), upper=2)], [LoadBalance()])
    assert analyse(compile_form(problem)).is_bihierarchy


def test_coefficients_other_than_one_do_not_fit(market: Market) -> None:
    label = Text("权重", "weights")
    form = Form(market, parts=(row("mine", [0, 1], lower=0, upper=2, coeffs=[1, 2], label=label),))
    structure = analyse(form)
    assert not structure.unit_coefficients
    assert structure.reasons[0].code == "coefficients"


def test_the_first_reason_of_each_engine_is_kept(market: Market) -> None:
    result = solve(Problem(market, [Quotas(), WeakStability()], [LoadBalance()]))
    assert result.engine == "cp_sat"
    assert set(result.refusals) == {engine.name for engine in ENGINES} - {"cp_sat"}
    assert all(reasons for reasons in result.refusals.values())


@pytest.mark.parametrize("seed", range(40))
def test_bihierarchy_by_definition(seed: int) -> None:
    """Random sets, one a row: two-colourable by laminarity exactly when the analysis says so."""
    rng = np.random.default_rng(seed)
    market = Market.from_arrays(np.zeros(6, int), np.arange(6), student_rank=np.ones(6, int))
    sets = [set(np.flatnonzero(rng.random(6) < 0.5).tolist()) for _ in range(4)]
    label = Text("行", "row")
    form = Form(market, parts=tuple(row(f"r{i}", sorted(s), lower=0, upper=9, label=label) for i, s in enumerate(sets)))

    def laminar(family: list[set[int]]) -> bool:
        return all(not (a & b) or a <= b or b <= a for a in family for b in family)

    splits = ([[s for i, s in enumerate(sets) if mask >> i & 1 == side] for side in (0, 1)] for mask in range(16))
    assert analyse(form).is_bihierarchy == any(laminar(one) and laminar(other) for one, other in splits)
