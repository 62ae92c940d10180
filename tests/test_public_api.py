"""The top level: few names and modules, each documented, on a page that says so, and help that reads well."""

import importlib.util
import inspect
import pydoc
import re
from pathlib import Path
from types import ModuleType

import pytest

import mentormatch

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """Return what writes the reference from the page on what is public."""
    spec = importlib.util.spec_from_file_location("public_pages", ROOT / "docs" / "public_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    page = (ROOT / "docs" / "reference" / "public.md").read_text("utf-8")
    assert sorted(set(re.findall(r"`mentormatch\.(\w+)`", page))) == list(mentormatch.__all__)


def test_the_public_modules_list_names_that_are_there() -> None:
    modules = [getattr(mentormatch, name) for name in mentormatch.__all__]
    for module in modules:
        if isinstance(module, ModuleType):
            assert [name for name in module.__all__ if not hasattr(module, name)] == [], module.__name__


def test_every_public_object_has_a_page_and_says_what_it_is(pages: ModuleType) -> None:
    objects = pages.public_objects()
    known = {*objects, *pages.listed(), "mentormatch.__version__"}
    assert {f"mentormatch.{name}" for name in mentormatch.__all__} <= known
    assert len(objects) > 200
    for name, value in objects.items():
        if inspect.isroutine(value) or inspect.isclass(value):
            assert value.__doc__, name
    for name in ("match", "rematch", "solve", "build_problem", "roster_from_tables"):
        text = inspect.getdoc(getattr(mentormatch, name))
        assert text is not None
        assert all(section in text for section in ("Parameters\n", "Examples\n")), name


def test_what_guides_and_examples_import_is_public(pages: ModuleType) -> None:
    public = {*pages.public_objects(), *pages.listed()}
    named = re.compile(r"^\s*from (mentormatch[\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE)
    block = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
    programs = {path: path.read_text("utf-8") for path in (ROOT / "examples").rglob("*.py")}
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        programs[path] = "\n".join(block.findall(path.read_text("utf-8")))
    secret = {
        (str(path.relative_to(ROOT)), f"{home}.{name}")
        for path, text in programs.items()
        for home, names in named.findall(text)
        for name in re.findall(r"\w+", re.sub(r" as \w+|#.*", "", names))
        if f"{home}.{name}" not in public
    }
    assert not secret, "name these in docs/reference/public.md, or do without them"
