"""Studies: the same table whatever computes it, nothing lost and nothing twice, failures where they belong."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import study
from mentormatch.base.text import Text
from mentormatch.market.market import Market
from mentormatch.mechanisms.own_mechanism import own_mechanism
from mentormatch.study.described import fingerprint_of
from mentormatch.study.experiment import run
from mentormatch.study.instances import fingerprint
from mentormatch.study.log import NAME, open_log
from mentormatch.study.metrics import Metric
from mentormatch.study.metrics.metric import Measured, Values
from mentormatch.study.summary import wide
from mentormatch.study.table import Row, StudyTable

MECHANISMS = ("deferred_acceptance", "immediate_acceptance", "min_cost", "random_priority")
METRICS = ("rank_profile", "blocking", "price")


def theory(count: int = 3) -> list[study.TheoryMarket]:
    return [
        study.TheoryMarket(
            name=f"t{number}", num_students=20 + number, num_mentors=5, seats=4, length=4, mentor_ties=0.5
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def expected() -> StudyTable:
    return run(MECHANISMS, theory(), metrics=METRICS, seeds=2)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / NAME).read_text("utf-8").splitlines()]


# -- the table -------------------------------------------------------------------------------------------------------


def test_the_table_is_tidy_and_in_order(expected: StudyTable) -> None:
    assert expected.mechanisms == MECHANISMS
    cells = list(dict.fromkeys((row.instance, row.seed, row.mechanism) for row in expected))
    assert cells == [(f"t{i}", seed, name) for i in range(3) for seed in range(2) for name in MECHANISMS]
    assert not expected.failures
    header, *rows = expected.csv().splitlines()
    assert header == "instance,seed,mechanism,metric,value"
    assert [float(line.rsplit(",", 1)[1]) for line in rows] == [row.value for row in expected]
    frame = expected.to_pandas()
    assert frame.value.tolist() == [row.value for row in expected]


def test_the_textbook_comes_out(expected: StudyTable) -> None:
    assert {row.value for row in expected.where(mechanism="deferred_acceptance", metric="blocking_pairs")} == {0.0}
    means = {each.mechanism: each.mean for each in study.summary(expected.where(metric="rank_1"))}
    assert means["immediate_acceptance"] > means["deferred_acceptance"]


@pytest.mark.parametrize(("backend", "workers"), [("loky", 2), ("threading", 3), (None, 2)])
def test_the_same_on_any_number_of_workers(expected: StudyTable, backend: str | None, workers: int) -> None:
    assert run(MECHANISMS, theory(), metrics=METRICS, seeds=2, workers=workers, backend=backend) == expected


@pytest.mark.filterwarnings("ignore")
def test_the_same_on_a_dask_cluster(expected: StudyTable, tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        again = run(MECHANISMS, theory(), metrics=METRICS, seeds=2, backend="dask", workers=-1, folder=tmp_path)
    assert again == expected
    assert len(lines(tmp_path)) == 24


def test_backends_that_return_lists_only_work_in_batches(expected: StudyTable, tmp_path: Path) -> None:
    """As Ray's does."""
    from joblib import register_parallel_backend
    from joblib._parallel_backends import ThreadingBackend

    class Lists(ThreadingBackend):
        supports_return_generator = False

    register_parallel_backend("lists", Lists)
    at: list[int] = []
    again = run(
        MECHANISMS,
        theory(),
        metrics=METRICS,
        seeds=2,
        workers=2,
        backend="lists",
        on_progress=lambda d, _: at.append(d),
    )
    assert again == expected
    assert at == list(range(25))


# -- stopping and going on -------------------------------------------------------------------------------------------


class StopError(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 11, 23])
def test_a_stopped_study_goes_on_where_it_stopped(expected: StudyTable, after: int, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 24
        if done == after:
            raise StopError

    with pytest.raises(StopError):
        run(MECHANISMS, theory(), metrics=METRICS, seeds=2, folder=tmp_path, on_progress=stop)
    assert len(lines(tmp_path)) == after
    seen: list[int] = []
    again = run(
        MECHANISMS, theory(), metrics=METRICS, seeds=2, folder=tmp_path, on_progress=lambda done, _: seen.append(done)
    )
    assert again == expected
    assert seen == list(range(after, 25))
    keys = [line["key"] for line in lines(tmp_path)]
    assert len(keys) == len(set(keys)) == 24


def test_a_killed_process_loses_nothing_that_it_had_written(expected: StudyTable, tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); import test_study_run as t; "
        "t.run(t.MECHANISMS, t.theory(), metrics=t.METRICS, seeds=2, folder=sys.argv[1], on_progress=t.slowly)"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    process = subprocess.Popen(command)  # noqa: S603  # our own code
    log = tmp_path / NAME
    deadline = time.monotonic() + 60
    while not (log.exists() and log.read_bytes().count(b"\n") >= 5):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = log.read_bytes()
    with log.open("ab") as stream:
        stream.write(b'{"key": "torn')
    assert run(MECHANISMS, theory(), metrics=METRICS, seeds=2, folder=tmp_path) == expected
    assert log.read_bytes().startswith(before)
    assert len(lines(tmp_path)) == 24


def slowly(done: int, total: int) -> None:
    time.sleep(0.1)


def test_new_metrics_are_measured_on_old_cells_and_nothing_else(expected: StudyTable, tmp_path: Path) -> None:
    run(MECHANISMS, theory(), metrics=["blocking"], seeds=2, folder=tmp_path)
    assert run(MECHANISMS, theory(), metrics=METRICS, seeds=2, folder=tmp_path) == expected
    assert [sorted(line["values"]) for line in lines(tmp_path)[24:]] == [sorted(METRICS)] * 24  # type: ignore[call-overload]
    assert run(MECHANISMS[:1], theory(), metrics=["blocking"], seeds=1, folder=tmp_path) == StudyTable(
        tuple(
            row
            for row in expected
            if row.mechanism == MECHANISMS[0] and row.seed == 0 and row.metric.startswith("blocking")
        )
    )
    assert len(lines(tmp_path)) == 48


def test_a_changed_instance_is_another_cell(tmp_path: Path) -> None:
    one = [study.School(name="s", num_students=40)]
    other = [study.School(name="s", num_students=41)]
    first = run(["random_priority"], one, metrics=["placed"], folder=tmp_path)
    second = run(["random_priority"], other, metrics=["placed"], folder=tmp_path)
    assert len(lines(tmp_path)) == 2
    assert first == run(["random_priority"], one, metrics=["placed"])
    assert second == run(["random_priority"], other, metrics=["placed"])


def test_fingerprints_tell_descriptions_apart(tmp_path: Path) -> None:
    market = study.School(num_students=12).market()
    file = tmp_path / "s.xlsx"
    study.School(num_students=12).write_workbook(file)
    described = [
        study.School(num_students=12),
        study.School(num_students=13),
        study.School(num_students=12, profile=study.SchoolProfile(**{**_junior(), "seats": 14})),
        study.TheoryMarket(num_students=3, num_mentors=2),
        study.TheoryMarket(num_students=3, num_mentors=2, mentors=None),
        study.GivenMarket("m", market),
        study.GivenMarket("m", market.replace(mentor_upper=market.mentor_upper + 1)),
        study.MarketFile("m", str(file)),
    ]
    prints = [fingerprint(each) for each in described]
    assert len(set(prints)) == len(prints)
    assert prints == [fingerprint(each) for each in described]
    study.School(num_students=13).write_workbook(file)
    assert fingerprint(described[-1]) != prints[-1]
    assert run(["optimal"], [described[-1]], metrics=["placed"]).rows[0].value == 1.0


def test_a_study_runs_on_the_formats_of_other_people(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("student,mentor,student_rank\n1,a,1\n2,a,1\n2,b,2\n", "utf-8")
    (tmp_path / "votes.toc").write_text("# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n2: {1,2}\n", "utf-8")
    (tmp_path / "graph.wmd").write_text("# DATA TYPE: wmd\n# ALTERNATIVE NAME 1: a\n1,1,2.0\n", "utf-8")
    names = ("pairs.csv", "votes.toc", "graph.wmd")
    files = [study.MarketFile(name, str(tmp_path / name), seats=2) for name in names]
    assert len({fingerprint(each) for each in (*files, study.MarketFile(names[0], files[0].path))}) == 4
    table = run(["deferred_acceptance"], files, metrics=["placed"])
    assert [(row.instance, row.value) for row in table if row.metric == "placed"] == [(name, 1.0) for name in names]


def _junior() -> dict[str, object]:
    return study.School().profile.model_dump()


def test_a_log_belongs_to_one_process_and_to_studies(tmp_path: Path) -> None:
    with open_log(tmp_path), pytest.raises(mm.FileError, match="Another process"):
        run(["random_priority"], theory(1), folder=tmp_path)
    (tmp_path / NAME).write_text('{"key": "a"}\nnot a cell\n', "utf-8")
    with pytest.raises(mm.FileError, match="Line 2"):
        run(["random_priority"], theory(1), folder=tmp_path)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(mm.FileError, match="Cannot write"):
        run(["random_priority"], theory(1), folder=tmp_path / "file")


# -- what goes wrong --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    name: str = "broken"

    def market(self, seed: int) -> Market:
        if seed == 1:
            raise OSError("the disk is gone")
        return study.TheoryMarket(num_students=4, num_mentors=2).market(seed)


def unlucky(outcome: Measured) -> Values:
    if outcome.mechanism.name == "min_cost":
        raise ZeroDivisionError("no luck")
    return {"luck": 1.0}


LUCK = Metric("luck", Text(zh="运气", en="luck"), unlucky)


@pytest.mark.parametrize("workers", [1, 2])
def test_failures_stay_in_their_cell(workers: int, tmp_path: Path) -> None:
    table = run(
        ["random_priority", "min_cost"],
        [Broken(), *theory(1)],
        metrics=["placed", LUCK],
        seeds=2,
        workers=workers,
        folder=tmp_path,
    )
    assert [(f.instance, f.seed, f.mechanism, f.metric, f.error) for f in table.failures] == [
        ("broken", 0, "min_cost", "luck", "ZeroDivisionError: no luck"),
        ("broken", 1, "random_priority", "", "OSError: the disk is gone"),
        ("broken", 1, "min_cost", "", "OSError: the disk is gone"),
        ("t0", 0, "min_cost", "luck", "ZeroDivisionError: no luck"),
        ("t0", 1, "min_cost", "luck", "ZeroDivisionError: no luck"),
    ]
    assert sum(row.metric == "luck" for row in table) == 3
    assert sum(row.metric == "placed" for row in table) == 6
    again = run(
        ["random_priority", "min_cost"], [Broken(), *theory(1)], metrics=["placed", LUCK], seeds=2, folder=tmp_path
    )
    assert again == table
    assert len(lines(tmp_path)) == 8


def test_metrics_and_seeds_by_position() -> None:
    markets = [study.TheoryMarket(name="m", num_students=12, num_mentors=4, seats=3, length=3)]
    by_name = study.run(["deferred_acceptance"], markets, metrics=["placed"], seeds=2)
    assert study.run(["deferred_acceptance"], markets, ["placed"], 2) == by_name


def test_failures_are_tried_again_on_request(tmp_path: Path) -> None:
    first = run(["min_cost"], theory(1), metrics=["placed", LUCK], folder=tmp_path)
    assert len(first.failures) == 1
    assert run(["min_cost"], theory(1), metrics=["placed", LUCK], folder=tmp_path) == first
    assert len(lines(tmp_path)) == 1
    again = run(["min_cost"], theory(1), metrics=["placed", LUCK], folder=tmp_path, retry_failures=True)
    assert again == first
    assert len(lines(tmp_path)) == 2


def nobody(market: Market) -> list[tuple[object, object]]:
    return []


def first_pair(market: Market) -> list[tuple[object, object]]:
    return [(market.student_of(0), market.mentor_of(0))]


def test_a_mended_mechanism_or_metric_is_computed_again(tmp_path: Path) -> None:
    def seats(factor: float) -> Metric:
        return Metric("seats_used", LUCK.text, lambda outcome: {"seats_used": factor * len(outcome.matching)})

    def values(function: Any, metric: Metric, version: str = "") -> list[float]:
        mine = replace(own_mechanism(function, name="mine"), version=version)
        return [row.value for row in run([mine], theory(1), metrics=[metric], folder=tmp_path)]

    assert values(nobody, seats(1)) == [0.0]
    assert values(first_pair, seats(1)) == [1.0]
    assert values(first_pair, seats(-1)) == [-1.0]
    before = len(lines(tmp_path))
    assert values(nobody, seats(1)) == [0.0]
    assert values(first_pair, seats(-1)) == [-1.0]
    assert len(lines(tmp_path)) == before == 3
    assert values(nobody, seats(1), version="1") == values(first_pair, seats(1), version="1") == [0.0]
    assert values(first_pair, seats(1), version="2") == [1.0]


OWN_CODE = """
FACTOR = 1
TABLE = {"a": 1}
def helper(x): return x * 1
class Tool:
    size = 1
    def work(self): return 1
class Mine:
    name = "mine"
    def __init__(self): self.held = 1
    def market(self, seed): return helper(seed) + FACTOR + TABLE["a"] + Tool().work() + len((lambda: (1,))())
def plain(market, least=1, *, most=1):
    import %s
    inner = lambda x: x + 1
    return inner(%s.far(1))
def made(k):
    return lambda market: k + 1
closing, bound, held = made(1), partial(plain, 1), Mine()
"""
CHANGES = ["FACTOR = 1", '"a": 1', "x * 1", "size = 1", "return 1\n", "held = 1", "(1,)", "least=1", "most=1", "x + 1"]
CHANGES += ["k + 1", "made(1)", "partial(plain, 1)"]


def test_what_is_computed_otherwise_is_described_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change anywhere in code or data of one's own changes what it concerns; the same text twice is the same."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def prints(code: str, far: str = "return x + 1", module: str = "far_away_module") -> list[str]:
        sys.modules.pop(module, None)
        path = tmp_path / f"{module}.py"
        path.write_text(f"def far(x):\n    {far}\n", "utf-8")
        os.utime(path, (len(code), len(far)))
        importlib.invalidate_caches()
        space: dict[str, Any] = {"__name__": "__main__", "partial": partial}
        exec(code % (module, module), space)  # noqa: S102  # our own code
        return [fingerprint_of(space[name]) for name in ("held", "plain", "closing", "bound")]

    as_it_is = prints(OWN_CODE)
    assert prints(OWN_CODE) == as_it_is
    for text in CHANGES:
        assert OWN_CODE.count(text) == 1, text
        assert prints(OWN_CODE.replace(text, text.replace("1", "2"))) != as_it_is, text
    assert prints(OWN_CODE, far="return x + 22") != as_it_is
    assert fingerprint_of({3, 1}) == fingerprint_of({1, 3}) != fingerprint_of({1, 2})
    arrays = [np.arange(3), np.arange(3.0), np.arange(4), np.array(["a", None], object)]
    assert len({fingerprint_of(each) for each in (*arrays, np.int64(1), b"1", Path("1"), print, np.sort)}) == 9


def test_no_matching_is_a_failure_that_says_why() -> None:
    market = Market.from_preferences({"s1": ["a"]}, {"b": None}, quotas={"a": (1, 1), "b": (1, 1)})
    table = run(["two_round"], [study.GivenMarket("short", market)], metrics=["placed"])
    assert not table.rows
    assert table.failures[0].error.startswith("NoMatchingError: ")
    assert "b" in table.failures[0].error


def test_names_must_be_distinct_and_known() -> None:
    with pytest.raises(mm.InputError, match="instances"):
        run(["min_cost"], [theory(1)[0], theory(1)[0]])
    with pytest.raises(mm.InputError, match="mechanisms"):
        run(["min_cost", "min_cost"], theory(1))
    with pytest.raises(mm.InputError, match="draw_straws"):
        run(["draw_straws"], theory(1))
    with pytest.raises(mm.InputError, match="happiness"):
        run(["min_cost"], theory(1), metrics=["happiness"])
    with pytest.raises(mm.InputError, match="abacus"):
        run(["min_cost"], theory(1), metrics=["placed"], backend="abacus")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"mechanisms": "two_round"}, "mechanisms must be a list"),
        ({"instances": study.School(num_students=20)}, "instances must be a list. Got a School"),
        ({"instances": [3]}, "market.seed.. Got a int"),
        ({"instances": [Market.from_preferences({"s": ["a"]}, {"a": None})]}, "GivenMarket"),
        ({"metrics": "placed"}, "metrics must be a list"),
        ({"seeds": 0}, "seeds must be a positive number"),
        ({"seeds": -2}, "seeds must be a positive number"),
        ({"seeds": 2.5}, "seeds must be a list"),
        ({"seeds": ["a"]}, "whole numbers"),
        ({"seeds": [True]}, "whole numbers"),
        ({"workers": 0}, "workers must be positive"),
    ],
)
def test_one_thing_where_several_belong(given: dict[str, Any], message: str) -> None:
    asked = {"mechanisms": ["two_round"], "instances": theory(1), "metrics": ["placed"], "seeds": 1} | given
    with pytest.raises(mm.InputError, match=message) as caught:
        run(**asked)
    assert caught.value.full_text.zh != caught.value.full_text.en


@dataclass
class Counted:
    name: str = "counted"
    drawn: list[int] = field(default_factory=list)

    def market(self, seed: int) -> Market:
        self.drawn.append(seed)
        return study.TheoryMarket(num_students=4, num_mentors=2).market(seed)


def test_a_market_is_drawn_once_for_all_mechanisms() -> None:
    counted = Counted()
    run(MECHANISMS, [counted], metrics=["placed"], seeds=3)
    assert counted.drawn == [0, 1, 2]


# -- means and intervals ---------------------------------------------------------------------------------------------


def made_up() -> StudyTable:
    values = {"m": [[1.0, 3.0], [2.0, 4.0], [6.0, 8.0]], "n": [[0.0, 1.0], [1.0, 2.0], [4.0, 6.0]]}
    return StudyTable(
        tuple(
            Row(f"i{instance}", seed, mechanism, "x", value)
            for mechanism, by_seed in values.items()
            for seed, by_instance in enumerate(by_seed)
            for instance, value in enumerate(by_instance)
        )
    )


def test_means_and_intervals_by_hand() -> None:
    first, _ = study.summary(made_up())
    # Seed means 2, 3, 7: mean 4, standard deviation sqrt(7), t quantile 4.3027 with two degrees of freedom.
    assert (first.mechanism, first.mean, first.draws, first.cells) == ("m", 4.0, 3, 6)
    assert first.high - 4.0 == pytest.approx(4.302653 * np.sqrt(7) / np.sqrt(3), rel=1e-6)
    assert first.low == pytest.approx(8.0 - first.high)
    by_instance, _ = study.summary(made_up(), over="instance")
    assert by_instance.draws == 2
    assert study.summary(made_up(), level=0.5)[0].high < first.high
    only = study.summary(made_up().where(instance="i0", seed=0))[0]
    assert np.isnan(only.low)
    assert np.isnan(only.high)


def test_differences_are_taken_cell_by_cell() -> None:
    (difference,) = study.differences(made_up(), baseline="n")
    # Seed by seed 1.5, 1.5, 2.
    assert difference.mean == pytest.approx(5 / 3)
    assert difference.high - difference.mean == pytest.approx(4.302653 * np.sqrt(1 / 12) / np.sqrt(3), rel=1e-6)
    with pytest.raises(mm.InputError, match="baseline"):
        study.differences(made_up(), baseline="baseline")
    with pytest.raises(mm.InputError, match="level"):
        study.summary(made_up(), level=95)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(400):
        rows = tuple(Row("i", seed, "m", "x", float(value)) for seed, value in enumerate(rng.normal(5, 2, 6)))
        (estimate,) = study.summary(StudyTable(rows))
        hits += estimate.low <= 5 <= estimate.high
    assert 0.92 < hits / 400 < 0.98


def test_a_markdown_table_has_a_row_for_each_mechanism() -> None:
    text = wide(study.summary(made_up()), ["x", "y"])
    assert text.splitlines()[2].startswith("| m | 4.000 ± 6.57")
    assert text.splitlines()[3].endswith("| - |")
