"""Why this mentor: what a student has and why, what became of each choice, and what became of a mentor's seats.

Codes of `has`: ``fixed``, ``kept``, ``chosen``, ``coordinated`` (the origins of `PairReason`), ``matched`` where the
mechanism kept no reasons, ``unplaced``; that of `points` is ``counted``. Codes of `choices` and `before` are those of
`mentormatch.explain.why_not`.
Codes of a mentor: ``seats``, ``chosen_by``, ``came``, ``cut_off``, ``cap``, ``waiting``.
"""

import numpy as np

from mentormatch.base.text import COMMA, NOTHING, Text
from mentormatch.explain.standing import Standing, standing
from mentormatch.explain.why_not import why_not
from mentormatch.market.market import Id
from mentormatch.problem.explanation import Fact, MentorExplanation, Statement, StudentExplanation
from mentormatch.problem.result import Result
from mentormatch.school.priorities import tier_word

_ORIGINS = {
    "fixed": Text(zh="按规则指定", en="fixed by a rule"),
    "kept": Text(zh="延续上学期", en="kept from last term"),
    "chosen": Text(zh="双向选择", en="by two-way choice"),
    "requested": Text(zh="调换申请", en="by a change request"),
    "coordinated": Text(zh="学校统筹", en="placed by the school"),
    "matched": Text(zh="匹配", en="matched"),
}
_PLACES = (Text(zh="本班", en="own class"), Text(zh="本年级", en="same grade"), Text(zh="其他", en="elsewhere"))


def explain_student(result: Result, student_id: Id) -> StudentExplanation:
    """Explain what a student has.

    Parameters
    ----------
    result : Result
        With a matching.
    student_id : id

    Returns
    -------
    StudentExplanation
        Names no other student.

    Raises
    ------
    MarketError
        When there is no such student.
    InputError
        When the result has no matching.

    Notes
    -----
    The first explanation of a result compiles its rows; each further one takes a few milliseconds.
    """
    of = standing(result)
    market = of.market
    i = market.student_index(student_id)
    mine = market.pairs_of_student(i)
    has = mine[of.matching.chosen[mine]]
    listed = mine[market.student_rank[mine] > 0]
    listed = listed[np.argsort(market.student_rank[listed], kind="stable")]
    return StudentExplanation(
        student=student_id,
        has=_has(of, student_id, has.tolist()),
        choices=tuple(why_not(of, student_id, market.mentor_ids[j]) for j in market.mentor[listed].tolist()),
        before=_before(of, student_id, mine),
        left=_left(of, student_id, has.tolist()),
        points=_points(of, student_id, has.tolist()),
    )


def explain_pair(result: Result, student_id: Id, mentor_id: Id) -> Statement:
    """Explain why a student is, or is not, with a mentor, whether it listed that mentor or not.

    The parameters and the exceptions are those of `explain_student`.
    """
    of = standing(result)
    said = why_not(of, student_id, mentor_id)
    if said.code != "got":
        return said
    pair = of.market.pair_index(student_id, mentor_id)
    return _has(of, student_id, [] if pair is None else [pair])[0]


def explain_mentor(result: Result, mentor_id: Id) -> MentorExplanation:
    """Explain what became of a mentor's seats: who chose it in numbers, how they came, where the cut-off lies.

    Parameters
    ----------
    result : Result
        With a matching.
    mentor_id : id

    Raises
    ------
    MarketError
        When there is no such mentor.
    InputError
        When the result has no matching.
    """
    of = standing(result)
    j = of.market.mentor_index(mentor_id)
    pairs = of.market.pairs_of_mentor(j).astype(np.int64)
    held = pairs[of.matching.chosen[pairs]]
    said = [_mentor_seats(of, mentor_id, j), _chosen_by(of, mentor_id, pairs)]
    if len(held):
        said.append(_came(of, mentor_id, held.tolist()))
    said += _cut_offs(of, mentor_id, j)
    waiting = _waiting(of, mentor_id, pairs)
    return MentorExplanation(mentor_id, (*said, *([] if waiting is None else [waiting])))


# -- students ----------------------------------------------------------------------------------------------------


def _has(of: Standing, student_id: Id, pairs: list[int]) -> tuple[Statement, ...]:
    if not pairs:
        text = Text(zh="未安置:没有导师。", en="Not placed: no mentor.")
        return (Statement("unplaced", text),)
    market, said = of.market, []
    for pair in pairs:
        mentor_id, rank = market.mentor_of(pair), int(market.student_rank[pair])
        reason = of.result.pair_reasons.get((student_id, mentor_id))
        code = "matched" if reason is None else reason.origin
        if reason is not None:
            why = reason.text
        elif rank:
            why = Text(zh=f"第 {rank} 志愿。", en=f"Choice {rank}.")
        else:
            why = Text(zh="不在所填志愿之内。", en="Not among the listed mentors.")
        if of.names_somebody_else(why, student_id):
            why = Text(zh=f"{_ORIGINS[code].zh}。", en=f"{_ORIGINS[code].en}.")
        text = Text(zh=f"由导师 {mentor_id} 带。{why.zh}", en=f"Mentor {mentor_id}. {why.en}")
        facts: dict[str, Fact] = {"current": int(market.pair_flag("current")[pair])}
        said.append(Statement(code, text, mentor_id, rank, facts))
    return tuple(said)


def _points(of: Standing, student_id: Id, pairs: list[int]) -> tuple[Statement, ...]:
    """Say what stages counted for each pair of the student."""
    return tuple(
        Statement(
            "counted",
            Text(zh=f"与导师 {mentor_id}:{counted.text.zh}。", en=f"With mentor {mentor_id}: {counted.text.en}."),
            mentor_id,
            0,
            {"stage": stage.kind, "points": counted.points, "confidential": int(counted.confidential)},
        )
        for mentor_id in (of.market.mentor_ids[of.market.mentor[pair]] for pair in pairs)
        for stage in of.result.problem.stages
        for counted in stage.counted(of.market, student_id, mentor_id)
    )


def _before(of: Standing, student_id: Id, mine: np.ndarray) -> tuple[Statement, ...]:
    """Say of each current mentor that the student does not keep, and of one lost after round one, why."""
    market, said = of.market, []
    lost = mine[market.pair_flag("current")[mine] & ~of.matching.chosen[mine] & (market.student_rank[mine] == 0)]
    for j in market.mentor[lost].tolist():
        why = why_not(of, student_id, market.mentor_ids[j])
        text = Text(zh=f"上学期的{why.text.zh}", en=f"Last term's m{why.text.en.removeprefix('M')}")
        said.append(Statement(why.code, text, why.mentor, why.rank, why.facts))
    for change in of.result.changes:
        if change.student == student_id and change.since != "last_term":
            why_text = change.text
            if of.names_somebody_else(why_text, student_id):
                why_text = Text(zh="为满足全校的规则而调整。", en="Moved to keep the rules of the school.")
            names = "、".join(str(mentor) for mentor in change.before)
            since = Text(zh="第一轮", en="round one") if change.since == "round_one" else Text(zh="原方案", en="before")
            text = Text(
                zh=f"{since.zh}曾得到导师 {names},后作调整:{why_text.zh}",
                en=f"Had mentor {names} in {since.en}, then moved: {why_text.en}",
            )
            said.append(
                Statement("moved", text, change.before[0] if change.before else None, 0, {"since": change.since})
            )
    return tuple(said)


def _left(of: Standing, student_id: Id, pairs: list[int]) -> Statement | None:
    """Say what was left for a student that the school placed, or could not place."""
    market = of.market
    placed = [
        pair
        for pair in pairs
        if (reason := of.result.pair_reasons.get((student_id, market.mentor_of(pair)))) is not None
        and reason.origin == "coordinated"
    ]
    if pairs and not placed:
        return None
    mine = market.pairs_of_student(market.student_index(student_id))
    may = mine[of.form.open[mine] & (market.mentor_upper[market.mentor[mine]] > 0)]
    free = may[(of.matching.load < market.mentor_upper)[market.mentor[may]] & ~of.matching.chosen[may]]
    full = len(may) - len(free) - int(of.matching.chosen[may].sum())
    facts: dict[str, Fact] = {"may": len(may), "full": full, "free": len(free)}
    locality = market.pair_attributes.get("locality")
    where = NOTHING
    if locality is not None:
        counts = np.bincount(locality[free].astype(np.int64), minlength=len(_PLACES)).tolist()
        facts |= {"free_own_class": counts[0], "free_grade": counts[1], "free_elsewhere": counts[2]}
        told = COMMA.join(
            Text(f"{{}} {n} 名", f"{{}} {n}").format(place) for place, n in zip(_PLACES, counts, strict=True)
        )
        where = Text("({})", " ({})").format(told)
    text = Text(
        zh=f"统筹时可去的导师共 {len(may)} 名,其中 {full} 名已满,另有 {len(free)} 名还有空余名额{where.zh}。",
        en=f"The rules allowed {len(may)} mentors; {full} of them are full, and {len(free)} others still have free "
        f"seats{where.en}.",
    )
    return Statement("left", text, None, 0, facts)


# -- mentors -----------------------------------------------------------------------------------------------------


def _mentor_seats(of: Standing, mentor_id: Id, j: int) -> Statement:
    low, high, load = (int(values[j]) for values in (of.market.mentor_lower, of.market.mentor_upper, of.matching.load))
    text = Text(
        zh=f"导师 {mentor_id}:名额 {high} 个(下限 {low}),带 {load} 名学生,空余 {high - load} 个。",
        en=f"Mentor {mentor_id}: {high} seats (at least {low}), {load} students, {high - load} free.",
    )
    return Statement("seats", text, mentor_id, 0, {"lower": low, "upper": high, "load": load})


def _chosen_by(of: Standing, mentor_id: Id, pairs: np.ndarray) -> Statement:
    ranks = of.market.student_rank[pairs]
    numbers = {int(r): int(n) for r, n in zip(*np.unique(ranks[ranks > 0], return_counts=True), strict=True)}
    total = sum(numbers.values())
    zh = "、".join(f"第 {rank} 志愿 {number} 人" for rank, number in numbers.items())
    en = ", ".join(f"{number} as choice {rank}" for rank, number in numbers.items())
    text = Text(
        zh=f"{total} 名学生填报" + (f":{zh}。" if numbers else "。"),
        en=f"{total} students listed it" + (f": {en}." if numbers else "."),
    )
    facts: dict[str, Fact] = {f"rank_{rank}": number for rank, number in numbers.items()}
    return Statement("chosen_by", text, mentor_id, 0, facts | {"total": total})


def _came(of: Standing, mentor_id: Id, held: list[int]) -> Statement:
    market, numbers = of.market, dict.fromkeys(_ORIGINS, 0)
    for pair in held:
        reason = of.result.pair_reasons.get((market.student_of(pair), mentor_id))
        numbers["matched" if reason is None else reason.origin] += 1
    some = {origin: number for origin, number in numbers.items() if number}
    told = COMMA.join(Text("{what} {n} 名", "{n} {what}").format(n=n, what=_ORIGINS[o]) for o, n in some.items())
    text = Text("所带学生:{}。", "Its students: {}.").format(told)
    return Statement("came", text, mentor_id, 0, dict(some))


def _cut_offs(of: Standing, mentor_id: Id, j: int) -> list[Statement]:
    """Say of each full row of the mentor who came last."""
    said = []
    tier = of.market.pair_attributes.get("tier")
    for row in of.full_rows_of_mentor(j):
        label, last = row.rows.label(row.number), of.cut_off(row.held)
        if last is None or of.names_somebody_else(label, None):
            continue
        word = (
            tier_word(int(tier[last.pair]))
            if tier is not None
            else Text(zh=f"排序第 {last.rank}", en=f"rank {last.rank}")
        )
        facts: dict[str, Fact] = {
            "rule": row.rows.rule,
            "seats": len(row.held),
            "last_rank": last.rank,
            "last_lottery": last.lottery,
        }
        draw = (
            Text(zh=f"、抽签第 {last.lottery} 位", en=f", number {last.lottery} in the draw")
            if of.has_common_draw
            else Text(zh="", en="")
        )
        text = Text(
            zh=f"已满:{label.zh}录取到“{word.zh}”{draw.zh}为止。",
            en=f"Full: {label.en} Places went as far as '{word.en}'{draw.en}.",
        )
        said.append(Statement("cut_off" if row.rows.rule == "quotas" else "cap", text, mentor_id, 0, facts))
    return said


def _waiting(of: Standing, mentor_id: Id, pairs: np.ndarray) -> Statement | None:
    """Say how many students would rather have this mentor than what they have."""
    market = of.market
    listed = pairs[(market.student_rank[pairs] > 0) & ~of.matching.chosen[pairs] & of.form.open[pairs]]
    worst = np.zeros(market.num_students, np.int64)
    chosen = of.matching.pairs
    rank = np.where(market.student_rank[chosen] > 0, market.student_rank[chosen], 2**30)
    np.maximum.at(worst, market.student[chosen], rank)
    worst[of.matching.degree < market.student_quota] = 2**30
    number = int((market.student_rank[listed] < worst[market.student[listed]]).sum())
    if not number:
        return None
    text = Text(
        zh=f"另有 {number} 名学生更愿意选这位导师而未能如愿。",
        en=f"{number} more students would rather have this mentor than what they have.",
    )
    return Statement("waiting", text, mentor_id, 0, {"number": number})
