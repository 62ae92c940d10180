"""Streams where a path is taken: the same bytes go in and come out, and a block that fails writes nothing."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import mentormatch as mm
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.instances.glasgow_projects import read_glasgow_projects
from mentormatch.io.instances.preflib import read_preflib, write_preflib
from mentormatch.io.instances.preflib_graph import read_preflib_graph, write_preflib_graph
from mentormatch.io.sample_school import write_sample_school
from mentormatch.io.template import write_template
from mentormatch.report.page import write_page
from mentormatch.report.workbook import write_result

MARKET = mm.Market.from_preferences({1: [1, 2], 2: [1]}, {1: [2, 1], 2: [1]})
STUDENTS = mm.Market.from_preferences({"a": ["x", "y"], "b": ["y", "x"]})
RULES = 'mechanism = "optimal"\n[[constraint]]\nkind = "quotas"\n'


@pytest.fixture(scope="module")
def book() -> bytes:
    stream = io.BytesIO()
    write_sample_school(stream, "en")
    return stream.getvalue()


def test_a_workbook_in_memory_is_the_file(book: bytes, tmp_path: Path) -> None:
    write_sample_school(tmp_path / "school.xlsx", "en")
    assert (tmp_path / "school.xlsx").read_bytes() == book
    on_disk = mm.read_roster(tmp_path / "school.xlsx")
    assert mm.read_roster(io.BytesIO(book)) == mm.read_roster(book) == on_disk
    with (tmp_path / "school.xlsx").open("rb") as stream:
        assert mm.read_roster(stream) == on_disk


def test_results_are_written_into_streams(book: bytes, tmp_path: Path) -> None:
    result = mm.match(mm.read_roster(book), on=date(2024, 11, 11))
    for write in (write_result, write_page):
        stream = io.BytesIO()
        write(result, stream, "en")
        write(result, tmp_path / "out.xlsx", "en")
        assert stream.getvalue() == (tmp_path / "out.xlsx").read_bytes()
    page = io.StringIO()
    write_page(result, page, "en")
    assert page.getvalue().startswith("<!")


def written(write: Callable[[mm.Market, Any], None], market: mm.Market) -> str:
    stream = io.StringIO()
    write(market, stream)
    return stream.getvalue()


TEXTS: list[tuple[Callable[[Any], Any], str]] = [
    (mm.read_rules, RULES),
    (mm.read_glasgow, written(mm.write_glasgow, MARKET)),
    (read_preflib, written(write_preflib, STUDENTS)),
    (read_preflib_graph, written(write_preflib_graph, STUDENTS)),
]


@pytest.mark.parametrize(("read", "text"), TEXTS)
def test_texts_are_read_from_bytes_streams_and_paths(read: Callable[[Any], Any], text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.toml"
    path.write_text(text, "utf-8")
    whole = read(path)
    for source in (text.encode(), io.BytesIO(text.encode()), io.StringIO(text), str(path)):
        again = read(source)
        assert repr(again) == repr(whole)
        assert not isinstance(whole, mm.Rules) or again == whole


def test_a_template_holds_rules_that_are_read_from_memory() -> None:
    stream = io.BytesIO()
    write_template(stream, "zh", rules=[("quotas", "", "", "")])
    assert [rule.kind for rule in mm.read_rules(stream.getvalue()).constraints] == ["quotas"]


def test_a_block_that_fails_writes_nothing_into_a_stream() -> None:
    stream = io.BytesIO()
    seen = []

    def fail() -> None:
        with atomic_path(stream) as temp:
            temp.write_bytes(b"half")
            seen.append(temp)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert stream.getvalue() == b""
    assert not seen[0].exists()


@pytest.mark.parametrize("wrong", [5, object(), None, ["a"]])
def test_what_is_neither_a_path_nor_a_file_is_refused(wrong: Any) -> None:
    for read in (
        mm.read_roster,
        mm.read_rules,
        mm.read_glasgow,
        read_preflib,
        read_preflib_graph,
        read_glasgow_projects,
    ):
        with pytest.raises(mm.InputError, match="path, bytes or an open file"):
            read(wrong)
    with pytest.raises(mm.InputError, match="path or an open file"):
        mm.write_glasgow(MARKET, wrong)
