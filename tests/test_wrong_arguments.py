"""Every public call with arguments of every wrong type: an error of ours or an answer, and no other traceback."""

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch.constraints import CONSTRAINTS, Quotas
from mentormatch.objectives import STAGES, PlacedStudents

MARKET = mm.Market.from_preferences({"a": ["x"], "b": ["x", "y"]})
PROBLEM = mm.Problem(MARKET, [Quotas()], [PlacedStudents()])
RESULT = mm.match(MARKET)

CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "match": (mm.match, {"source": MARKET}),
    "rematch": (mm.rematch, {"source": MARKET, "before": [("a", "x")]}),
    "solve": (mm.solve, {"problem": PROBLEM}),
    "build_problem": (mm.build_problem, {"source": MARKET}),
    "Problem": (mm.Problem, {"market": MARKET}),
    "read_roster": (mm.read_roster, {"source": "missing.xlsx"}),
    "read_rules": (mm.read_rules, {"path": "missing.toml"}),
    "read_glasgow": (mm.read_glasgow, {"path": "missing.txt"}),
    "roster_from_tables": (mm.roster_from_tables, {"tables": {}}),
    "from_preferences": (mm.Market.from_preferences, {"students": {"a": ["x"]}}),
    "from_arrays": (mm.Market.from_arrays, {"student": [0], "mentor": [0], "student_rank": [1]}),
    "from_choices": (mm.Market.from_choices, {"choices": [[0]], "mentor_upper": [1]}),
    "from_ids": (mm.Matching.from_ids, {"market": MARKET, "pairs": [("a", "x")]}),
    "explain": (RESULT.explain, {"student_id": "a"}),
    "explain_mentor": (RESULT.explain_mentor, {"mentor_id": "x"}),
    "explain_pair": (RESULT.explain_pair, {"student_id": "a", "mentor_id": "x"}),
    "in_edition": (RESULT.in_edition, {"edition": "public"}),
}
WRONG: list[Any] = [
    5,
    -1,
    1.5,
    "nonsense",
    b"bytes",
    True,
    ["a"],
    [("a",)],
    {"a": "x"},
    {"a", "b"},
    object(),
    Path("missing"),
    date(2024, 9, 1),
    datetime(2024, 9, 1, tzinfo=UTC),
    np.arange(3),
    float("nan"),
]


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_gets_an_error_of_ours_or_an_answer(name: str) -> None:
    call, right = CALLS[name]
    known = inspect.signature(call).parameters
    for parameter in known.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        for wrong in WRONG:
            try:
                call(**{**right, parameter.name: wrong})
            except mm.MentorMatchError:
                continue
            except Exception as error:  # noqa: BLE001  # that is what must not come
                pytest.fail(f"{name}({parameter.name}={wrong!r}) raised {type(error).__name__}: {error}")


@pytest.mark.parametrize("model", [*CONSTRAINTS, *STAGES], ids=lambda model: model.__name__)
def test_a_rule_or_stage_of_nonsense_gets_an_error_of_ours(model: type[Any]) -> None:
    with pytest.raises(mm.RulesError, match="no_such_parameter"):
        model(no_such_parameter=1)
    for name, field in model.model_fields.items():
        for wrong in (object(), -(10**9), {"a": object()}):
            try:
                model(**{name: wrong})
            except mm.MentorMatchError:
                continue
            except Exception as error:  # noqa: BLE001
                pytest.fail(f"{model.__name__}({name}={wrong!r}), {field.annotation}: {type(error).__name__}: {error}")


@pytest.mark.parametrize("seed", [np.int64(7), np.uint8(7), np.int32(7)])
def test_a_whole_number_of_numpy_is_a_seed(seed: Any) -> None:
    assert mm.match(MARKET, seed=seed).seed == 7


def test_the_mend_is_named() -> None:
    for call, words in (
        (lambda: mm.match(MARKET, on="2024-09-01"), "fromisoformat"),  # type: ignore[arg-type]
        (lambda: mm.match(MARKET, on=datetime(2024, 9, 1, tzinfo=UTC)), r"\.date\(\)"),
        (lambda: mm.match(MARKET, rules="rules.toml"), "read_rules"),  # type: ignore[arg-type]
        (lambda: mm.match(MARKET, rules={"constraints": []}), "model_validate"),  # type: ignore[arg-type]
        (lambda: mm.rematch(MARKET, {"a": "x"}), "list its pairs"),  # type: ignore[arg-type]
        (lambda: mm.match(MARKET, stop=True), "is_set"),  # type: ignore[arg-type]
        (lambda: mm.match(MARKET, rules=mm.Rules(mechanism="unheard_of")), "There is no mechanism"),
    ):
        with pytest.raises(mm.MentorMatchError, match=words):
            call()
