"""Published priorities: in which order a mentor takes students, as far as it gave no order of its own."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, get_args

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import RulesError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text

Priority = Literal["continuing", "transfer", "named", "own_class", "other"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)


class PriorityGroup(FrozenModel):
    """A tier of students that have one of some values of an attribute, for example boarders.

    Parameters
    ----------
    attribute : str
        A student attribute, for example ``boarding``.
    values : tuple of str
    """

    is_part_of_rules: ClassVar[bool] = True

    attribute: str = Field(min_length=1)
    values: tuple[str, ...] = Field(min_length=1)


Tier = Priority | PriorityGroup
"""A tier of the published priorities: a named one, or a group of students."""


def check_priorities(tiers: Sequence[Tier]) -> None:
    """Raise `RulesError` for a tier that does not exist or stands twice."""
    for tier in tiers:
        if not isinstance(tier, PriorityGroup) and tier not in PRIORITIES:
            raise RulesError(
                Text(
                    zh=f"优先级中的“{tier}”不存在;可用的有:{'、'.join(PRIORITIES)}。",
                    en=f"There is no priority '{tier}'; there are: {', '.join(PRIORITIES)}.",
                )
            )
    if len(set(tiers)) != len(tiers):
        shown = [tier if isinstance(tier, str) else tier.attribute for tier in tiers]
        raise RulesError(
            Text(zh=f"优先级重复:{'、'.join(shown)}。", en=f"A priority stands twice: {', '.join(shown)}.")
        )


def mentor_ranks(
    tiers: Sequence[Tier], members: Mapping[Tier, BoolArray], order: IntArray, ranked: BoolArray
) -> IntArray:
    """Return each pair's rank for its mentor: the first tier that it is in, then the mentor's own order.

    Parameters
    ----------
    tiers : sequence
        Most important first; pairs in none of them come last.
    members : mapping of tier to bool array of shape (m,)
        Which pairs are in each tier.
    order : int64 array of shape (m,)
        The mentor's own order of the students that it named, 1 = best; it counts within the tier "named" only.
    ranked : bool array of shape (m,)
        Pairs whose student the mentor named.

    Returns
    -------
    int64 array of shape (m,)
        Dense ranks, 1 = best.
    """
    tier = first_tiers(tiers, members, len(order))
    named = tiers.index("named") if "named" in tiers else -1
    within = np.where((tier == named) & ranked, order, 0)
    worst = int(within.max(initial=0))
    return _dense(tier * (worst + 1) + within)


def first_tiers(tiers: Sequence[Tier], members: Mapping[Tier, BoolArray], num_pairs: int) -> IntArray:
    """Return the position of the first tier that each pair is in, int64 of shape (m,); after the last one for none."""
    tier = np.full(num_pairs, len(tiers), np.int64)
    for position in range(len(tiers) - 1, -1, -1):
        tier[members[tiers[position]]] = position
    return tier


def tier_codes(tiers: Sequence[Tier], members: Mapping[Tier, BoolArray], num_pairs: int) -> IntArray:
    """Return what tier decides about each pair, as a code that does not depend on the published order.

    Returns
    -------
    int8 array of shape (m,)
        The position in `PRIORITIES`; for the k-th priority group ``len(PRIORITIES) + k``; "other" for none.
    """
    return np.array(published_codes(tiers), np.int8)[first_tiers(tiers, members, num_pairs)]


def published_codes(tiers: Sequence[Tier]) -> list[int]:
    """Return the codes of `tier_codes` in the published order, that of "other" for those in no tier at the end."""
    groups = [tier for tier in tiers if isinstance(tier, PriorityGroup)]
    codes = [
        len(PRIORITIES) + groups.index(tier) if isinstance(tier, PriorityGroup) else PRIORITIES.index(tier)
        for tier in tiers
    ]
    return [*codes, PRIORITIES.index("other")]


def choice_round_of(student_rank: IntArray, choice_rounds: Sequence[int]) -> IntArray:
    """Return the round of choice (0, 1, ...) in which each pair is asked for; all are in round 0 without rounds.

    Choices beyond the last round belong to it, and pairs that nobody listed to one after it.
    """
    ends = np.cumsum(choice_rounds, dtype=np.int64)[:-1]
    found: IntArray = np.searchsorted(ends, student_rank, side="left").astype(np.int64)
    return np.where(student_rank == 0, len(ends) + 1, found)


def in_rounds(mentor_rank: IntArray, choice_round: IntArray, continuing: BoolArray) -> IntArray:
    """Return the mentors' ranks with the round of choice before the priority; current pairs come before every round."""
    round_of = np.where(continuing, 0, choice_round)
    worst = int(mentor_rank.max(initial=0))
    return _dense(round_of * (worst + 1) + mentor_rank)


def _dense(key: IntArray) -> IntArray:
    """Return the place of each key, not negative, among the distinct ones: 1 for the smallest."""
    if int(key.max(initial=0)) > 4 * len(key):
        place: IntArray = np.unique(key, return_inverse=True)[1].astype(np.int64)
        return place + 1
    # Few tiers and orders: counting them takes a tenth of the time of sorting them.
    counted: IntArray = np.cumsum(np.bincount(key) > 0, dtype=np.int64)
    return counted[key]


TIER_WORDS: dict[Priority, Text] = {
    "continuing": Text(zh="原导师", en="the mentor's own from last term"),
    "transfer": Text(zh="获准转入", en="granted transfer"),
    "named": Text(zh="导师点名", en="named by the mentor"),
    "own_class": Text(zh="本班", en="own class"),
    "other": Text(zh="其他", en="other"),
}


def tier_word(code: int) -> Text:
    """Say a code of `tier_codes`."""
    if code < len(PRIORITIES):
        return TIER_WORDS[PRIORITIES[code]]
    number = code - len(PRIORITIES) + 1
    return Text(zh=f"优先人群 {number}", en=f"priority group {number}")
