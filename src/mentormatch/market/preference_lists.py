"""Preference lists as dictionaries give them: who ranks whom, and what is no list."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text

Id = Hashable
Tiers = Sequence[Any]

_TIE = (list, set, frozenset, tuple)
_WHO = {"student": "学生", "mentor": "导师"}


def ranks_of_lists(lists: Mapping[Any, Any], side: str) -> dict[Id, dict[Id, int] | None]:
    """Return the rank of everybody on each list of a side, None for those who are silent.

    Raises
    ------
    MarketError
        For what is no dictionary of ordered lists, an entry that is no id, and an id listed twice.
    """
    if not isinstance(lists, Mapping):
        raise MarketError(
            Text(
                zh=f"{_WHO[side]}志愿须为字典:编号 -> 名单;现为 {type(lists).__name__}。",
                en=f"The preferences of {side}s must be a mapping of ids to lists; got {type(lists).__name__}.",
            )
        )
    return {owner: None if tiers is None else _ranks(tiers, side, owner) for owner, tiers in lists.items()}


def _ranks(tiers: Tiers, side: str, owner: Id) -> dict[Id, int]:
    """Return the rank of each id in a list of ids and ties."""
    _check_ordered(tiers, side, owner)
    ranks: dict[Id, int] = {}
    for rank, tier in enumerate(tiers, start=1):
        if isinstance(tier, _TIE) and not tier:
            raise MarketError(
                Text(
                    zh=f"{_WHO[side]} {owner!r} 的名单中第 {rank} 项是空的并列。",
                    en=f"The preferences of {side} {owner!r} hold an empty tie at rank {rank}.",
                ),
                maybe=Text(zh="去掉它。", en="leave it out."),
            )
        for item in sorted(tier, key=repr) if isinstance(tier, _TIE) else (tier,):
            _check_id(item, side, owner)
            if item in ranks:
                raise MarketError(
                    Text(
                        zh=f"{_WHO[side]} {owner!r} 的名单中 {item!r} 出现了两次。",
                        en=f"The preferences of {side} {owner!r} list {item!r} twice.",
                    )
                )
            ranks[item] = rank
    return ranks


def _check_ordered(tiers: object, side: str, owner: Id) -> None:
    """Refuse what has no order of its own, or one that is not that of the ranks."""
    maybe = None
    if isinstance(tiers, str):
        maybe = f"[{tiers!r}]"
    elif isinstance(tiers, set | frozenset):
        maybe = f"[{sorted(tiers, key=repr)!r}], one tie"
    elif isinstance(tiers, Mapping):
        maybe = "sorted(ranks, key=ranks.get), with ids of one rank in a list of their own"
    elif isinstance(tiers, Iterable):
        return
    raise MarketError(
        Text(
            zh=f"{_WHO[side]} {owner!r} 的名单须为有序的列表;现为 {tiers!r}。",
            en=f"The preferences of {side} {owner!r} must be a list of ids, best first; got {tiers!r}.",
        ),
        maybe=None if maybe is None else Text(zh=f"应为 {maybe}。", en=f"you meant {maybe}."),
    )


def _check_id(item: object, side: str, owner: Id) -> None:
    """Refuse an empty cell of a table, and a tie inside a tie."""
    if item is None or item != item:  # not a number is what pandas makes of an empty cell
        maybe = Text(zh="去掉空格子。", en="leave empty cells out.")
    elif isinstance(item, Hashable):
        return
    else:
        maybe = Text(zh="并列写成一层列表。", en="write a tie as one list of ids, with no list inside.")
    raise MarketError(
        Text(
            zh=f"{_WHO[side]} {owner!r} 的名单中 {item!r} 不是编号。",
            en=f"The preferences of {side} {owner!r} hold {item!r}, which is no id.",
        ),
        maybe=maybe,
    )


def check_pair(given: object, what: Text) -> None:
    """Refuse what is not two things in a tuple or list; `what` says what the two are."""
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise MarketError(Text(zh=f"应为{what.zh};现为 {given!r}。", en=f"{what.en} must stand here; got {given!r}."))


def sorted_ids(ids: Iterable[Id]) -> tuple[Id, ...]:
    """Return ids in the order of a market: by type, then by value."""
    return tuple(sorted(ids, key=lambda i: (type(i).__name__, i)))


def check_known(ids: Iterable[Id], known: Iterable[Id], where: str, side: str) -> None:
    """Refuse an id that is not known; `where` says what names the id."""
    known = set(known)
    for item in ids:
        if item not in known:
            raise MarketError(f"'{where}' refers to the {side} {item!r}, which is not in the market.")
