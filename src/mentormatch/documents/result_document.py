"""A result as a document: for those who may know all of it, complete enough to be a result again."""

from dataclasses import fields, replace
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from mentormatch.base.edition import EditionName, edition_of
from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.documents.codec import decode, encode
from mentormatch.documents.json_text import JsonDocument
from mentormatch.documents.version import VERSION
from mentormatch.explain.explainer import EXPLAINER
from mentormatch.explain.public_view import in_edition
from mentormatch.market.matching import Matching
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.report.on_record import live_rows
from mentormatch.report.origins import origin_of_pair
from mentormatch.roster.roster import Roster
from mentormatch.version import __version__

FORMAT: Literal["mentormatch-result"] = "mentormatch-result"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Said(_Part):
    """One statement in both languages."""

    zh: str = Field(description="In Chinese.")
    en: str = Field(description="In English.")


class StageOutcome(_Part):
    """One level of the objective and what was proven of it."""

    name: str = Field(description="Of the stage.")
    value: int = Field(description="What the matching reaches.")
    bound: int | None = Field(description="What no matching can beat; null where none is known.")
    proven: bool = Field(description="Value and bound agree, and so they do in every earlier stage.")


class PairRow(_Part):
    """One pair: what the sheet of assignments says, and what the sheet of pairings of the next term reads."""

    student_id: str | int = Field(description="Of the student.")
    mentor_id: str | int = Field(description="Of the mentor.")
    role: str = Field(default="primary", description="primary, supporting, external or peer.")
    state: str = Field(description="active, or provisional in an adaptation period.")
    valid_from: date | None = Field(description="The first day; null where no day was given.")
    valid_to: date | None = Field(description="The last day of a provisional pair; null while it goes on.")
    origin: str = Field(description="fixed, kept, chosen or coordinated.")
    locked: bool = Field(description="The school has locked the pair.")
    rank: int | None = Field(description="Which choice of the student it is; null where it is none.")
    reason: Said | None = Field(description="Why the pair stands.")


class ChangeRow(_Part):
    """Somebody who does not keep what they had."""

    student_id: str | int = Field(description="Of the student.")
    before: list[str | int] = Field(description="Ids of the mentors before.")
    after: list[str | int] = Field(description="Ids of the mentors now; empty for none.")
    since: str = Field(description="last_term, round_one, or given for a repaired result.")
    reason: Said = Field(description="Why.")


class ResultDocument(JsonDocument):
    """A result as typed JSON, of one edition.

    Examples
    --------
    >>> import mentormatch as mm
    >>> result = mm.match(mm.Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee"]}, {"Lee": ["Bo", "Ann"]}))
    >>> document = result.to_document(edition="staff")
    >>> [(pair.student_id, pair.mentor_id) for pair in document.pairs]
    [('Ann', 'Wu'), ('Bo', 'Lee')]
    >>> again = ResultDocument.from_json(document.to_json()).to_result()
    >>> again.explain("Ann") == result.explain("Ann")
    True
    """

    format: Literal["mentormatch-result"] = Field(default=FORMAT, description="Always mentormatch-result.")
    version: str = Field(default=VERSION, description="Of the format, MAJOR.MINOR; a newer MAJOR is refused.")
    edition: EditionName = Field(description="Who may read it: public, school (with names) or staff.")
    made_by: str = Field(default=__version__, description="The version of mentormatch.")
    status: str = Field(description="optimal, feasible, infeasible or unknown.")
    mechanism: str = Field(description="From preferences to a matching.")
    engine: str = Field(description="What solved it.")
    seed: int = Field(description="Of the lottery among equals.")
    on: date | None = Field(default=None, description="The day of the matching; null where none was given.")
    students: int = Field(description="How many students there are.")
    placed: int = Field(description="How many of them have a mentor.")
    stages: list[StageOutcome] = Field(description="The levels of the objective, most important first.")
    pairs: list[PairRow] = Field(description="Who is with whom, by student.")
    unplaced: list[str | int] = Field(description="Ids of the students without a mentor.")
    changes: list[ChangeRow] = Field(description="Who does not keep what they had, and why.")
    reason: Said | None = Field(default=None, description="Why there is no matching; null where there is one.")
    names: dict[str, str] = Field(
        default_factory=dict, description="Names by id; empty in the public edition.", repr=False
    )
    whole: dict[str, Any] | None = Field(
        default=None,
        description="Staff only: the problem, the proof and the record, from which the result is made again.",
        repr=False,
    )

    @classmethod
    def from_result(
        cls,
        result: Result,
        *,
        edition: EditionName = "public",
        roster: Roster | None = None,
        on: date | None = None,
    ) -> Self:
        """Return the document of a result.

        Parameters
        ----------
        result : Result
        edition : {"public", "school", "staff"}
            Public and school tell what `Result.in_edition` tells; school and staff have names, staff has everything.
        roster : Roster, optional
            The school; the one that the result was made from where it is left out.
        on : date, optional
            The day of the matching, likewise.

        Raises
        ------
        InputError
            For another word, and when the staff edition is asked of a public view.
        """
        wanted, view = edition_of(edition), in_edition(result, edition)
        roster = result.roster if roster is None else roster
        on = result.on if on is None else on
        return cls(
            edition=edition,
            status=str(view.status),
            mechanism=view.mechanism,
            engine=view.engine,
            seed=view.seed,
            on=on,
            students=view.problem.market.num_students,
            placed=0 if view.matching is None else view.matching.num_placed,
            stages=[
                StageOutcome(name=each.name, value=each.value, bound=each.bound, proven=each.proven)
                for each in view.stages
            ],
            pairs=_pairs(view, result, on),
            unplaced=[] if view.matching is None else _unplaced(view),
            changes=_changes(view),
            reason=None if view.reason is None else _said(view.reason),
            names=_names(roster) if wanted.names and roster is not None else {},
            whole=_whole(result) if wanted.staff else None,
        )

    def to_result(self) -> Result:
        """Return the result that the document was made from, with its proof, stages, reasons and record.

        Raises
        ------
        InputError
            When this is not the staff edition, or it holds a rule that is not known here.
        """
        if self.whole is None:
            raise InputError(
                Text(
                    zh="只有内部版文档才能还原为结果:其他版本不含求解所依据的内部信息。",
                    en="Only the staff edition can be a result again: the others leave out what it was made from.",
                ),
                maybe=Text(zh='用 to_document(edition="staff") 保存。', en='store to_document(edition="staff").'),
            )
        return _again(self.whole)


def _said(text: Text) -> Said:
    return Said(zh=text.zh, en=text.en)


def _pairs(view: Result, result: Result, on: date | None) -> list[PairRow]:
    if view.matching is None:
        return []
    after = () if result.record is None else result.record.rows_after("en")
    recorded = {(row.student_id, row.mentor_id): row for row in live_rows(after, on) if row.role == "primary"}
    market, found = view.problem.market, []
    for pair, ids in zip(view.matching.pairs.tolist(), view.matching.ids(), strict=True):
        reason, state = view.pair_reasons.get(ids), view.state_of(ids[0])
        before = recorded.get((str(ids[0]), str(ids[1])))
        found.append(
            PairRow(
                student_id=_id(ids[0]),
                mentor_id=_id(ids[1]),
                state=state.name,
                valid_from=on if before is None or before.valid_from is None else before.valid_from,
                valid_to=state.ends,
                origin=origin_of_pair(view, pair),
                locked=before is not None and before.locked,
                rank=int(market.student_rank[pair]) or None,
                reason=None if reason is None else _said(reason.text),
            )
        )
    return found


def _unplaced(view: Result) -> list[str | int]:
    matching = view.matching
    ids = view.problem.market.student_ids
    return [] if matching is None else [_id(ids[i]) for i in (matching.degree == 0).nonzero()[0].tolist()]


def _changes(view: Result) -> list[ChangeRow]:
    return [
        ChangeRow(
            student_id=_id(change.student),
            before=[_id(each) for each in change.before],
            after=[_id(each) for each in change.after],
            since=change.since,
            reason=_said(change.text),
        )
        for change in view.changes
    ]


def _id(value: object) -> str | int:
    if isinstance(value, str | int):
        return value
    raise InputError(
        Text(
            zh=f"编号须是文本或整数,才能写入文档;给出的是 {type(value).__name__}。",
            en=f"Ids must be texts or whole numbers to stand in a document; one is a {type(value).__name__}.",
        )
    )


def _names(roster: Roster) -> dict[str, str]:
    people = {each.mentor_id: each.name for each in roster.mentors} | {
        each.student_id: each.name for each in roster.students
    }
    return dict(sorted(people.items()))


_APART = ("problem", "matching", "explainer", "roster", "runtime_s")
"""Fields of a result that are written otherwise, or not at all."""


def _whole(result: Result) -> dict[str, Any]:
    problem = result.problem
    outcome = {field.name: getattr(result, field.name) for field in fields(result) if field.name not in _APART}
    # The school is written once.
    step = result.record
    outcome["record"] = step if step is None or step.before != result.roster else replace(step, before=Roster())
    return {
        "market": encode(problem.market),
        "constraints": encode(problem.constraints),
        "stages": encode(problem.stages),
        "pairs": encode(None if result.matching is None else result.matching.pairs),
        "outcome": {name: encode(value) for name, value in outcome.items()},
        "roster": None if result.roster is None else result.roster.model_dump(mode="json"),
    }


def _again(whole: dict[str, Any]) -> Result:
    problem = Problem(decode(whole["market"]), decode(whole["constraints"]), decode(whole["stages"]))
    pairs = decode(whole["pairs"])
    known = {field.name for field in fields(Result)} - set(_APART)
    outcome: dict[str, Any] = {name: decode(value) for name, value in whole["outcome"].items() if name in known}
    outcome["status"] = Status(outcome["status"])
    roster = None if whole["roster"] is None else Roster.model_validate(whole["roster"])
    result = Result(
        problem=problem,
        matching=None if pairs is None else Matching(problem.market, pairs),
        **outcome,
    )
    step = result.record
    if step is not None and roster is not None and step.before == Roster():
        step = replace(step, before=roster)
    return replace(result, explainer=EXPLAINER, roster=roster, record=step)
