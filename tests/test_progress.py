"""What a solve tells while it runs, and what Ctrl-C leaves behind."""

import signal
from pathlib import Path
from typing import Any

import pytest

import mentormatch.matchmaking
from mentormatch.cli import main
from mentormatch.cli.progress import Progress, progress_line
from mentormatch.io.sample_school import write_sample_school
from mentormatch.objectives import STAGES
from mentormatch.problem.result import StageValue
from mentormatch.report.stage_words import stage_line, stage_words


def test_the_line_tells_stage_best_bound_and_time_left() -> None:
    assert progress_line("rank_total", 12, 10, 41.6, "en") == (
        "stage sum of ranks: best 12, bound 10, at most 42 s left, Ctrl-C stops it"
    )
    assert "剩余时间至多 42 s" in progress_line("rank_total", 12, None, 41.6, "zh")
    assert progress_line("", 0, None, None, "en") == "Ctrl-C stops it"
    assert progress_line("generous.3", 1, 0, None, "zh").startswith("阶段 只得到该序号志愿的学生(3): 当前 1, 界 0")
    assert "at most 0 s" in progress_line("x", 1, None, -3, "en")


def test_nothing_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("en", 5) as show:
        assert show is None
    assert capsys.readouterr().err == ""


def test_an_interrupt_that_an_engine_heard_leaves_its_best_matching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_sample_school(tmp_path / "school.xlsx", "en")
    real = mentormatch.matchmaking.match

    def interrupted(*arguments: Any, **options: Any) -> Any:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return real(*arguments, **options)

    monkeypatch.setattr(mentormatch.matchmaking, "match", interrupted)
    with pytest.raises(SystemExit) as left:
        main(
            [
                "solve",
                str(tmp_path / "school.xlsx"),
                "-o",
                str(tmp_path / "r.xlsx"),
                "--date",
                "2024-11-11",
                "--lang",
                "en",
            ]
        )
    assert left.value.code == 130
    assert (tmp_path / "r.xlsx").stat().st_size > 0
    assert "best so far" in capsys.readouterr().err


def test_an_interrupt_that_nobody_heard_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sample_school(tmp_path / "school.xlsx", "en")

    def interrupted(*_: Any, **__: Any) -> Any:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(mentormatch.matchmaking, "match", interrupted)
    with pytest.raises(SystemExit) as left:
        main(["solve", str(tmp_path / "school.xlsx"), "-o", str(tmp_path / "r.xlsx")])
    assert left.value.code == 130
    assert [path.name for path in tmp_path.iterdir()] == ["school.xlsx"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_every_stage_is_told_in_words() -> None:
    for stage in STAGES:
        kind = stage.model_fields["kind"].default
        assert stage_words(kind).en != kind, kind
        assert stage_words(f"{kind}.2").zh.endswith("(2)")
    assert stage_words("of_my_own").zh == "of_my_own"
    assert stage_line(StageValue("rank_total", 12, None, proven=False)).zh == "志愿序号之和 = 12(未证明)"
    assert stage_line(StageValue("rank_total", 12, 10, proven=False)).en == "sum of ranks = 12 (not proven, bound 10)"
