"""The certificate of a result as plain data: what `verify/check_certificate.py` checks without the package.

It holds the market as numbers, the rules as rows, the goals as costs, the matching, and the evidence: row prices where
a flow proved optimality, prices that prove infeasibility where counting does, and otherwise what rests on a search. No
id and no name stands in it, and yet it is of the staff edition: people are numbers in the order of their ids, and rows
and ranks say who is cared for, who will not have whom, and what everybody wrote in a form. Another order of the numbers
would not hide that: the loads of the matching that is posted tell which mentor is which.
"""

from typing import Any

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.edition import EditionName
from mentormatch.explain.counting_cut import counting_cut
from mentormatch.explain.members import Members
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows, Stable
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import PriceCertificate, Result, Status
from mentormatch.problem.taken import not_taken
from mentormatch.verify.check_certificate import FORMAT

EDITION: EditionName = "staff"
"""Whom a certificate is for; the file says it, and so does every command that writes one."""
CERTIFIED: Kinds = frozenset({Rows, Stable, LinearTerm, ConvexTerm, BottleneckTerm})
"""What the stand-alone checker judges; whatever else a problem asks is listed as unchecked."""


def certificate_data(result: Result) -> dict[str, Any]:
    """Return the certificate of a result, ready for `json.dump`.

    Parameters
    ----------
    result : Result

    Returns
    -------
    dict
        ``unchecked`` lists in words what the checker cannot check and who vouches for it.

    Notes
    -----
    O(entries of all rows and levels).
    """
    problem, form = result.problem, compile_form(result.problem)
    market = problem.market
    readable = [not not_taken(CERTIFIED, stages=[stage]) for stage in form.stages]
    unchecked = [reason.text.en.rstrip(".") for reason in not_taken(CERTIFIED, form.parts, form.stages)]
    for stage in result.stages:
        if not stage.proven:
            said = "none" if stage.bound is None else str(stage.bound)
            unchecked.append(
                f"the goal {stage.name} is {stage.value}; its bound {said} is the search's ({result.engine})"
            )
    unproven = result.status is Status.OPTIMAL and result.certificate is None and bool(form.stages)
    if unproven:
        unchecked.append(f"optimality was proven by {result.engine}, whose search leaves no prices")
        unchecked += [f"a single search proved the goal {name}; none confirmed it" for name in result.unconfirmed]
    infeasible = result.status is Status.INFEASIBLE
    prices = infeasible_prices(problem, form) if infeasible else None
    if infeasible and prices is None:
        unchecked.append(f"infeasibility was proven by {result.engine}, twice with different seeds")
    kept = [number for number, plain in enumerate(readable) if plain]
    whole = all(readable)
    return {
        "format": FORMAT,
        "edition": EDITION,
        "status": str(result.status),
        "engine": result.engine,
        "mechanism": result.mechanism,
        "market": {
            name: getattr(market, name).tolist()
            for name in ("student", "mentor", "student_rank", "mentor_rank", "student_quota", "mentor_upper")
        },
        "closed": np.flatnonzero(~form.open).tolist(),
        "rows": [_rows(rows) for rows in form.rows],
        "stages": [_stage(form.stages[number]) for number in kept],
        "stable": [part.pairs[form.open[part.pairs]].tolist() for part in form.parts if type(part) is Stable],
        "matching": [] if result.matching is None else result.matching.pairs.tolist(),
        "values": [result.stages[number].value for number in kept] if result.matching is not None else [],
        "blocking_pairs": result.blocking_pairs,
        "levels": None if result.certificate is None or not whole else _levels(result.certificate),
        "infeasible_prices": None if prices is None else [price.tolist() for price in prices],
        "unchecked": unchecked,
    }


def infeasible_prices(problem: Problem, form: Form) -> list[IntArray] | None:
    """Return prices of the rows that prove that no matching keeps them; None where counting does not show it.

    The rows of a cut that ask have price 1, those that limit have price -1, each as often as it counts (Farkas 1902):
    for any matching the asking rows have in all no more pairs than the limiting ones and the pairs that cross the cut.
    """
    members = Members(problem)
    cut = counting_cut(members, members.of_rules(range(len(problem.constraints))))
    if cut is None:
        return None
    positions: dict[tuple[int, int], int] = {}
    for rule, constraint in enumerate(problem.constraints):
        hard = [part for part in problem.parts_of(constraint) if isinstance(part, Rows) and part.stage is None]
        for block in range(len(hard)):
            positions[rule, block] = len(positions)
    prices: list[IntArray] = [np.zeros(len(rows), np.int64) for rows in form.rows]
    counts = cut.weights or (1,) * len(cut.members)
    for member, asks, count in zip(cut.members, cut.asks, counts, strict=True):
        if member.kind == "row":
            prices[positions[member.rule, member.block]][member.index] = count if asks else -count
    return prices


def _rows(rows: Rows) -> dict[str, Any]:
    return {
        "rule": rows.rule,
        "start": rows.start.tolist(),
        "pairs": rows.pairs.tolist(),
        "coeffs": None if rows.coeffs is None else rows.coeffs.tolist(),
        "lower": rows.lower.tolist(),
        "upper": rows.upper.tolist(),
    }


def _stage(stage: StageForm) -> dict[str, Any]:
    terms: list[dict[str, Any]] = []
    for term in stage.terms:
        if isinstance(term, LinearTerm):
            terms.append({"kind": "linear", "cost": term.cost.tolist()})
        elif isinstance(term, BottleneckTerm):
            terms.append({"kind": "bottleneck", "cost": term.level.tolist()})
        elif isinstance(term, ConvexTerm):
            parts = {name: getattr(term, name).tolist() for name in ("start", "pairs", "slopes")}
            terms.append({"kind": "convex", **parts, "offset": int(term.offset)})
    return {"name": stage.name, "maximise": stage.maximise, "terms": terms}


def _levels(certificate: PriceCertificate) -> list[dict[str, Any]]:
    return [
        {
            "stages": list(level.stages),
            "weights": [int(weight) for weight in level.weights],
            "prices": [price.tolist() for price in level.prices],
            "convex_prices": [price.tolist() for price in level.convex_prices],
        }
        for level in certificate.levels
    ]
