"""Checks that rules share when they are bound to a market: ids and attributes must be there."""

from collections.abc import Iterable
from difflib import get_close_matches

from mentormatch.attribute import Attribute
from mentormatch.errors import RulesError
from mentormatch.market import Id, Market
from mentormatch.text import Text


def known_students(market: Market, ids: Iterable[Id], rule: str) -> None:
    """Raise `RulesError` for a student id that the market does not have."""
    _known(market.student_ids, ids, rule, Text(zh="学生", en="student"))


def known_mentors(market: Market, ids: Iterable[Id], rule: str) -> None:
    """Raise `RulesError` for a mentor id that the market does not have."""
    _known(market.mentor_ids, ids, rule, Text(zh="导师", en="mentor"))


def known_attribute(market: Market, name: str, rule: str) -> Attribute:
    """Return a student attribute, or raise `RulesError` where the market does not have it."""
    found = market.student_attributes.get(name)
    if found is None:
        there = ", ".join(sorted(market.student_attributes)) or "-"
        raise RulesError(
            Text(
                zh=f"规则 {rule}:没有名为“{name}”的学生属性;可用的有:{there}。",
                en=f"Rule {rule}: there is no student attribute '{name}'; there are: {there}.",
            )
        )
    return found


def _known(there: Iterable[Id], ids: Iterable[Id], rule: str, side: Text) -> None:
    known = set(there)
    for item in ids:
        if item not in known:
            near = get_close_matches(str(item), [str(other) for other in known], n=3)
            raise RulesError(
                Text(
                    zh=f"规则 {rule}:没有编号为 {item} 的{side.zh}。",
                    en=f"Rule {rule}: there is no {side.en} with the id {item}.",
                ),
                maybe=Text(zh="、".join(near), en=f"you meant {', '.join(near)}.") if near else None,
            )
