"""Hypotheses: what could be otherwise for one student and one mentor, each as a changed problem and in words.

They come in families, the smallest change first, so that the first one that works is the least of its kind. Nobody is
named: others appear by their number, their tier and their place in the draw.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.fixed_pairs import FixedPairs
from mentormatch.explain.concession import Concession
from mentormatch.explain.standing import FullRow, Standing
from mentormatch.explain.why_not import broken_by_change, leaving_for
from mentormatch.problem.explanation import Fact
from mentormatch.problem.problem import Problem
from mentormatch.school.priorities import tier_word

Change = Callable[[Problem], Problem]


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One thing that could be otherwise.

    Parameters
    ----------
    code : {"seats", "cap", "seats_and_cap", "rule", "priority", "list", "fixed"}
    amount : int
        How much of it: seats, places, ...; 1 where there is no more or less of it.
    text : Text
        A clause with "if", without a full stop.
    change : callable
        From the problem to the changed one; pairs and their positions stay.
    facts : mapping of str to int, str or None
        Numbers in the text.
    may_not_fit : bool
        The changed problem may have no matching though this one has.
    """

    code: str
    amount: int
    text: Text
    change: Change
    facts: dict[str, Fact] = field(default_factory=dict)
    may_not_fit: bool = False


@dataclass(frozen=True, eq=False)
class Case:
    """A student, a mentor that it does not have, and the result that is asked about.

    Parameters
    ----------
    of : Standing
    pair : int
        Position of their pair.
    """

    of: Standing
    pair: int

    @property
    def student(self) -> int:
        """Position of the student."""
        return int(self.of.market.student[self.pair])

    @property
    def mentor(self) -> int:
        """Position of the mentor."""
        return int(self.of.market.mentor[self.pair])

    @property
    def mentor_id(self) -> Any:
        """Id of the mentor."""
        return self.of.market.mentor_ids[self.mentor]

    @property
    def ends(self) -> tuple[Any, Any]:
        """Ids of the two."""
        return self.of.market.student_ids[self.student], self.mentor_id

    @property
    def num_waiting(self) -> int:
        """How many students listed the mentor and do not have it; this one is among them, or one more."""
        market = self.of.market
        pairs = market.pairs_of_mentor(self.mentor)
        waiting = (market.student_rank[pairs] > 0) & ~self.of.matching.chosen[pairs]
        return int(waiting.sum()) + int(market.student_rank[self.pair] == 0)


# -- rules that stand in the way -----------------------------------------------------------------------------------


def without_rules(case: Case, reason: str) -> Hypothesis | None:
    """Give up the rules that close the pair, for it alone, and those that hold or bar the student, for the student.

    `reason` is the code of why the student does not have the mentor: where it is ``rule`` that rule is meant, too.
    """
    of, (student_id, _) = case.of, case.ends
    rules = of.result.problem.constraints
    closing = of.rules_that_close(case.pair)
    holding = {n for left in leaving_for(of, case.pair).tolist() for n in of.rules_that_pin(left, case.pair)}
    if reason == "rule":
        broken = broken_by_change(of, case.pair)
        holding |= {n for n, rule in enumerate(rules) if rule is broken}
    given_up = sorted(closing | holding)
    if not given_up:
        return None
    said = list(dict.fromkeys(of.said(rules[n]) for n in given_up))
    alone = Text(zh="对该生", en="for this student") if holding else Text(zh="对这一对", en="for this pair")

    def change(problem: Problem) -> Problem:
        changed = list(problem.constraints)
        for n in given_up:
            pairs, students = ((case.ends,), ()) if n in closing else ((), (student_id,))
            changed[n] = Concession(rule=changed[n], pairs=pairs, students=students)
        return problem.replace(constraints=changed)

    return Hypothesis(
        "rule",
        len(given_up),
        Text("若{alone}不适用规则“{rules}”", "If the rule '{rules}' did not hold {alone}").format(
            alone=alone, rules=Text("”“", "; ").join(text.clause for text in said)
        ),
        change,
        {"rules": ", ".join(dict.fromkeys(rules[n].kind for n in given_up))},
    )


# -- seats and caps ------------------------------------------------------------------------------------------------


def full_rows(case: Case) -> Iterator[FullRow]:
    """Yield what is full at the mentor for this student, the narrowest first."""
    yield from case.of.full_rows(case.pair, leaving_for(case.of, case.pair))


def more_room(case: Case) -> Iterator[Hypothesis]:
    """Yield more seats at the mentor, higher caps there, or both: the fewest in all first.

    They end where there is room for everybody who is waiting.
    """
    full = list(full_rows(case))
    caps = {n for row in full if row.rows.rule != "quotas" for n in case.of.rules_with(row.rows)}
    has_seats = not caps or any(row.rows.rule == "quotas" for row in full)
    for total in range(1, case.num_waiting * (has_seats + bool(caps)) + 1):
        for raised in range(total + 1) if caps else (0,):
            seats = total - raised
            if max(seats, raised) <= case.num_waiting and (has_seats or not seats):
                yield _room(case, caps, seats, raised)


def _room(case: Case, caps: AbstractSet[int], seats: int, raised: int) -> Hypothesis:
    mentor_id = case.mentor_id

    def change(problem: Problem) -> Problem:
        market = problem.market
        if seats:
            upper = market.mentor_upper.copy()
            upper[case.mentor] += seats
            market = market.replace(mentor_upper=upper)
        rules = [
            Concession(rule=rule, raised=((mentor_id, raised),)) if raised and n in caps else rule
            for n, rule in enumerate(problem.constraints)
        ]
        return problem.replace(market=market, constraints=rules)

    zh = [f"多 {seats} 个名额"] * bool(seats) + [f"同类学生的上限提高 {raised}"] * bool(raised)
    en = [f"{seats} more seat(s)"] * bool(seats) + [f"a cap on such students that is {raised} higher"] * bool(raised)
    code = "seats_and_cap" if seats and raised else "cap" if raised else "seats"
    return Hypothesis(
        code,
        seats + raised,
        Text(zh=f"若导师 {mentor_id} {'、'.join(zh)}", en=f"If mentor {mentor_id} had {' and '.join(en)}"),
        change,
        {"seats": seats, "cap": raised},
    )


# -- the mentor's order --------------------------------------------------------------------------------------------


def higher_priority(case: Case) -> Iterator[Hypothesis]:
    """Yield a place before the last one admitted, before the last two, ... in the mentor's order.

    Those who are ahead of the new place stay ahead and those behind stay behind; equals whom the draw parted there stay
    parted. Where the mechanism does not use the common draw the student goes before all its equals there at once.
    """
    of, market = case.of, case.of.market
    held = market.pairs_of_mentor(case.mentor).astype(np.int64)
    held = held[of.matching.chosen[held] & ~of.form.forced[held]]
    rank = market.mentor_rank[held].astype(np.int64)
    draw = of.draw[market.student[held]] if of.has_common_draw else np.zeros(len(held), np.int64)
    own = int(market.mentor_rank[case.pair]), int(of.draw[case.student]) if of.has_common_draw else 1
    last_first = np.lexsort((draw, rank))[::-1].tolist()
    place_of = {(int(rank[at]), int(draw[at])): place for place, at in enumerate(last_first, start=1)}
    tier = market.pair_attributes.get("tier")
    for at in last_first:
        key = int(rank[at]), int(draw[at])
        if key in place_of and key < own:
            place = place_of.pop(key)
            by_rank = Text(zh=f"排序第 {key[0]}", en=f"rank {key[0]}")
            yield _before(case, key, place, by_rank if tier is None else tier_word(int(tier[held[at]])))


def _before(case: Case, key: tuple[int, int], place: int, word: Text) -> Hypothesis:
    of, mentor_id = case.of, case.mentor_id

    def change(problem: Problem) -> Problem:
        market = problem.market
        pairs = market.pairs_of_mentor(case.mentor).astype(np.int64)
        rank, draw = market.mentor_rank[pairs].astype(np.int64), of.draw[market.student[pairs]]
        # Three numbers for each old rank: ahead of the new place, the place, behind it.
        new = 3 * rank
        same = rank == key[0]
        new[same & (draw >= key[1])] += 1
        new[same & (draw < key[1])] -= 1
        new[pairs == case.pair] = 3 * key[0]
        changed = market.mentor_rank.copy()
        changed[pairs] = np.unique(new, return_inverse=True)[1] + 1
        return problem.replace(market=market.replace(mentor_rank=changed))

    where = (
        Text(
            zh=f"(优先级“{word.zh}”、抽签第 {key[1]} 位之前)",
            en=f" (tier '{word.en}', before number {key[1]} in the draw)",
        )
        if of.has_common_draw
        else Text(zh=f"(优先级“{word.zh}”之前)", en=f" (before '{word.en}')")
    )
    return Hypothesis(
        "priority",
        place,
        Text(
            zh=f"若该生在导师 {mentor_id} 处排到现有学生的倒数第 {place} 名之前{where.zh}",
            en=f"If the student came before the last {'one' if place == 1 else place} admitted to mentor "
            f"{mentor_id}{where.en}",
        ),
        change,
        {"passed": place, "before_rank": key[0], "before_lottery": key[1] if of.has_common_draw else None},
    )


# -- the student's list --------------------------------------------------------------------------------------------


def other_list(case: Case) -> Iterator[Hypothesis]:
    """Yield another place of the mentor on the student's list: last, then ever higher; the rest keeps its order."""
    market = case.of.market
    own = int(market.student_rank[case.pair])
    mine = market.pairs_of_student(case.student)
    others = mine[(mine != case.pair) & (market.student_rank[mine] > 0)]
    ranks = np.unique(market.student_rank[others]).astype(np.int64)
    longest = max(int(market.student_rank.max(initial=0)), 1)
    first = min(len(ranks) + 1, longest) if not own else own - 1
    for place in range(first, 0, -1):
        yield _listed(case, others, ranks, place, longest)


def _listed(case: Case, others: IntArray, ranks: IntArray, place: int, longest: int) -> Hypothesis:
    def change(problem: Problem) -> Problem:
        rank = problem.market.student_rank.copy()
        kept = np.searchsorted(ranks, rank[others]) + 1
        # Lists end where the form ends: what is pushed beyond it stands beside its last line.
        rank[others] = np.minimum(kept + (kept >= place), longest)
        rank[case.pair] = place
        return problem.replace(market=problem.market.replace(student_rank=rank))

    return Hypothesis(
        "list",
        place,
        Text(
            zh=f"若该生把导师 {case.mentor_id} 填为第 {place} 志愿",
            en=f"If the student had listed mentor {case.mentor_id} as choice {place}",
        ),
        change,
        {"choice": place},
    )


# -- settled by the school -----------------------------------------------------------------------------------------


def settled(case: Case) -> Iterator[Hypothesis]:
    """Yield the pair as one that the school settles."""
    yield Hypothesis(
        "fixed",
        1,
        Text(
            zh=f"若学校指定该生由导师 {case.mentor_id} 带",
            en=f"If the school settled that mentor {case.mentor_id} takes the student",
        ),
        lambda problem: problem.replace(constraints=[*problem.constraints, FixedPairs(pairs=(case.ends,))]),
        may_not_fit=True,
    )


def on_top_of(first: Hypothesis | None, family: Iterable[Hypothesis]) -> Iterator[Hypothesis]:
    """Yield the hypotheses of a family, each on top of a first one, if there is one."""
    for then in family:
        yield then if first is None else _both(first, then)


def _both(first: Hypothesis, then: Hypothesis) -> Hypothesis:
    head = then.text.zh.removeprefix("若"), then.text.en.removeprefix("If ")
    return Hypothesis(
        f"{first.code}+{then.code}",
        then.amount,
        Text(zh=f"{first.text.zh},且{head[0]}", en=f"{first.text.en}, and {head[1]}"),
        lambda problem: then.change(first.change(problem)),
        {**first.facts, **then.facts},
        first.may_not_fit or then.may_not_fit,
    )
