"""The levels of an objective in words: what a school reads where a program reads ``rank_total``."""

from typing import Any

from mentormatch.base.by_kind import kind_of
from mentormatch.base.text import Text
from mentormatch.objectives.registry import STAGE_KINDS
from mentormatch.objectives.stage import Stage
from mentormatch.problem.result import StageValue

_OF_TEAMS: dict[str, Text] = {
    "externals_missing": Text(zh="缺少的校外导师", en="externals missing"),
    "external_fit": Text(zh="校外导师与学生的契合", en="fit of externals and students"),
    "group_balance": Text(zh="小组人数不均(平方和)", en="unevenness of groups (sum of squares)"),
}
"""Levels that no stage has: groups count them."""


def _words() -> dict[str, Text]:
    """Return what every class of stages says of itself, whoever wrote it; ours are loaded first."""
    found = dict(_OF_TEAMS)
    for stage in (*STAGE_KINDS.shipped, *_subclasses(Stage)):
        if stage.words is not None and kind_of(stage):
            found.setdefault(kind_of(stage), stage.words)
            found |= {f"{kind_of(stage)}.{level}": words for level, words in stage.level_words.items()}
    return found


def _subclasses(stage: type[Any]) -> list[type[Any]]:
    return [each for child in stage.__subclasses__() for each in (child, *_subclasses(child))]


def stage_words(name: str) -> Text:
    """Return what a level is about; the name itself where nobody has put it into words.

    Examples
    --------
    >>> stage_words("generous.3").en
    'students with that rank only (3)'
    """
    known = _words()
    if name in known:
        return known[name]
    kind, _, level = name.partition(".")
    words = known.get(kind)
    if words is None:
        return Text(zh=name, en=name)
    return Text(zh=f"{words.zh}({level})", en=f"{words.en} ({level})") if level else words


def stage_line(stage: StageValue) -> Text:
    """Return a level with its value, and what is known of it."""
    words = stage_words(stage.name)
    if stage.proven:
        known = Text(zh="已证明", en="proven")
    elif stage.bound is None:
        known = Text(zh="未证明", en="not proven")
    else:
        known = Text(zh=f"未证明,界 {stage.bound}", en=f"not proven, bound {stage.bound}")
    return Text(zh=f"{words.zh} = {stage.value}({known.zh})", en=f"{words.en} = {stage.value} ({known.en})")
