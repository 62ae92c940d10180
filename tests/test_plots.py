"""Plots of a result, and what a notebook shows of one."""

import sys
import warnings
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import matplotlib
import pytest

import mentormatch as mm
from mentormatch.base.errors import InputError
from mentormatch.constraints import Coverage, Quotas
from mentormatch.io.sample_school import write_sample_school

matplotlib.use("Agg")
from matplotlib import font_manager, pyplot


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> mm.Result:
    path = tmp_path_factory.mktemp("plots") / "school.xlsx"
    write_sample_school(path, "zh")
    return mm.match(mm.read_roster(path), on=date(2024, 11, 11))


@pytest.mark.parametrize("draw", ["ranks", "loads", "classes"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_chinese_characters_are_no_boxes(result: mm.Result, tmp_path: Path, draw: str, lang: str) -> None:
    if not any("CJK" in font.name for font in font_manager.fontManager.ttflist):
        pytest.skip("no Chinese font on this machine")
    before = dict(matplotlib.rcParams)
    ax = getattr(result.plot, draw)(lang=lang)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every glyph that is missing
        ax.figure.savefig(tmp_path / "plot.png")
    pyplot.close(ax.figure)
    assert dict(matplotlib.rcParams) == before
    assert (tmp_path / "plot.png").stat().st_size > 3000


def test_the_bars_are_the_numbers(result: mm.Result) -> None:
    ax = result.plot.ranks()
    assert sum(bar.get_height() for bar in ax.patches) == 240
    pyplot.close(ax.figure)


def test_what_cannot_be_drawn_is_said() -> None:
    market = mm.Market.from_preferences({"a": ["x"]})
    with pytest.raises(InputError, match="classes"):
        mm.match(market).plot.classes()
    full = mm.Problem(mm.Market.from_preferences({"a": ["x"], "b": ["x"]}), [Quotas(), Coverage()])
    with pytest.raises(InputError, match="No matching"):
        _ = mm.solve(full).plot
    pyplot.close("all")


@pytest.mark.filterwarnings("ignore:This machine has no Chinese font")
def test_plots_go_into_a_figure_of_the_caller(result: mm.Result) -> None:
    figure, axes = pyplot.subplots(1, 3)
    for ax, draw in zip(axes, (result.plot.ranks, result.plot.loads, result.plot.classes), strict=True):
        assert draw(ax=ax) is ax
    pyplot.close(figure)


def test_a_machine_without_a_chinese_font_is_warned(result: mm.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    with pytest.warns(UserWarning, match="no Chinese font"):
        result.plot.ranks(lang="zh")
    pyplot.close("all")


def test_without_matplotlib_it_says_what_to_install(result: mm.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match="matplotlib"):
        result.plot.ranks()


def test_students_without_a_mentor_are_drawn() -> None:
    market = mm.Market.from_preferences({"a": ["x"], "b": ["x"]})
    ax = mm.match(market, mechanism="deferred_acceptance").plot.ranks()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "none", "not placed"]
    assert [bar.get_height() for bar in ax.patches] == [1, 0, 1]
    pyplot.close("all")


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_a_notebook_shows_a_table_and_runs_nothing() -> None:
    hostile = "<script>alert(1)</script>"
    market = mm.Market.from_preferences({hostile: ["x"], "b": ["x"]}, quotas=2)
    html = mm.match(market)._repr_html_()
    assert "optimal" in html
    assert "&lt;script&gt;" in html
    assert set(Text(html).tags) <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
