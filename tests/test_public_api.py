"""The top level: about twenty names, each documented, and help that reads well."""

import inspect
import pydoc

import mentormatch


def test_the_names_are_there_sorted_and_documented() -> None:
    assert sorted(mentormatch.__all__) == list(mentormatch.__all__)
    assert 15 <= len(mentormatch.__all__) <= 30
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
