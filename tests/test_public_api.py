"""The top level: few names and modules, each documented, on a page that says so, and help that reads well."""

import inspect
import pydoc
import re
from pathlib import Path
from types import ModuleType

import mentormatch


def test_the_names_are_there_sorted_and_documented() -> None:
    assert sorted(mentormatch.__all__) == list(mentormatch.__all__)
    assert 15 <= len(mentormatch.__all__) <= 40
    for name in mentormatch.__all__:
        value = getattr(mentormatch, name)
        if not isinstance(value, str):
            assert inspect.getdoc(value), name


def test_help_shows_the_ways_in() -> None:
    text = pydoc.plain(pydoc.render_doc(mentormatch))
    for word in ("read_roster", "from_preferences", "match", "Problem", "solve"):
        assert word in text


def test_unknown_names_are_refused() -> None:
    assert not hasattr(mentormatch, "frobnicate")


def test_the_page_on_what_is_public_names_what_there_is() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "public.md").read_text("utf-8")
    assert sorted(set(re.findall(r"`mentormatch\.(\w+)`", page))) == list(mentormatch.__all__)


def test_the_public_modules_list_names_that_are_there() -> None:
    modules = [getattr(mentormatch, name) for name in mentormatch.__all__]
    for module in modules:
        if isinstance(module, ModuleType):
            assert [name for name in module.__all__ if not hasattr(module, name)] == [], module.__name__
