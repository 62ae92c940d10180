"""Couples: students that apply in twos, and stability that knows it."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.closed_pairs import KnowsClosedPairs
from mentormatch.constraints.constraint import Scope, Violation
from mentormatch.constraints.naming import Names
from mentormatch.constraints.weak_stability import WeakStability
from mentormatch.formulation.couple_rows import Couples
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs

Name = str | int


class Couple(FrozenModel):
    """Two students and the pairs of mentors that they would take together, best first, without ties."""

    is_part_of_rules: ClassVar[bool] = True

    first: Annotated[Name, Names("student")] = Field(description="One student.")
    second: Annotated[Name, Names("student")] = Field(description="The other.")
    choices: Annotated[tuple[tuple[Name, Name], ...], Names("mentor")] = Field(
        description="Mentor of the first and of the second, best first."
    )


class CoupleStability(KnowsClosedPairs):
    """Couples get one of their joint choices or nothing, and neither a couple nor a single student blocks.

    Single students block as in `WeakStability`. A couple blocks by a joint choice that it prefers to what it has when
    the mentors would agree (McDermid and Manlove 2010; McBride and Manlove 2013):

    * one mentor changes, and has a free seat or prefers the student to one it has other than the partner;
    * two change, and each has a free seat or prefers the student to one it has;
    * both would come to one mentor, neither being there: it has two free seats; or one, and prefers either of them to
      somebody; or none, and prefers the one to somebody and the other to somebody else.

    Such a matching need not exist, and whether it does is NP-complete (Ronn 1990). Pairs of a couple's students are
    placement pairs of the market (rank 0): they are wanted jointly only.
    """

    kind: Literal["couple_stability"] = "couple_stability"
    stability = True
    scoping = "never"
    couples: Annotated[
        tuple[Couple, ...],
        said(
            "成对的学生及其共同志愿",
            "students who apply in twos, with their joint choices",
            "默认没有:学校里每名学生各自选择",
            "none unless written: in a school everybody chooses alone",
        ),
    ]

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        seen: set[Name] = set()
        for couple in self.couples:
            for student in (couple.first, couple.second):
                if student in seen:
                    text = (f"学生 {student} 出现了两次。", f"student {student!r} stands in two places of couples.")
                    raise refused(self.kind, *text)
                seen.add(student)
            if len(set(couple.choices)) < len(couple.choices):
                text = ("同一组志愿列出了两次。", f"the couple of {couple.first!r} lists a joint choice twice.")
                raise refused(self.kind, *text)
        return self

    @property
    def asks_for_placement_pairs(self) -> bool:
        """Whether the rule must know of removed pairs that nobody listed, too."""
        return True

    @property
    def local(self) -> bool:
        """Whether a couple blocks depends on two students and up to four mentors."""
        return False

    def check(self, market: Market) -> None:
        """Refuse unknown ids, and for a couple's student with choices of its own."""
        students = [student for couple in self.couples for student in (couple.first, couple.second)]
        if (market.student_quota != 1).any():
            text = ("有学生的导师数不为一。", "there are students who take other than one mentor.")
            raise refused(self.kind, *text)
        for student in students:
            mine = market.pairs_of_student(market.student_index(student))
            if market.is_choice[mine].any():
                raise refused(
                    self.kind,
                    f"学生 {student} 另有个人志愿。",
                    f"student {student!r} of a couple also has choices of its own.",
                    maybe=Text(zh="把其 student_rank 设为 0。", en="give its pairs the student_rank 0."),
                )

    def rows(self, market: Market) -> tuple[Couples, ...]:
        """Return the couples, whole."""
        joint, members = [], []
        for couple in self.couples:
            found = [
                (market.pair_index(couple.first, one), market.pair_index(couple.second, other))
                for one, other in couple.choices
            ]
            # A joint choice that one of the mentors cannot take is none.
            joint.append(
                np.array([(p, q) for p, q in found if p is not None and q is not None], np.int64).reshape(-1, 2)
            )
            members.append(
                (
                    market.pairs_of_student(market.student_index(couple.first)),
                    market.pairs_of_student(market.student_index(couple.second)),
                )
            )
        singles = WeakStability().without(self._closed).choice_pairs(market)
        return (Couples(market, singles, tuple(members), tuple(joint)),)

    def _joint(self, market: Market, couple: Couple) -> list[tuple[tuple[Name, Name], tuple[int, int]]]:
        """Return the joint choices, with their pairs; one that a mentor or a rule does not admit is none."""
        found = []
        for one, other in couple.choices:
            p, q = market.pair_index(couple.first, one), market.pair_index(couple.second, other)
            if p is not None and q is not None and not {p, q} & self._closed:
                found.append(((one, other), (p, q)))
        return found

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every single student's blocking pair, and every couple that is split or blocks."""
        singles = WeakStability().without(self._closed)
        found = [
            Violation(self.kind, single.text, students=single.students, mentors=single.mentors)
            for single in singles.violations(market, pairs, scope)
        ]
        wanted = None if scope is None else set(scope.students)
        for couple in self.couples:
            if wanted is None or couple.first in wanted or couple.second in wanted:
                found += self._of_couple(market, pairs, couple)
        return tuple(found)

    def _of_couple(self, market: Market, pairs: Pairs, couple: Couple) -> Iterable[Violation]:
        has = pairs.mentors_of(couple.first), pairs.mentors_of(couple.second)
        choices = [choice for choice, _ in self._joint(market, couple)]
        ends = (couple.first, couple.second)
        if has == ((), ()):
            at = len(choices)
        elif len(has[0]) == len(has[1]) == 1 and (has[0][0], has[1][0]) in choices:
            at = choices.index((has[0][0], has[1][0]))  # type: ignore[arg-type]  # ids of the rule are these types
        else:
            text = Text(
                zh=f"学生 {ends[0]} 与 {ends[1]} 没有得到共同志愿。",
                en=f"Students {ends[0]} and {ends[1]} are matched, but by none of their joint choices.",
            )
            return [Violation(self.kind, text, students=ends)]
        return [
            Violation(
                self.kind,
                Text(
                    zh=f"学生 {ends[0]} 与 {ends[1]} 和导师 {choice[0]}、{choice[1]} 都更愿意结对。",
                    en=f"Students {ends[0]}, {ends[1]} and mentors {choice[0]}, {choice[1]} would rather match.",
                ),
                students=ends,
                mentors=tuple(dict.fromkeys(choice)),
            )
            for choice in choices[:at]
            if _agree(market, pairs, couple, choice, has)
        ]

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh=f"{len(self.couples)} 对同伴按共同志愿结对,且无人有阻塞。",
            en=f"{len(self.couples)} couples get a joint choice or nothing, and nobody blocks.",
        )


def _agree(
    market: Market,
    pairs: Pairs,
    couple: Couple,
    choice: tuple[Name, Name],
    has: tuple[tuple[object, ...], tuple[object, ...]],
) -> bool:
    """Tell, from the definition, whether the mentors of a joint choice would take the couple."""
    (one, other), (first, second) = choice, (couple.first, couple.second)

    def free(mentor: Name) -> int:
        return int(market.mentor_upper[market.mentor_index(mentor)]) - len(pairs.students_of(mentor))

    def worse(mentor: Name, student: Name, *, but: object = None) -> set[object]:
        mine = market.pair_index(student, mentor)
        rank = {s: market.pair_index(s, mentor) for s in pairs.students_of(mentor) if s != but}
        return {
            s
            for s, pair in rank.items()
            if mine is not None and pair is not None and market.mentor_rank[pair] > market.mentor_rank[mine]
        }

    if has[0] == (one,):
        return free(other) > 0 or bool(worse(other, second, but=first if one == other else None))
    if has[1] == (other,):
        return free(one) > 0 or bool(worse(one, first, but=second if one == other else None))
    if one != other:
        return all(free(m) > 0 or worse(m, s) for m, s in ((one, first), (other, second)))
    below, beneath = worse(one, first), worse(one, second)
    if free(one) >= 2:
        return True
    if free(one) == 1:
        return bool(below | beneath)
    return any(s != t for s in below for t in beneath)
