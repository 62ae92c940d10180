"""Topics: mentors that offer several topics, seats of each topic and of the mentor, and stability that knows both."""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.closed_pairs import KnowsClosedPairs
from mentormatch.constraints.constraint import Scope, Violation, everyone
from mentormatch.constraints.naming import Names
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.formulation.topic_rows import Topics
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs

Name = str | int


class Supervisor(FrozenModel):
    """A person who offers topics and has seats for all of them together."""

    is_part_of_rules: ClassVar[bool] = True

    name: Name = Field(description="What the supervisor is called in messages.")
    topics: Annotated[tuple[Name, ...], Names("mentor")] = Field(
        description="Ids of the market's mentors that are topics of this supervisor."
    )
    upper: int = Field(ge=0, description="Most students over all topics.")


class TopicStability(KnowsClosedPairs):
    """Student-project allocation: the market's mentors are topics, each offered by one supervisor.

    A supervisor takes at most `upper` students over all topics. A choice pair of a student and a topic, not matched,
    blocks when the student strictly prefers the topic to what it has, and (Abraham, Irving and Manlove 2007)

    * the topic has a free seat, and the supervisor has one too, or the student already, or strictly prefers the student
      to one it has; or
    * the topic is full, and the supervisor strictly prefers the student to one who has the topic.

    Supervisors rank students: the `mentor_rank` of one student's pairs with topics of one supervisor must be equal. A
    topic that nobody names is its own supervisor. Without ties such a matching always exists.
    """

    kind: Literal["topic_stability"] = "topic_stability"
    stability = True
    scoping = "never"
    supervisors: Annotated[
        tuple[Supervisor, ...],
        said(
            "导师及其题目与总名额",
            "supervisors with their topics and seats",
            "默认没有:每名导师自成一题",
            "none unless written: every mentor is its own topic",
        ),
    ]

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        topics = [topic for one in self.supervisors for topic in one.topics]
        twice = next((topic for topic in topics if topics.count(topic) > 1), None)
        if twice is not None:
            raise refused(self.kind, f"题目 {twice} 属于两位导师。", f"topic {twice!r} belongs to two supervisors.")
        return self

    @property
    def local(self) -> bool:
        """Whether a pair blocks depends on the student, the topic and the supervisor."""
        return False

    def check(self, market: Market) -> None:
        """Refuse unknown topics, and for supervisors of two minds about a student."""
        if (market.student_quota != 1).any():
            text = ("有学生的题目数不为一。", "there are students who take other than one topic.")
            raise refused(self.kind, *text)
        person = self._person(market)
        rank: dict[tuple[int, int], int] = {}
        for pair in range(market.num_pairs):
            key = (int(market.student[pair]), int(person[market.mentor[pair]]))
            if rank.setdefault(key, int(market.mentor_rank[pair])) != market.mentor_rank[pair]:
                student = market.student_ids[key[0]]
                raise refused(
                    self.kind,
                    f"同一导师对学生 {student} 的排序因题目而异。",
                    f"one supervisor ranks student {student!r} differently for two topics.",
                    maybe=Text(zh="导师对学生的排序不分题目。", en="give one rank for all topics of a supervisor."),
                )

    def _person(self, market: Market) -> IntArray:
        """Return the supervisor of each topic: a position in `supervisors`, or beyond them the topic's own."""
        person = len(self.supervisors) + np.arange(market.num_mentors)
        for number, one in enumerate(self.supervisors):
            person[[market.mentor_index(topic) for topic in one.topics]] = number
        return person

    def _seats(self, market: Market) -> IntArray:
        return np.concatenate([[one.upper for one in self.supervisors], market.mentor_upper]).astype(np.int64)

    def rows(self, market: Market) -> tuple[Rows | Topics, ...]:
        """Return the supervisors' seats as rows, and the choice pairs, whole."""
        person = self._person(market)
        at = np.flatnonzero(person[market.mentor] < len(self.supervisors))
        seats = np.array([one.upper for one in self.supervisors], np.int64)
        is_open = market.is_choice.copy()
        is_open[sorted(self._closed)] = False
        return (
            grouped_rows(
                self.kind,
                at,
                person[market.mentor[at]],
                lower=np.zeros(len(seats), np.int64),
                upper=seats,
                label=lambda i: Text(
                    zh=f"导师 {self.supervisors[i].name} 各题目合计至多 {seats[i]} 名学生。",
                    en=f"Supervisor {self.supervisors[i].name} takes at most {seats[i]} students over all topics.",
                ),
            ),
            Topics(market, np.flatnonzero(is_open), person, self._seats(market)),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every supervisor above its seats and every blocking pair of the students in scope."""
        found: list[Violation] = []
        supervisor: dict[Id, Supervisor] = {topic: one for one in self.supervisors for topic in one.topics}
        for one in self.supervisors:
            has = sum(len(pairs.students_of(topic)) for topic in one.topics)
            if has > one.upper:
                text = Text(
                    zh=f"导师 {one.name} 带 {has} 名学生,上限 {one.upper} 名。",
                    en=f"Supervisor {one.name} has {has} students, at most {one.upper} allowed.",
                )
                found.append(Violation(self.kind, text, has - one.upper, mentors=tuple(one.topics)))
        for student in everyone(market, scope).students:
            i = market.student_index(student)
            for pair in market.pairs_of_student(i).tolist():
                topic = market.mentor_of(pair)
                if market.is_choice[pair] and pair not in self._closed:
                    found += self._blocking(market, pairs, student, topic, supervisor.get(topic))
        return tuple(found)

    def _blocking(
        self, market: Market, pairs: Pairs, student: Id, topic: Id, one: Supervisor | None
    ) -> list[Violation]:
        def rank(s: Id, t: Id) -> int:
            pair = market.pair_index(s, t)
            return 0 if pair is None else int(market.mentor_rank[pair])

        def wish(t: Id) -> int:
            pair = market.pair_index(student, t)
            return (0 if pair is None else int(market.student_rank[pair])) or 10**9

        has = pairs.mentors_of(student)
        if topic in has or (has and all(wish(t) <= wish(topic) for t in has)):
            return []
        mine = rank(student, topic)
        topics: tuple[Id, ...] = (topic,) if one is None else one.topics
        seats = int(market.mentor_upper[market.mentor_index(topic)])
        upper = seats if one is None else one.upper
        of_topic = [rank(s, topic) for s in pairs.students_of(topic)]
        of_person = [rank(s, t) for t in topics for s in pairs.students_of(t)]
        if len(of_topic) < seats:
            agrees = len(of_person) < upper or any(t in topics for t in has) or any(other > mine for other in of_person)
        else:
            agrees = any(other > mine for other in of_topic)
        if not agrees or seats == 0 or upper == 0:
            return []
        text = Text(
            zh=f"学生 {student} 与题目 {topic} 的导师都更愿意结对。",
            en=f"Student {student} and the supervisor of topic {topic} would both rather have it so.",
        )
        return [Violation(self.kind, text, students=(student,), mentors=(topic,))]

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh=f"{len(self.supervisors)} 位导师各有若干题目,分配稳定。",
            en=f"{len(self.supervisors)} supervisors offer topics, and nobody blocks.",
        )
