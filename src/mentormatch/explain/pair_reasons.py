"""Why each pair of a result stands: fixed, kept from last term, chosen, or placed by the school."""

from collections.abc import Mapping, Sequence

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text
from mentormatch.constraints.consent import request_of, what_is_missing
from mentormatch.constraints.fixed_pairs import FixedPairs
from mentormatch.market.market import Id
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form
from mentormatch.problem.result import PairReason
from mentormatch.roster.cause import Cause

_FIXED = FixedPairs.model_fields["kind"].default

PLACES = (
    Text(zh="本班任课导师", en="a mentor of the own class"),
    Text(zh="本年级导师", en="a mentor of the same grade"),
    Text(zh="其他导师", en="a mentor of another grade"),
)


def pair_reasons(
    form: Form, matching: Matching, *, fixed: BoolArray, chosen: BoolArray
) -> Mapping[tuple[object, object], PairReason]:
    """Return the reason of every pair of a matching, by (student id, mentor id).

    Parameters
    ----------
    form : Form
    matching : Matching
    fixed : bool array of shape (m,)
        Pairs that the rules leave no choice about.
    chosen : bool array of shape (m,)
        Pairs of the round of two-way choice.
    """
    market = form.market
    current, provisional, locked, unasked, stands, transfer = (
        market.pair_flag(name) for name in ("current", "provisional", "locked", "unasked", "request_stands", "transfer")
    )
    leaves = np.zeros(market.num_students, bool)
    leaves[market.student[market.pair_flag("leaving")]] = True
    names_one = np.zeros(market.num_students, bool)
    names_one[market.student[transfer]] = True
    ends = market.student_attributes.get("provisional_until")
    num_listed = np.bincount(market.student[market.is_choice & form.open], minlength=market.num_students)
    num_open = np.bincount(market.student[form.open], minlength=market.num_students)
    ordered = _ordered(form)
    locality = market.pair_attributes.get("locality")
    reasons: dict[tuple[object, object], PairReason] = {}
    for pair, ids in zip(matching.pairs.tolist(), matching.ids(), strict=True):
        rank = int(market.student_rank[pair])
        until = () if ends is None else ends.values(int(market.student[pair]))
        if (current[pair] or provisional[pair]) and stands[pair]:
            reasons[ids] = PairReason("kept", _request_stands(form, ids[0]))
        elif provisional[pair]:
            reasons[ids] = PairReason("kept", _still_provisional(until, rank, locked=bool(locked[pair])))
        elif current[pair]:
            reasons[ids] = PairReason("kept", _kept(rank, locked=bool(locked[pair]), unasked=bool(unasked[pair])))
        elif leaves[market.student[pair]] and (transfer[pair] or not names_one[market.student[pair]]):
            reasons[ids] = PairReason("requested", _requested(form, ids[0]), Cause.REQUEST)
        elif fixed[pair] and ordered[pair]:
            reasons[ids] = PairReason("fixed", Text(zh="按规则指定。", en="Fixed by a rule."), Cause.RULE)
        elif chosen[pair] and rank:
            reasons[ids] = PairReason(
                "chosen", Text(zh=f"双向选择:第{rank}志愿。", en=f"Two-way choice: choice {rank}."), Cause.CHOICE
            )
        elif until:
            place = None if locality is None else PLACES[int(locality[pair])]
            reasons[ids] = PairReason("coordinated", _provisional(until[0], place))
        else:
            place = None if locality is None else PLACES[int(locality[pair])]
            number = int(num_listed[market.student[pair]])
            only = bool(num_open[market.student[pair]] == 1)
            reasons[ids] = PairReason("coordinated", _coordinated(number, rank, place, only=only))
    return reasons


def _ordered(form: Form) -> BoolArray:
    """Return the pairs that somebody has ordered: those of a rule on fixed pairs, bool of shape (m,)."""
    found = np.zeros(form.market.num_pairs, bool)
    for rows in form.rows:
        if rows.rule == _FIXED:
            found[rows.pairs] = True
    return found


def _still_provisional(until: Sequence[str], rank: int, *, locked: bool) -> Text:
    if locked:
        return Text(zh="原结对已锁定,保持不变。", en="The pairing is locked and stays.")
    if until:
        return Text(
            zh=f"适应期暂定,至 {until[0]},其间保持不变。", en=f"Provisional until {until[0]}, and kept until then."
        )
    if rank:
        return Text(zh=f"适应期结束,原导师为第{rank}志愿。", en=f"After the adaptation period: choice {rank}.")
    return Text(
        zh="适应期结束,暂定结对转为正式。", en="The adaptation period is over and the provisional pairing is settled."
    )


def _requested(form: Form, student_id: Id) -> Text:
    request = request_of(form.market, student_id)
    return Text(zh=f"按已批准的调换申请 {request}。", en=f"By the granted change request {request}.")


def _kept(rank: int, *, locked: bool, unasked: bool) -> Text:
    if locked:
        return Text(zh="原结对已锁定,保持不变。", en="The pairing is locked and stays.")
    if unasked:
        return Text(zh="未提交志愿,保留原导师。", en="No form was handed in: the mentor stays.")
    if rank:
        return Text(zh=f"原导师,且为第{rank}志愿。", en=f"The original mentor, and choice {rank}.")
    return Text(zh="没有得到所填志愿,保留原导师。", en="No listed mentor was obtained: the original mentor stays.")


def _request_stands(form: Form, student_id: Id) -> Text:
    missing = what_is_missing(form.market, student_id)
    why = Text(zh="", en="") if missing is None else Text(zh=f"({missing.zh})", en=f" ({missing.en})")
    return Text(
        zh=f"调换申请未生效{why.zh},原结对保持。", en=f"The change request is not granted{why.en}: the pair stands."
    )


def _provisional(until: str, place: Text | None) -> Text:
    to = Text(zh="", en="") if place is None else Text(zh=f",安排到{place.zh}", en=f", with {place.en}")
    return Text(zh=f"适应期暂定,至 {until}{to.zh}。", en=f"Provisional until {until}{to.en}.")


def _coordinated(num_listed: int, rank: int, place: Text | None, *, only: bool = False) -> Text:
    if only and not num_listed:
        return Text(
            zh="只有这一位导师可以安排,由学校统筹安排。", en="Placed by the school with the only mentor there is."
        )
    if rank:
        return Text(zh=f"统筹安排到第{rank}志愿。", en=f"Placed by the school with the student's choice {rank}.")
    why = (
        Text(zh=f"所填 {num_listed} 个志愿均未能满足", en=f"none of the {num_listed} choices could be met")
        if num_listed
        else Text(zh="没有可用的志愿", en="there was no usable choice")
    )
    to = Text(zh="", en="") if place is None else Text(zh=place.zh, en=f" with {place.en}")
    return Text(zh=f"{why.zh},由学校统筹安排{to.zh}。", en=f"Placed by the school{to.en}: {why.en}.")
