"""The stand-alone checker: passes on true certificates, fails on every mutation that makes a claim false."""

import ast
import copy
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from brute_force import best_of_form
from mentormatch.base.text import Text
from mentormatch.constraints import Coverage, FixedPairs, ForbiddenPairs, Quotas, TypeQuotas, WeakStability
from mentormatch.explain.certificate import certificate_data
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm, Term
from mentormatch.io.read import read_roster
from mentormatch.market.market import Market
from mentormatch.matchmaking import match
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.form import Form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.verify import check_certificate
from mentormatch.verify.check_certificate import Broken, check
from samples import SAMPLES
from strategies import problems
from test_optimality import STAGES, solved

SCRIPT = Path(check_certificate.__file__)
LABEL = Text(zh="行", en="row")


def is_proven(certificate: dict[str, Any]) -> bool:
    try:
        check(certificate)
    except (Broken, KeyError, TypeError, IndexError):
        return False
    return True


def run(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own script


def test_the_script_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules == {"json", "sys"}


def test_where_nothing_was_found_in_time_nothing_is_claimed() -> None:
    """A search that the limit ends has no matching; its certificate is no false one."""
    asked = solved(0, STAGES[next(iter(STAGES))])
    cut = replace(asked, status=Status.UNKNOWN, matching=None, stages=(), certificate=None, stopped_by_limit=True)
    proven, unchecked = check(json.loads(json.dumps(certificate_data(cut))))
    assert not proven
    assert any("none was found" in line for line in unchecked)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("stages", STAGES.values(), ids=STAGES)
def test_every_optimal_flow_result_passes(seed: int, stages: list[Any]) -> None:
    certificate = json.loads(json.dumps(certificate_data(solved(seed, stages))))
    checked, unchecked = check(certificate)
    assert "no matching that keeps the rows has better values: shown by the prices" in checked
    assert unchecked == []


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems())
def test_every_result_has_a_certificate_that_passes(problem: Problem) -> None:
    result = solve(problem)
    certificate = certificate_data(result)
    checked, unchecked = check(certificate)
    if result.status is Status.OPTIMAL and result.certificate is not None:
        assert unchecked == []
    if result.status is Status.INFEASIBLE and certificate["infeasible_prices"] is not None:
        assert any("no matching keeps all rows" in line for line in checked)
    if result.status is Status.INFEASIBLE and result.engine == "min_cost_flow":
        assert certificate["infeasible_prices"] is not None


def form_of(certificate: dict[str, Any]) -> Form:
    """Read a certificate as a form, for the enumerating oracle."""
    market = certificate["market"]
    stages = []
    for stage in certificate["stages"]:
        terms: list[Term] = []
        for term in stage["terms"]:
            if term["kind"] == "linear":
                terms.append(LinearTerm(np.array(term["cost"], np.int64)))
            elif term["kind"] == "bottleneck":
                terms.append(BottleneckTerm(np.array(term["cost"], np.int64)))
            else:
                arrays = [np.array(term[name], np.int64) for name in ("start", "pairs", "slopes")]
                terms.append(ConvexTerm(*arrays, term["offset"]))
        stages.append(StageForm(stage["name"], tuple(terms), stage["maximise"]))
    return Form(
        market=Market.from_arrays(
            market["student"],
            market["mentor"],
            student_rank=market["student_rank"],
            mentor_rank=market["mentor_rank"],
            mentor_upper=market["mentor_upper"],
            student_quota=market["student_quota"],
            num_students=len(market["student_quota"]),
            num_mentors=len(market["mentor_upper"]),
        ),
        masks=(Mask("closed", np.array(certificate["closed"], np.int64), LABEL),),
        parts=tuple(
            Rows(
                rule=block["rule"],
                start=np.array(block["start"]),
                pairs=np.array(block["pairs"], np.int64),
                lower=np.array(block["lower"]),
                upper=np.array(block["upper"]),
                coeffs=None if block["coeffs"] is None else np.array(block["coeffs"]),
                label=lambda _: LABEL,
            )
            for block in certificate["rows"]
        ),
        stages=tuple(stages),
    )


def is_true(certificate: dict[str, Any]) -> bool:
    """Whether the matching keeps the rows and attains the optimal values that are claimed: by enumeration."""
    best = best_of_form(form_of(certificate))
    matching = tuple(sorted(certificate["matching"]))
    return best.values == tuple(certificate["values"]) and matching in best.matchings


def numbers(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all whole numbers of a certificate."""
    if isinstance(part, bool):
        return []
    if isinstance(part, int):
        return [path]
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [place for key, value in items for place in numbers(value, (*path, key))]


def mutated(certificate: dict[str, Any], place: tuple[Any, ...], change: int) -> dict[str, Any]:
    other = copy.deepcopy(certificate)
    inner = other
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] += change
    return other


def small(seed: int) -> Result:
    """A market that can be enumerated, solved by the flow; every kind of stage in turn."""
    rng = np.random.default_rng(seed)
    n, k = 4, 3
    pairs = [(i, j) for i in range(n) for j in range(k) if rng.random() < 0.75]
    market = Market.from_arrays(
        [i for i, _ in pairs],
        [j for _, j in pairs],
        student_rank=rng.integers(0, 4, len(pairs)),
        mentor_upper=rng.integers(1, 3, k),
        num_students=n,
        num_mentors=k,
    )
    return solve(Problem(market, [Quotas()], list(STAGES.values())[seed % len(STAGES)]), engine="min_cost_flow")


def test_a_thousand_mutations_that_make_a_claim_false_are_all_refused() -> None:
    rng = np.random.default_rng(0)
    false, seed, kinds = 0, 0, set()
    while false < 1000:
        certificate = json.loads(json.dumps(certificate_data(small(seed))))
        seed += 1
        assert is_proven(certificate)
        assert is_true(certificate)
        places = [p for p in numbers(certificate) if p[0] in ("rows", "stages", "matching", "values", "closed")]
        for at in rng.permutation(len(places))[:60].tolist():
            other = mutated(certificate, places[at], int(rng.choice([-2, -1, 1, 2])))
            try:
                holds = is_true(other)
            except (ValueError, IndexError):
                # No market, no rows, no set of pairs: what cannot be read cannot be true.
                holds = False
            if not holds:
                false += 1
                kinds.add((places[at][0], str(places[at][-2])[:6] if places[at][0] in ("rows", "stages") else ""))
                assert not is_proven(other), places[at]
    assert {kind for kind, _ in kinds} >= {"rows", "stages", "matching", "values"}


def test_forged_prices_prove_nothing_that_is_false() -> None:
    """Whatever the prices say: a matching that is not optimal is never proven."""
    rng = np.random.default_rng(1)
    tried = 0
    for seed in range(60):
        certificate = json.loads(json.dumps(certificate_data(small(seed))))
        if not certificate["matching"]:
            continue
        worse = copy.deepcopy(certificate)
        worse["matching"].pop(int(rng.integers(len(worse["matching"]))))
        # The values are made to fit, so that only the prices stand against it.
        form = form_of(worse)
        chosen = np.zeros(form.market.num_pairs, bool)
        chosen[worse["matching"]] = True
        worse["values"] = [
            (-1 if stage.maximise else 1) * sum(_cost(term, chosen) for term in stage.terms) for stage in form.stages
        ]
        worse["blocking_pairs"] = len(
            check_certificate.blocking_pairs(worse["market"], worse["matching"], range(form.market.num_pairs))
        )
        if is_true(worse):
            continue
        tried += 1
        assert not is_proven(worse)
        for place in [p for p in numbers(worse) if p[0] == "levels"]:
            for change in (-3, -1, 1, 3):
                assert not is_proven(mutated(worse, place, change))
    assert tried > 30


def _cost(term: Term, chosen: np.ndarray) -> int:
    if isinstance(term, LinearTerm):
        return int(term.cost[chosen].sum())
    if isinstance(term, BottleneckTerm):
        return int(term.level[chosen].max(initial=0))
    return term.value(chosen)  # type: ignore[union-attr]


def test_an_infeasible_result_is_proven_by_prices_and_a_forged_one_is_not() -> None:
    market = Market.from_preferences({f"s{i}": ["a", "b"] for i in range(5)}, quotas={"a": 2, "b": 1})
    certificate = certificate_data(solve(Problem(market, [Quotas(), Coverage()])))
    checked, unchecked = check(certificate)
    assert checked == ["no matching keeps all rows: the prices miss 2"]
    assert unchecked == []
    more = copy.deepcopy(certificate)
    more["rows"][1]["upper"] = [3, 2]
    assert not is_proven(more)
    for place in [p for p in numbers(certificate) if p[0] == "infeasible_prices"]:
        assert is_proven(certificate)
        for change in (-4, 4):
            # Prices may prove the same in another way, but never where there is a matching.
            assert not is_proven(mutated(more, place, change))


def test_closed_pairs_and_other_rows_are_part_of_the_proof() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a"]}, quotas=2)
    rules = [Quotas(), FixedPairs(pairs=(("s", "a"),)), ForbiddenPairs(pairs=(("s", "a"),))]
    certificate = certificate_data(solve(Problem(market, rules)))
    assert check(certificate)[0]
    opened = copy.deepcopy(certificate)
    opened["closed"] = []
    assert not is_proven(opened)


def test_stability_is_checked_by_looking_at_every_pair() -> None:
    market = Market.from_preferences({"s1": ["a"], "s2": ["a", "b"]}, {"a": ["s2", "s1"], "b": ["s2"]})
    certificate = certificate_data(solve(Problem(market, [Quotas(), WeakStability()])))
    assert "none of 3 pairs blocks the matching" in check(certificate)[0]
    at = [market.pair_index("s1", "a"), market.pair_index("s2", "b")]
    unstable = {**certificate, "matching": at}
    with pytest.raises(Broken, match="1 pairs block"):
        check(unstable)


def test_what_a_search_proved_is_said_to_rest_on_it() -> None:
    market = Market.from_preferences({"s1": [["a", "b"]], "s2": ["a"]}, {"a": ["s2", "s1"]}, quotas=1)
    result = solve(Problem(market, [Quotas(), WeakStability()], [PlacedStudents(), RankTotal()]), engine="cp_sat")
    unchecked = check(certificate_data(result))[1]
    assert any("cp_sat" in line for line in unchecked)


def test_the_school_as_a_file_by_the_script_alone(tmp_path: Path) -> None:
    result = match(read_roster(SAMPLES / "school.xlsx"), on=date(2024, 11, 11))
    path = tmp_path / "certificate.json"
    certificate = certificate_data(result)
    path.write_text(json.dumps(certificate), "utf-8")
    done = run(path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "shown by the prices" in done.stdout
    names = {str(s) for s in result.problem.market.student_ids}
    assert not any(f'"{name}"' in path.read_text("utf-8") for name in list(names)[:50])
    certificate["matching"] = certificate["matching"][1:]
    path.write_text(json.dumps(certificate), "utf-8")
    assert run(path).returncode == 1


def test_bad_files_are_no_certificates(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    for text in ("", "{}", "[]", '{"format": "other"}', json.dumps({"format": check_certificate.FORMAT})):
        path.write_text(text, "utf-8")
        assert run(path).returncode == 2
    assert run(tmp_path / "missing.json").returncode == 2


def test_type_quotas_and_their_prices_are_read(tmp_path: Path) -> None:
    result = solved(3, STAGES["coverage first"])
    assert any(isinstance(rule, TypeQuotas) for rule in result.problem.constraints)
    certificate = certificate_data(result)
    assert len(certificate["rows"]) == 3
    assert is_proven(certificate)
