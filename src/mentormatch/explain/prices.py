"""Price list: what it costs to give way, for the search for cheapest repairs. Whole numbers, any unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mentormatch.base.by_kind import kind_of
from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.constraints.registry import CONSTRAINT_KINDS
from mentormatch.market.market import MAX_QUOTA, Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """A mentor that could be taken on.

    Parameters
    ----------
    price : int
        Of one such mentor.
    seats : int
    classes : tuple of str
        The classes that it would teach; empty for a mentor that anybody may go to. With classes, only their students
        may go to it.
    most : int
        How many of this kind there are.
    """

    price: int
    seats: int
    classes: tuple[str, ...] = ()
    most: int = 200

    def __post_init__(self) -> None:
        if self.price < 0 or not 0 < self.seats <= MAX_QUOTA or self.most < 1:
            raise InputError(
                f"A hire needs a price of at least 0, seats and a number; got {self.price}, {self.seats}, {self.most}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What each kind of repair costs; None for what is not to be thought of.

    A price is that of one mentor's or one student's exemption. Rules on the whole school (at most so many changes), on
    stability and on teams (class teams, siblings, classes of a mentor) have none: there is nobody to exempt from them,
    and how far such a rule would have to give is not a sum over people. What a repair leaves of them is checked.

    Parameters
    ----------
    seat : int or None
        One more seat at a mentor.
    seat_of : mapping of mentor id to int or None
        Where it differs.
    most_seats_each : int or None
        How many more seats a mentor may get.
    cap : int or None
        A cap on a kind of students (a type quota, seats held back) raised by one at one mentor.
    lower : int or None
        A lower quota lowered by one at one mentor.
    relax : mapping of rule kind to int
        A rule that is given up for one student: ``coverage`` (it stays without a mentor), ``fixed_pairs``,
        ``continuity`` (it may leave), ``eligibility``, ``forbidden_pairs``, ``vetoes`` (each pair that is made anyway).
        Kinds that are not named are kept. By default the rules that have a price of their own (`Constraint.price`).
    hires : tuple of Hire
        Mentors that could be taken on; a repair may mix kinds.
    """

    seat: int | None = 1
    seat_of: Mapping[Id, int | None] = field(default_factory=dict)
    most_seats_each: int | None = None
    cap: int | None = 3
    lower: int | None = 2
    relax: Mapping[str, int] = field(
        default_factory=lambda: {
            kind_of(rule): rule.price for rule in CONSTRAINT_KINDS.shipped if rule.price is not None
        }
    )
    hires: tuple[Hire, ...] = ()

    def __post_init__(self) -> None:
        given = [self.seat, self.cap, self.lower, *self.seat_of.values(), *self.relax.values()]
        bad = [price for price in given if price is not None and not 0 < price <= MAX_QUOTA]
        if bad:
            raise InputError(
                Text(
                    zh=f"价目表中的价格应为正整数,现有 {bad[0]}。",
                    en=f"Prices must be whole numbers above 0; got {bad[0]}.",
                ),
                maybe=Text(zh="不考虑的做法写 None。", en="write None for what is not to be thought of."),
            )
