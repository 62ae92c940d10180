"""Plots of a result, and what a notebook shows of one."""

import warnings
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import matplotlib
import pytest

import mentormatch as mm
from mentormatch.errors import InputError
from mentormatch.report.plots import plot_classes, plot_loads, plot_ranks
from mentormatch.sample_school import write_sample_school

matplotlib.use("Agg")
from matplotlib import font_manager, pyplot


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> mm.Result:
    path = tmp_path_factory.mktemp("plots") / "school.xlsx"
    write_sample_school(path, "zh")
    return mm.match(mm.read_roster(path), on=date(2024, 11, 11))


@pytest.mark.parametrize("draw", [plot_ranks, plot_loads, plot_classes])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_chinese_characters_are_no_boxes(result: mm.Result, tmp_path: Path, draw, lang: str) -> None:
    if not any("CJK" in font.name for font in font_manager.fontManager.ttflist):
        pytest.skip("no Chinese font on this machine")
    ax = draw(result, lang=lang)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every glyph that is missing
        ax.figure.savefig(tmp_path / "plot.png")
    pyplot.close(ax.figure)
    assert (tmp_path / "plot.png").stat().st_size > 3000


def test_the_bars_are_the_numbers(result: mm.Result) -> None:
    ax = plot_ranks(result)
    assert sum(bar.get_height() for bar in ax.patches) == 240
    pyplot.close(ax.figure)


def test_what_cannot_be_drawn_is_said() -> None:
    market = mm.Market.from_preferences({"a": ["x"]})
    with pytest.raises(InputError, match="classes"):
        plot_classes(mm.match(market))
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
