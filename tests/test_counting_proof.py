"""A linear relaxation that proves by counting: against enumeration, and against another solver."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.constraints import Coverage, Quotas, TypeQuotas
from mentormatch.constraints.constraint import Constraint
from mentormatch.formulation.rows import Rows, grouped_rows, row
from mentormatch.market.attribute import Attribute
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.alike import Matrix, colours
from mentormatch.solvers.linear_relaxation import counting_proof

SAID = Text("一行", "a row")


@st.composite
def rows_over_few_pairs(draw: st.DrawFn) -> tuple[list[Rows], np.ndarray]:
    """Draw up to six rows over up to seven pairs, some of them closed."""
    m = draw(st.integers(1, 7))
    blocks = []
    for _ in range(draw(st.integers(1, 6))):
        pairs = draw(st.lists(st.integers(0, m - 1), min_size=1, max_size=m, unique=True))
        coeffs = draw(st.lists(st.sampled_from([-1, 1, 1, 2]), min_size=len(pairs), max_size=len(pairs)))
        low = draw(st.integers(-1, 3))
        upper = low + draw(st.integers(0, 2))
        blocks.append(row("drawn", pairs, lower=low, upper=upper, label=SAID, coeffs=coeffs))
    usable = np.array(draw(st.lists(st.sampled_from([True, True, True, False]), min_size=m, max_size=m)))
    return blocks, usable


def keeps(blocks: list[Rows], chosen: np.ndarray) -> bool:
    """Tell by hand whether every row is within its bounds."""
    for block in blocks:
        for i in range(len(block)):
            span = range(block.start[i], block.start[i + 1])
            total = sum((1 if block.coeffs is None else block.coeffs[e]) * chosen[block.pairs[e]] for e in span)
            if not block.lower[i] <= total <= block.upper[i]:
                return False
    return True


@given(rows_over_few_pairs())
@settings(max_examples=150, deadline=None)
def test_a_proof_is_right_and_is_found_where_fractions_do_not_suffice(drawn: tuple[list[Rows], np.ndarray]) -> None:
    blocks, usable = drawn
    proof = counting_proof(blocks, usable)
    possible = any(
        keeps(blocks, np.array(bits))
        for bits in itertools.product((0, 1), repeat=len(usable))
        if not np.any(np.array(bits) > usable)
    )
    assert proof is None or not possible
    matrix = np.zeros((len(blocks), len(usable)))
    for i, block in enumerate(blocks):
        matrix[i, block.pairs] = 1 if block.coeffs is None else block.coeffs
    lower, upper = (
        np.array([int(bound[0]) for bound in bounds])
        for bounds in zip(*((b.lower, b.upper) for b in blocks), strict=True)
    )
    answer = linprog(
        np.zeros(len(usable)),
        A_ub=np.vstack([matrix, -matrix]),
        b_ub=np.concatenate([upper, -lower]),
        bounds=[(0, 1 if is_usable else 0) for is_usable in usable],
        method="highs",
    )
    assert (proof is not None) == (answer.status == 2)
    if proof is not None:
        assert proof.needed > proof.available


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 5), st.sampled_from([1, 2])),
        min_size=1,
        max_size=14,
        unique_by=lambda e: e[:2],
    )
)
@settings(max_examples=60, deadline=None)
def test_rows_and_columns_of_one_colour_meet_the_same_colours(entries: list[tuple[int, int, int]]) -> None:
    row_at, column_at, coeff = (np.array(each, np.int64) for each in zip(*entries, strict=True))
    rows, columns = colours(Matrix(row_at, column_at, coeff, 5, 6), np.zeros(5, np.int64))
    for own, at, other, across in ((rows, row_at, columns, column_at), (columns, column_at, rows, row_at)):
        met: dict[int, set[tuple[tuple[int, int], ...]]] = {}
        for position, colour in enumerate(own.tolist()):
            mine = at == position
            met.setdefault(colour, set()).add(
                tuple(sorted(zip(other[across[mine]].tolist(), coeff[mine].tolist(), strict=True)))
            )
        assert all(len(kinds) == 1 for kinds in met.values())


class AtMostOfSome(Constraint):
    """At most so many pairs of key-care students with the mentors of one department: no flow takes it beside others."""

    kind: str = "at_most_of_some"
    most: int

    def describe(self) -> Text:
        return Text(f"一个学科组至多{self.most}名。", f"A department takes at most {self.most}.")

    def rows(self, market: mm.Market) -> tuple[Rows, ...]:
        key = np.flatnonzero(market.student_attributes["care_level"].has("key")[market.student])
        department = market.mentor[key] % 3
        bound = np.full(3, self.most)
        return (
            grouped_rows(self.kind, key, department, lower=np.zeros(3), upper=bound, label=lambda _: self.describe()),
        )

    def violations(self, market: mm.Market, pairs: object, scope: object = None) -> tuple[()]:
        raise NotImplementedError


@pytest.mark.parametrize("most", [4, 3])
def test_a_school_that_lacks_places_by_departments_is_told_so_by_counting(most: int) -> None:
    rng = np.random.default_rng(1)
    students = {f"s{i:02}": [f"m{j}" for j in rng.permutation(9)] for i in range(30)}
    market = mm.Market.from_preferences(students, quotas={f"m{j}": 5 for j in range(9)})
    market = market.replace(
        student_attributes={
            "care_level": Attribute.from_values(["key" if i < 14 else "general" for i in range(30)]),
            "sex": Attribute.from_values(["f" if i % 2 else "m" for i in range(30)]),
        }
    )
    of_each = TypeQuotas(attribute="sex", values=("f",), upper=3)
    result = mm.solve(Problem(market, [Quotas(), of_each, Coverage(), AtMostOfSome(most=most)]))
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert [rule.kind for rule in result.conflict.rules] == ["coverage", "at_most_of_some"]
    assert result.conflict.is_minimal
    assert (result.conflict.needed, result.conflict.available) == (14, 3 * most)
