"""What a solve tells while it runs, and what Ctrl-C leaves behind."""

import signal
from pathlib import Path
from typing import Any

import pytest

import mentormatch.matchmaking
from mentormatch.cli import main
from mentormatch.cli.progress import Progress, progress_line
from mentormatch.sample_school import write_sample_school


def test_the_line_tells_stage_best_bound_and_time_left() -> None:
    assert progress_line("rank_total", 12, 10, 41.6, "en") == (
        "stage rank_total: best 12, bound 10, at most 42 s left, Ctrl-C stops it"
    )
    assert "剩余时间至多 42 s" in progress_line("rank_total", 12, None, 41.6, "zh")
    assert progress_line("", 0, None, None, "en") == "Ctrl-C stops it"
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
