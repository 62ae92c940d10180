"""Why not that one: the reason why a student is not with a mentor.

Reasons are looked for in a fixed order, and each is a fact of the market and the matching:

================  ============================================================================================
``closed``        a rule removes the pair: a veto, eligibility, a pair that the school ruled out
``no_seats``      the mentor is on leave or takes nobody
``satisfied``     the student has a mentor that it likes at least as well
``on_request``    the student asked to leave this mentor, and that was granted
``pinned``        a rule keeps the student where it is: a fixed pair, continuity, a request that is not granted
``full``          all seats are taken by students with a better standing (rank of the mentor, then the draw)
``cap``           so are the seats for students of its kind
``rule``          the change would break a rule
``other_goal``    none of these: the mechanism put something else first, and the statement says that
``not_arranged``  the same in the public edition, which knows the public rules alone: one neutral sentence
================  ============================================================================================
"""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.explain.standing import CutOff, FullRow, Standing
from mentormatch.market.market import Id
from mentormatch.problem.explanation import Fact, Statement
from mentormatch.school.priorities import tier_word
from mentormatch.verify.blocking_pairs import rules_broken_by_swap

NOT_ARRANGED = Text(zh="未能安排与这位导师结对。", en="A place with this mentor could not be arranged.")


def why_not(of: Standing, student_id: Id, mentor_id: Id) -> Statement:
    """Return the reason why a student is not with a mentor, or ``got`` where it is.

    Parameters
    ----------
    of : Standing
    student_id, mentor_id : id

    Raises
    ------
    MarketError
        For an unknown id.
    """
    market = of.market
    pair = market.pair_index(student_id, mentor_id)
    if pair is None:
        text = Text(zh="该导师不在岗或不在可选范围内。", en="The mentor is on leave or out of reach.")
        return _statement(of, "no_candidate", mentor_id, 0, text, {})
    rank = int(market.student_rank[pair])
    if of.matching.chosen[pair]:
        return _statement(
            of,
            "got",
            mentor_id,
            rank,
            Text(zh="已如愿,由这位导师带。", en="This is the mentor that the student has."),
            {},
        )
    found = (
        _closed(of, student_id, mentor_id, pair)
        or _satisfied(of, mentor_id, pair)
        or _left_on_request(of, mentor_id, pair)
        or _pinned(of, mentor_id, pair)
        or _full(of, mentor_id, pair)
        or _rule(of, mentor_id, pair)
    )
    if found is not None:
        return found
    return _not_arranged(of, mentor_id, pair) if of.result.edition == "public" else _other_goal(of, mentor_id, pair)


def leaving_for(of: Standing, pair: int) -> IntArray:
    """Return the matched pairs that a student would leave for a pair: its worst one where its quota is full."""
    market = of.market
    i = int(market.student[pair])
    mine = market.pairs_of_student(i)
    has = mine[of.matching.chosen[mine]]
    if len(has) < int(market.student_quota[i]) or not len(has):
        return has[:0]
    rank = _liking(of, has)
    return has[[int(np.argmax(rank))]]


def _liking(of: Standing, pairs: IntArray) -> IntArray:
    """Return how a student ranks pairs, those that it did not list after all others."""
    rank = of.market.student_rank[pairs].astype(np.int64)
    return np.where(rank > 0, rank, 2**30)


def _closed(of: Standing, student_id: Id, mentor_id: Id, pair: int) -> Statement | None:
    market, rank = of.market, int(of.market.student_rank[pair])
    if not of.form.open[pair]:
        mask = of.form.masks[int(of.form.closed_by[pair])]
        reason = mask.reason
        if of.names_somebody_else(reason, student_id):
            reason = Text(zh="有规则不允许这一对。", en="A rule does not allow this pair.")
        return _statement(of, "closed", mentor_id, rank, reason, {"rule": mask.rule})
    if int(market.mentor_upper[market.mentor[pair]]) == 0:
        text = Text(zh="该导师不在岗或不带学生。", en="The mentor is on leave or takes nobody.")
        return _statement(of, "no_seats", mentor_id, rank, text, {"seats": 0})
    return None


def _satisfied(of: Standing, mentor_id: Id, pair: int) -> Statement | None:
    left = leaving_for(of, pair)
    mine, rank = int(_liking(of, np.array([pair]))[0]), int(of.market.student_rank[pair])
    if int(of.market.student_quota[of.market.student[pair]]) == 0:
        text = Text(zh="该生不需要导师。", en="The student takes no mentor.")
        return _statement(of, "satisfied", mentor_id, rank, text, {"has_rank": 0})
    if not len(left) or int(_liking(of, left)[0]) > mine or (rank == 0 and not of.market.student_rank[left[0]]):
        return None
    has = int(of.market.student_rank[left[0]])
    if rank == 0:
        text = Text(
            zh=f"该生没有填报该导师,并已得到第 {has} 志愿。",
            en=f"The student did not list this mentor and has its choice {has}.",
        )
    elif has == rank:
        text = Text(zh="已得到同样靠前的志愿。", en="The student has a choice of the same rank.")
    else:
        text = has_better(has)
    return _statement(of, "satisfied", mentor_id, rank, text, {"has_rank": has})


def _left_on_request(of: Standing, mentor_id: Id, pair: int) -> Statement | None:
    if not of.market.pair_flag("leaving")[pair]:
        return None
    text = Text(zh="该生申请调换导师,已获准。", en="The student asked for another mentor, and that was granted.")
    return _statement(of, "on_request", mentor_id, int(of.market.student_rank[pair]), text, {})


def _pinned(of: Standing, mentor_id: Id, pair: int) -> Statement | None:
    for left in leaving_for(of, pair).tolist():
        label = of.pinned_by(left, pair)
        if label is not None:
            facts: dict[str, Fact] = {"stays_with": str(of.market.mentor_of(left))}
            return _statement(of, "pinned", mentor_id, int(of.market.student_rank[pair]), label, facts)
    return None


def _full(of: Standing, mentor_id: Id, pair: int) -> Statement | None:
    """Find the smallest full row whose students all come before this one."""
    market = of.market
    own = int(market.mentor_rank[pair]), int(of.draw[market.student[pair]])
    for row in of.full_rows(pair, leaving_for(of, pair)):
        last = of.cut_off(row.held)
        seats = len(row.held)
        whole = row.rows.rule == "quotas"
        head = _seats(of, row, whole)
        facts: dict[str, Fact] = {"seats": seats, "rule": row.rows.rule, "forced": seats}
        if last is None:
            text = Text(zh=f"{head.zh}都是按规则保留的结对。", en=f"{head.en} All of them are pairs that rules keep.")
            return _statement(of, "full" if whole else "cap", mentor_id, int(market.student_rank[pair]), text, facts)
        by_draw = own[0] == last.rank
        if own < (last.rank, last.lottery) or (by_draw and not of.has_common_draw):
            continue
        text, compared = _compared(of, pair, last)
        facts |= {"forced": int(of.form.forced[row.held].sum())} | compared
        return _statement(
            of,
            "full" if whole else "cap",
            mentor_id,
            int(market.student_rank[pair]),
            Text(zh=f"{head.zh}{text.zh}", en=f"{head.en} {text.en}"),
            facts,
        )
    return None


def _seats(of: Standing, row: FullRow, whole: bool) -> Text:
    seats = len(row.held)
    if whole:
        return Text(zh=f"{seats} 个名额已满。", en=f"All {seats} seats are taken.")
    label = of.told(row.rows, row.number, None)
    return Text(
        zh=f"{label.zh}这类名额共 {seats} 个,已满。", en=f"{label.en} All {seats} seats of this kind are taken."
    )


def _compared(of: Standing, pair: int, last: CutOff) -> tuple[Text, dict[str, Fact]]:
    """Set a pair beside the last one that was admitted: tier and draw, or the mentor's rank where there is no tier."""
    market = of.market
    own_draw = int(of.draw[market.student[pair]])
    facts: dict[str, Fact] = {
        "last_rank": last.rank,
        "own_rank": int(market.mentor_rank[pair]),
        "last_lottery": last.lottery,
        "own_lottery": own_draw,
    }
    tier = market.pair_attributes.get("tier")
    if tier is None:
        theirs = Text(zh=f"排序第 {last.rank}", en=f"rank {last.rank}")
        mine = Text(zh=f"排序第 {market.mentor_rank[pair]}", en=f"rank {market.mentor_rank[pair]}")
    else:
        theirs, mine = tier_word(int(tier[last.pair])), tier_word(int(tier[pair]))
        facts |= {"last_tier": int(tier[last.pair]), "own_tier": int(tier[pair])}
    rounds = market.pair_attributes.get("choice_round")
    if rounds is not None:
        facts |= {"last_round": int(rounds[last.pair]) + 1, "own_round": int(rounds[pair]) + 1}
        theirs = Text(zh=f"{theirs.zh}、第 {facts['last_round']} 轮", en=f"{theirs.en}, round {facts['last_round']}")
        mine = Text(zh=f"{mine.zh}、第 {facts['own_round']} 轮", en=f"{mine.en}, round {facts['own_round']}")
    draws = (last.lottery, own_draw) if of.has_common_draw else None
    return _set_beside(theirs, mine, draws, by_draw=facts["last_rank"] == facts["own_rank"]), facts


def _set_beside(theirs: Text, mine: Text, draws: tuple[int, int] | None, *, by_draw: bool) -> Text:
    """Say what decided between the last one admitted and this student, and where both stand in the draw."""
    if by_draw and draws is not None:
        return Text(
            zh=f"最后录取的学生与该生同属“{mine.zh}”,同级按抽签先后:其抽签第 {draws[0]} 位,该生第 {draws[1]} 位。",
            en=f"The last one admitted is in '{mine.en}' like this student, where the draw decides: number {draws[0]} "
            f"went before number {draws[1]}.",
        )
    of_theirs, of_mine = Text(zh="", en=""), Text(zh="", en="")
    if draws is not None:
        of_theirs, of_mine = (Text(zh=f"(抽签第 {n} 位)", en=f" (number {n} in the draw)") for n in draws)
    if theirs == mine:
        return Text(
            zh=f"最后录取的学生{of_theirs.zh}与该生{of_mine.zh}同属“{mine.zh}”,导师自己的排序中该生更靠后。",
            en=f"The last one admitted{of_theirs.en} is in '{mine.en}' like this student{of_mine.en}, whom the "
            "mentor's own order puts later.",
        )
    return Text(
        zh=f"录取先看优先级{',同级再看抽签' if draws else ''}:最后录取的学生属“{theirs.zh}”{of_theirs.zh},"
        f"该生属“{mine.zh}”{of_mine.zh},级别在后。",
        en=f"Priority decides first{', the draw among equals' if draws else ''}: the last one admitted is in "
        f"'{theirs.en}'{of_theirs.en}, this student in '{mine.en}'{of_mine.en}, which comes later.",
    )


def _rule(of: Standing, mentor_id: Id, pair: int) -> Statement | None:
    """Find a rule that the change would break, whoever gives up a seat for it."""
    broken = broken_by_change(of, pair)
    if broken is None:
        return None
    said = of.said(broken)
    text = Text(zh=f"这样安排会违反学校的规则:{said.zh}", en=f"That would break a rule of the school: {said.en}")
    return _statement(of, "rule", mentor_id, int(of.market.student_rank[pair]), text, {"rule": broken.kind})


def broken_by_change(of: Standing, pair: int) -> Constraint | None:
    """Return a rule that breaks when a student takes a pair, whoever of lower standing leaves; None where none does."""
    market = of.market
    student_id, mentor_id = market.student_of(pair), market.mentor_of(pair)
    left = leaving_for(of, pair)
    leaves = market.mentor_of(left[0]) if len(left) else None
    seated = market.pairs_of_mentor(int(market.mentor[pair])).astype(np.int64)
    seated = seated[of.matching.chosen[seated]]
    out: list[Id | None] = [None]
    if len(seated) >= int(market.mentor_upper[market.mentor[pair]]):
        order = np.argsort(-market.mentor_rank[seated], kind="stable")
        worse = seated[order][market.mentor_rank[seated[order]] > market.mentor_rank[pair]]
        out = [market.student_ids[i] for i in market.student[worse].tolist()] or [None]
    first: Constraint | None = None
    for other in out:
        broken = rules_broken_by_swap(market, of.rules, of.ledger, (student_id, mentor_id), leaves=leaves, out=other)
        if not broken:
            return None
        first = first or broken[0]
    return first


def _not_arranged(of: Standing, mentor_id: Id, pair: int) -> Statement:
    """Say the one sentence that every pair gets which no public rule explains, whatever else there is to know."""
    return _statement(of, "not_arranged", mentor_id, int(of.market.student_rank[pair]), NOT_ARRANGED, {})


def _other_goal(of: Standing, mentor_id: Id, pair: int) -> Statement:
    market = of.market
    j = int(market.mentor[pair])
    free = int(market.mentor_upper[j]) - int(of.matching.load[j])
    if free > 0:
        head = Text(zh=f"该导师还有 {free} 个空余名额。", en=f"The mentor still has {free} free seat(s).")
    else:
        head = Text(zh="该导师名额已满,但并非都按优先级录取。", en="The mentor is full, but not by priority alone.")
    text = Text(
        zh=f"{head.zh}方案是按学校的各项目标为全体学生统一得出的,其中没有这一安排。",
        en=f"{head.en} The goals of the school were weighed for all students together, and the answer does without it.",
    )
    goals = ", ".join(stage.name for stage in of.result.stages) or "-"
    facts: dict[str, Fact] = {"free": max(free, 0), "mechanism": of.result.mechanism, "goals": goals}
    return _statement(of, "other_goal", mentor_id, int(market.student_rank[pair]), text, facts)


def has_better(has: int) -> Text:
    """Return what is said of a choice where the student has a better one."""
    return Text(
        zh=f"已得到更靠前的第 {has} 志愿。", en=f"The student has choice {has}, which stands higher on the list."
    )


def headed(mentor_id: Id, rank: int, text: Text) -> Text:
    """Return what is said of a mentor with the mentor, and its place on the student's list where it has one."""
    head = (
        Text(zh=f"第 {rank} 志愿 {mentor_id}:", en=f"Choice {rank}, {mentor_id}: ")
        if rank
        else Text(zh=f"导师 {mentor_id}:", en=f"Mentor {mentor_id}: ")
    )
    return Text(zh=head.zh + text.zh, en=head.en + text.en)


def _statement(of: Standing, code: str, mentor_id: Id, rank: int, text: Text, facts: dict[str, Fact]) -> Statement:
    return Statement(code, headed(mentor_id, rank, text), mentor_id, rank, facts)
