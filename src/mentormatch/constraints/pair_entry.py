"""One pair named in a rule, with its reason and its expiry."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, cast

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from mentormatch.base.frozen_model import FrozenModel, validated_as
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Violation
from mentormatch.constraints.rule_id import MentorId, StudentId
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs


class PairEntry(FrozenModel):
    """A student and a mentor that a rule names.

    In a rule's `pairs` an entry may also be written as ``(student, mentor)`` or ``(student, mentor, reason)``.
    """

    is_part_of_rules: ClassVar[bool] = True

    student: StudentId
    mentor: MentorId
    reason: str = Field(default="", description="Why, for the record; never shown to pupils.", repr=False)
    expires: date | None = Field(default=None, description="Last day on which the entry binds.")

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema of a table or of the short form in brackets."""
        table = handler.resolve_ref_schema(handler(core_schema))
        short = {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 2, "maxItems": 3}
        return {"anyOf": [table, short]}

    @model_validator(mode="before")
    @classmethod
    def _from_sequence(cls, value: Any) -> Any:
        if isinstance(value, (tuple, list)) and len(value) in (2, 3):
            return dict(zip(("student", "mentor", "reason"), value, strict=False))
        return value


PairEntries = Annotated[Sequence[PairEntry | tuple[Id, Id] | tuple[Id, Id, str]], validated_as(tuple[PairEntry, ...])]
"""What a rule's `pairs` may be written as; kept as entries."""


def entries_of(pairs: PairEntries) -> tuple[PairEntry, ...]:
    """Return the pairs of a rule as the entries that they were kept as."""
    return cast(tuple[PairEntry, ...], pairs)


def in_force(entries: PairEntries, on: date | None) -> tuple[PairEntry, ...]:
    """Return the entries that bind on a day; without a day all do."""
    return tuple(entry for entry in entries_of(entries) if on is None or entry.expires is None or on <= entry.expires)


def check_entries(entries: Sequence[PairEntry], rule: str) -> None:
    """Raise `RulesError` for a pair that stands twice."""
    seen: set[tuple[Id, Id]] = set()
    for entry in entries:
        if (entry.student, entry.mentor) in seen:
            raise refused(
                rule,
                f"学生 {entry.student} 与导师 {entry.mentor} 这一对重复列出;请只保留一条。",
                f"the pair of student {entry.student} and mentor {entry.mentor} stands twice; keep one entry.",
            )
        seen.add((entry.student, entry.mentor))


def check_candidates(market: Market, entries: Sequence[PairEntry], rule: str) -> None:
    """Raise `RulesError` for a pair that is no candidate pair: the rule asks for it, and it cannot be made."""
    for entry in entries:
        if market.pair_index(entry.student, entry.mentor) is None:
            raise refused(
                rule,
                f"学生 {entry.student} 与导师 {entry.mentor} 不是可匹配的一对。",
                f"student {entry.student!r} and mentor {entry.mentor!r} are no candidate pair.",
                maybe=Text(
                    zh="导师不在岗,或不在该学生可选范围内;请删去这一条。",
                    en="the mentor is on leave or out of the student's reach; take the entry out.",
                ),
            )


def broken_entries(
    rule: str,
    entries: Iterable[PairEntry],
    pairs: Pairs,
    looked_at: Iterable[Id],
    *,
    wanted: bool,
    tell: Callable[[PairEntry], Text],
    soft: bool = False,
) -> tuple[Violation, ...]:
    """Return a violation for each entry of the students looked at that is not as wanted: made, or not made."""
    students = set(looked_at)
    return tuple(
        Violation(rule, tell(entry), students=(entry.student,), mentors=(entry.mentor,), soft=soft)
        for entry in entries
        if entry.student in students and (entry.mentor in pairs.mentors_of(entry.student)) is not wanted
    )
