"""Facts about one pair of a market, looked up by ids: what a rule's `violations` may ask."""

from mentormatch.market.market import Id, Market


def has_fact(market: Market, name: str, student_id: Id, mentor_id: Id) -> bool:
    """Tell whether a pair attribute is set; False where the pair is no candidate or the market does not have it."""
    values = market.pair_attributes.get(name)
    pair = None if values is None else market.pair_index(student_id, mentor_id)
    return values is not None and pair is not None and bool(values[pair])


def number_of(market: Market, name: str, student_id: Id, mentor_id: Id) -> int:
    """Return a numeric pair attribute; 0 where the pair is no candidate or the market does not have it."""
    values = market.pair_attributes.get(name)
    pair = None if values is None else market.pair_index(student_id, mentor_id)
    return 0 if values is None or pair is None else int(values[pair])


def student_rank(market: Market, student_id: Id, mentor_id: Id) -> int:
    """Return the rank that a student gives to a mentor; 0 where it did not list it."""
    pair = market.pair_index(student_id, mentor_id)
    return 0 if pair is None else int(market.student_rank[pair])
