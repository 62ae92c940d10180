"""Facts about one pair of a market, looked up by ids: what a rule's `violations` may ask."""

from mentormatch.base.arrays import BoolArray
from mentormatch.market.market import Id, Market

_ON_RECORD = ("current", "provisional")
_ORIGINAL = (*_ON_RECORD, "original")


def on_record(market: Market) -> BoolArray:
    """Return the pairs that stand on the record, settled or provisional, bool of shape (m,)."""
    return market.pair_flag("current") | market.pair_flag("provisional")


def is_on_record(market: Market, student_id: Id, mentor_id: Id) -> bool:
    """Tell whether a pair stands on the record, settled or provisional."""
    return any(has_fact(market, name, student_id, mentor_id) for name in _ON_RECORD)


def with_original_mentor(market: Market) -> BoolArray:
    """Return the pairs of a student and a mentor of any row of the record, present or past, bool of shape (m,)."""
    return on_record(market) | market.pair_flag("original")


def is_original_mentor(market: Market, student_id: Id, mentor_id: Id) -> bool:
    """Tell whether a mentor is, or was, the student's primary one."""
    return any(has_fact(market, name, student_id, mentor_id) for name in _ORIGINAL)


def has_fact(market: Market, name: str, student_id: Id, mentor_id: Id) -> bool:
    """Tell whether a pair attribute is set; False where the pair is no candidate or the market does not have it."""
    values = market.pair_attributes.get(name)
    pair = None if values is None else market.pair_index(student_id, mentor_id)
    return values is not None and pair is not None and bool(values[pair])


def has_flag(market: Market, name: str, pair: int) -> bool:
    """Tell whether a pair attribute is set at one position; False where the market does not have it."""
    values = market.pair_attributes.get(name)
    return values is not None and bool(values[pair])


def number_of(market: Market, name: str, student_id: Id, mentor_id: Id) -> int:
    """Return a numeric pair attribute; 0 where the pair is no candidate or the market does not have it."""
    values = market.pair_attributes.get(name)
    pair = None if values is None else market.pair_index(student_id, mentor_id)
    return 0 if values is None or pair is None else int(values[pair])


def student_rank(market: Market, student_id: Id, mentor_id: Id) -> int:
    """Return the rank that a student gives to a mentor; 0 where it did not list it."""
    pair = market.pair_index(student_id, mentor_id)
    return 0 if pair is None else int(market.student_rank[pair])
