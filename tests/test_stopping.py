"""A caller that stops a search: the best so far is kept, whoever asks, and nothing hangs."""

import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import mentormatch as mm
from mentormatch.base.stopping import can_stop
from mentormatch.constraints import Coverage, Quotas
from mentormatch.io.sample_school import write_sample_school
from mentormatch.objectives import FewestBlockingPairs, RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.solvers.cp.interruptible import wait_for

DAY = date(2024, 11, 11)


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """Return a school whose fewest blocking pairs take minutes to prove."""
    path: Path = tmp_path_factory.mktemp("slow") / "school.xlsx"
    write_sample_school(path, "en")
    problem = mm.build_problem(mm.read_roster(path), on=DAY)
    return problem.replace(constraints=[Quotas(), Coverage()], stages=[FewestBlockingPairs(), RankTotal()])


def test_stopping_from_another_thread_keeps_the_best_so_far(slow: Problem) -> None:
    seen = threading.Event()
    result = mm.solve(slow, time_limit=None, on_progress=lambda *_: seen.set(), stop=seen.is_set)
    assert result.stopped_by_limit
    assert result.status is mm.Status.FEASIBLE
    assert len(result.matched) > 0
    assert not can_stop()


def test_a_search_that_is_stopped_at_once_has_no_answer_and_says_so(slow: Problem) -> None:
    result = mm.match(slow, mechanism="optimal", time_limit=None, stop=lambda: True)
    assert result.stopped_by_limit
    assert result.status in (mm.Status.UNKNOWN, mm.Status.FEASIBLE)


def test_what_the_callable_raises_ends_the_search_and_is_raised() -> None:
    def fails() -> bool:
        raise ZeroDivisionError

    market = mm.Market.from_preferences({"a": ["x"]})
    assert mm.match(market, stop=lambda: False).matched.as_dict() == {"a": ("x",)}
    done = threading.Event()
    from mentormatch.base.stopping import stopping_when

    with pytest.raises(ZeroDivisionError), stopping_when(fails):
        wait_for(done.wait, stop=done.set)
    assert done.is_set()


@pytest.mark.parametrize("call", [mm.match, mm.solve])
def test_there_is_no_matching_to_ask_for_in_an_infeasible_problem(call: Callable[[Problem], mm.Result]) -> None:
    market = mm.Market.from_preferences({"a": ["x"], "b": ["x"]})
    result = call(Problem(market, [Quotas(), Coverage()]))
    assert result.matching is None
    with pytest.raises(mm.NoMatchingError, match="infeasible"):
        _ = result.matched


def test_the_log_tells_sizes_and_engines_and_nobody(caplog: pytest.LogCaptureFixture) -> None:
    market = mm.Market.from_preferences({"Ann Secret": ["Lee Secret"]})
    with caplog.at_level(logging.INFO, logger="mentormatch"):
        mm.match(market)
    assert "1 students, 1 mentors, 1 pairs" in caplog.text
    assert "Secret" not in caplog.text
