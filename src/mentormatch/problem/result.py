"""Result: what a solve returns. Four honest statuses, a value and a bound for every stage, and the evidence."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from html import escape
from importlib import import_module
from itertools import islice
from typing import Any, Literal, Protocol, Self

from mentormatch.base.arrays import IntArray
from mentormatch.base.edition import EditionName
from mentormatch.base.errors import InputError, NoMatchingError
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Violation
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.market.plots import Plots
from mentormatch.problem.explanation import Explainer, MentorExplanation, Repair, Statement, StudentExplanation
from mentormatch.problem.problem import Problem
from mentormatch.roster.cause import Cause
from mentormatch.roster.record_step import RecordStep
from mentormatch.roster.roster import Roster


class Status(StrEnum):
    """What was proven of a result."""

    OPTIMAL = "optimal"
    """Feasible, and every stage is proven."""
    FEASIBLE = "feasible"
    """Feasible; at least one stage has a gap between value and bound."""
    INFEASIBLE = "infeasible"
    """Proven: no matching keeps all rules."""
    UNKNOWN = "unknown"
    """A limit stopped the search before there was a matching or a proof."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A machine-readable code with its sentence."""

    code: str
    text: Text


class Level(Protocol):
    """A level of an objective as engines see it: a name, and whether the user reads the negative of its cost."""

    @property
    def name(self) -> str:
        """What a result calls it."""
        ...

    @property
    def maximise(self) -> bool:
        """Whether the user reads the negative."""
        ...


@dataclass(frozen=True, slots=True)
class StageValue:
    """The outcome of one level of the objective.

    Parameters
    ----------
    name : str
    value : int
        What the matching reaches.
    bound : int or None
        What no matching can beat given the values of the earlier stages; None where none is known.
    proven : bool
        Value and bound agree, and so they do in every earlier stage.
    """

    name: str
    value: int
    bound: int | None
    proven: bool

    @classmethod
    def of(cls, stage: Level, cost: int, bound: int | None, *, proven: bool) -> Self:
        """Return the value of a level in the user's sign, from what engines minimise and a bound on that."""
        sign = -1 if stage.maximise else 1
        return cls(stage.name, sign * cost, None if bound is None else sign * bound, proven)

    @classmethod
    def exact(cls, stage: Level, cost: int) -> Self:
        """Return the value of a level that is proven to be the best."""
        return cls.of(stage, cost, cost, proven=True)

    def as_data(self) -> dict[str, Any]:
        """Return the stage as plain data, for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class PricedLevel:
    """Prices of the rows that prove one solve optimal (linear programming duality).

    The levels of the objective at the positions `stages` were added up with `weights` and solved as one. For any
    matching that keeps the rows, and the optimal values of all earlier levels, the weighted cost is at least ::

        sum over rows of (price > 0 ? price * lower : price * upper)
        + sum over convex rows of min over activities a of (cost(a) + price * a)
        + sum over open pairs of min(0, cost - sum of the prices of the rows it stands in)

    and the matching attains it. Pairs and rows whose term is strict are thereby fixed for all later levels.

    Parameters
    ----------
    stages : tuple of int
        Positions in the form's stages.
    weights : tuple of int
        Positive; each exceeds what all later ones of the tuple can add up to, so the sum is lexicographic.
    prices : tuple of int64 array
        One array for each block of the form's hard rows.
    convex_prices : tuple of int64 array
        One array for each `ConvexTerm` of all stages of the form, in order.
    """

    __repr__ = short_repr

    stages: tuple[int, ...]
    weights: tuple[int, ...]
    prices: tuple[IntArray, ...]
    convex_prices: tuple[IntArray, ...] = ()


@dataclass(frozen=True, eq=False)
class PriceCertificate:
    """Row prices for every level of the objective: a proof that can be checked without the solver."""

    levels: tuple[PricedLevel, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cut that proves that counting alone forbids a feasible matching.

    Parameters
    ----------
    students : tuple
        Ids of the students in the cut (they can go to `mentors` only), or that the lower quotas wait for.
    mentors : tuple
        Ids of the mentors in the cut.
    needed, available : int
        Places that must be filled and places that can be: ``needed > available``.
    text : Text
        The same in words and numbers, without names.
    repairs : tuple of Text
        What would make it fit, cheapest first.
    """

    students: tuple[object, ...]
    mentors: tuple[object, ...]
    needed: int
    available: int
    text: Text
    repairs: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class ConflictRule:
    """One rule of a conflict.

    Parameters
    ----------
    position : int
        In the problem's constraints.
    kind : str
    text : Text
        The rule in the user's words.
    members : tuple of Text
        What in the rule clashes: the labels of its rows, the first dozen where there are more.
    num_members : int
    witness : integer array or None
        Positions of the pairs of a matching that keeps all other rules of the conflict (less the members that were left
        out to find another conflict): this one is necessary. None where the time did not suffice to find one.
    """

    position: int
    kind: str
    text: Text
    members: tuple[Text, ...]
    num_members: int
    witness: IntArray | None


@dataclass(frozen=True, eq=False)
class Conflict:
    """Rules that cannot hold together.

    Parameters
    ----------
    rules : tuple of ConflictRule
    is_minimal : bool
        Each rule is shown necessary, by its witness.
    members_are_minimal : bool
        So is each of their members. Where counting is the conflict, a larger cut may say more than a smallest one.
    needed, available : int or None
        Where counting shows the conflict: pairs that the rules ask for, and pairs that they leave room for.
    text : Text
        The same in words.
    """

    rules: tuple[ConflictRule, ...]
    is_minimal: bool
    members_are_minimal: bool
    text: Text
    needed: int | None = None
    available: int | None = None

    @property
    def positions(self) -> tuple[int, ...]:
        """Positions of the rules in the problem's constraints."""
        return tuple(rule.position for rule in self.rules)


@dataclass(frozen=True, slots=True)
class PairReason:
    """Why a pair of the result stands.

    Parameters
    ----------
    origin : {"fixed", "kept", "chosen", "requested", "coordinated"}
        By a rule; continued from last term; by two-way choice; by a change request; placed by the school.
    text : Text
    cause : Cause
        Why the pair begins, where it is new.
    """

    origin: str
    text: Text
    cause: Cause = Cause.COORDINATION


@dataclass(frozen=True, slots=True)
class Change:
    """A student that does not keep what it had, and why.

    Parameters
    ----------
    student : id
    before, after : tuple of mentor ids
    text : Text
    since : {"last_term", "round_one", "given"}
        What `before` refers to: the pairings on record, the round of choice, or the matching given to `rematch`.
    cause : Cause
        Why the earlier pair ends.
    """

    student: object
    before: tuple[object, ...]
    after: tuple[object, ...]
    text: Text
    since: str
    cause: Cause = Cause.COORDINATION


@dataclass(frozen=True, slots=True)
class PairState:
    """Whether a student's pairs are settled.

    Parameters
    ----------
    name : {"active", "provisional"}
        A provisional pair belongs to an adaptation period and may be left afterwards without consent.
    ends : date or None
        The last day of a provisional pair.
    """

    name: Literal["active", "provisional"]
    ends: date | None = None


def pair_state(market: Market, student_id: Id) -> PairState:
    """Return whether a student's pairs are settled, or provisional and until when, by ``provisional_until``."""
    attribute = market.student_attributes.get("provisional_until")
    ends = () if attribute is None else attribute.values(market.student_index(student_id))
    return PairState("provisional", date.fromisoformat(ends[0])) if ends else PairState("active")


@dataclass(frozen=True, slots=True)
class HandOver:
    """What two mentors must do when a student goes from one to the other (工作交接).

    Parameters
    ----------
    student, from_mentor : id
    to_mentor : id or None
        None where the student has no mentor yet.
    effective : date or None
        The day on which the new mentor takes over; None where the day of the matching is not known.
    overlap_until : date or None
        The last day on which the old mentor stays beside the new one; None where it cannot.
    open_items : tuple of Reason or None
        What is not done yet, by a stable code; None in a public view, which does not tell of duties.
    request : str or None
        The change request behind it.
    """

    student: object
    from_mentor: object
    to_mentor: object | None
    effective: date | None
    overlap_until: date | None
    open_items: tuple[Reason, ...] | None = ()
    request: str | None = None


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """What became of a change request.

    Parameters
    ----------
    request : str
    student : id
    from_mentor, to_mentor : id or None
        The present mentor, and the one that the request names.
    granted : bool
        The student agreed (or could not be asked, for a stated reason), and the school approved.
    carried_out : bool
        The student goes to another mentor. A granted request waits where no seat is free.
    missing : tuple of Reason
        What a request that is not granted lacks, by a stable code.
    text : Text
    """

    request: str
    student: object
    from_mentor: object | None
    to_mentor: object | None
    granted: bool
    carried_out: bool
    missing: tuple[Reason, ...]
    text: Text


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Result:
    """The answer to a problem, checked by the independent checker before it is returned.

    Parameters
    ----------
    problem : Problem
    status : Status
    matching : Matching or None
        None where the status is ``infeasible`` or ``unknown``.
    mechanism, engine : str
        What composed it and what solved it.
    engine_reason : Text
        Why this engine.
    refusals : mapping of engine name to reasons
        Why the other engines could not take the problem exactly.
    stages : tuple of StageValue
    blocking_pairs, justified_blocking_pairs : int
        Counted by the checker over the choice pairs.
    violations : tuple of Violation
        Soft rules that the matching misses; a hard one never gets here.
    pair_reasons : mapping of (student id, mentor id) to PairReason
    changes : tuple of Change
    hand_overs : tuple of HandOver
        Of a school: one for each student that leaves a mentor it has.
    requests : tuple of RequestOutcome
        Of a school: every change request that still matters.
    record : RecordStep or None
        Of a school: the rows of its record that the result closes and opens. ``result.record.after()`` is the school
        with its record after it, and the input of the next `match` or `rematch`.
    shortage : Shortage or None
        The reason of an infeasible status where counting alone is the reason.
    conflict : Conflict or None
        The reason of an infeasible status otherwise; None where the time did not suffice for it.
    certificate : PriceCertificate or None
    seed : int
    runtime_s : float
        Wall-clock seconds; the only field that differs from run to run.
    stopped_by_limit : bool
        A wall-clock limit ended the search, so another run may answer otherwise.
    unconfirmed : tuple of str
        Stages whose optimum rests on a single search: no prices prove it, and a second search with other settings did
        not come to an end in a tenth of the time.
    explainer : Explainer or None
        What `explain` asks; `mentormatch.mechanisms.solving` gives one to every result.
    edition : {"public", "school", "staff"}
        What the result may tell; a solve returns all of it.
    roster : Roster or None
        The school that was matched, and its record; None for a bare market.
    on : date or None
        The day of the matching of a school.
    """

    problem: Problem
    status: Status
    matching: Matching | None
    mechanism: str
    engine: str
    engine_reason: Text
    refusals: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    stages: tuple[StageValue, ...] = ()
    blocking_pairs: int = 0
    justified_blocking_pairs: int = 0
    violations: tuple[Violation, ...] = ()
    pair_reasons: Mapping[tuple[object, object], PairReason] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    requests: tuple[RequestOutcome, ...] = ()
    record: RecordStep | None = None
    shortage: Shortage | None = None
    conflict: Conflict | None = None
    certificate: PriceCertificate | None = None
    seed: int = 0
    runtime_s: float = 0.0
    stopped_by_limit: bool = False
    unconfirmed: tuple[str, ...] = ()
    explainer: Explainer | None = None
    edition: EditionName = "staff"
    roster: Roster | None = field(default=None, repr=False)
    on: date | None = None

    def to_document(self, *, edition: EditionName = "public") -> Any:
        """Return the result as a typed JSON document (`mentormatch.ResultDocument`).

        Parameters
        ----------
        edition : {"public", "school", "staff"}
            Public may be posted; school has names; staff is complete, and becomes a result again with
            `mentormatch.ResultDocument.to_result`.

        Raises
        ------
        InputError
            For another word, when the staff edition is asked of a public view, and for ids that are neither texts nor
            whole numbers.

        Examples
        --------
        >>> import mentormatch as mm
        >>> mm.match(mm.Market.from_preferences({"Ann": ["Lee"]})).to_document().pairs[0].mentor_id
        'Lee'
        """
        # The document lies above: a result knows it by its name alone.
        return import_module("mentormatch.documents.result_document").ResultDocument.from_result(self, edition=edition)

    def in_edition(self, edition: EditionName) -> "Result":
        """Return the result as an edition may tell it: what `explain`, the page and every file are made from.

        Parameters
        ----------
        edition : {"public", "school", "staff"}
            Public and school know nothing that is confidential (care, vetoes, avoidance, families, wishes about a
            person) and nothing that rests on it; they differ in names, which only a roster has. Staff is the whole.

        Raises
        ------
        InputError
            For another word, and when the staff edition is asked of a public view.
        """
        view: Result = self._explainer.in_edition(self, edition)
        return view

    def state_of(self, student_id: Id) -> PairState:
        """Return whether the pairs of a student are settled, or provisional and until when."""
        return pair_state(self.problem.market, student_id)

    def __repr__(self) -> str:
        return f"Result({self.status}, {self.mechanism}, {self.matching!r})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the facts of `str`, and the stages as a table; ids alone, all of it escaped."""
        facts = "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines()[:2])
        rows = "".join(
            f"<tr><td>{escape(stage.name)}</td><td>{stage.value}</td>"
            f"<td>{'-' if stage.bound is None else stage.bound}</td><td>{'yes' if stage.proven else 'no'}</td></tr>"
            for stage in self.stages
        )
        head = "".join(f"<th>{title}</th>" for title in ("stage", "value", "bound", "proven"))
        stages = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
        if self.matching is None:
            return f"<div>{facts}{stages}</div>"
        pairs = list(islice(self.matching.ids(), 10))
        shown = "".join(f"<tr><td>{escape(str(s))}</td><td>{escape(str(m))}</td></tr>" for s, m in pairs)
        more = len(self.matching) - len(pairs)
        shown += f"<tr><td>... {more} more</td><td></td></tr>" if more else ""
        table = f"<table><thead><tr><th>student</th><th>mentor</th></tr></thead><tbody>{shown}</tbody></table>"
        return f"<div>{facts}{stages}{table}</div>"

    @property
    def plot(self) -> Plots:
        """Plots of the matching, such as ``result.plot.ranks()``, ``.loads()`` and ``.classes()``.

        Raises
        ------
        NoMatchingError
            When the result has no matching.
        """
        return Plots(self.matched)

    @property
    def matched(self) -> Matching:
        """The matching, where there must be one: like `matching`, but never None.

        Raises
        ------
        NoMatchingError
            When there is none; its text is the reason, where that is known.
        """
        if self.matching is None:
            why = self.reason or Text(zh="没有求得匹配结果。", en="No matching was found.")
            raise NoMatchingError(Text(zh=f"没有匹配结果({self.status}):", en=f"No matching ({self.status}): ") + why)
        return self.matching

    @property
    def reason(self) -> Text | None:
        """Why there is no matching, where that is proven and was found out."""
        told = self.shortage if self.shortage is not None else self.conflict
        return None if told is None else told.text

    def explain(self, student_id: Id, *, edition: EditionName = "public") -> StudentExplanation:
        """Explain what a student has: why, what became of each of its choices, and what was left.

        Parameters
        ----------
        student_id : id
        edition : {"public", "school", "staff"}
            The public one may be read by anybody, a parent too: it names no other pupil and tells of no veto. What is
            confidential has to be asked for by name.

        Raises
        ------
        MarketError
            When there is no such student.
        InputError
            When the result has no matching, or there is no such edition.
        """
        return self._explainer.student(self.in_edition(edition), student_id)

    def explain_mentor(self, mentor_id: Id, *, edition: EditionName = "public") -> MentorExplanation:
        """Explain what became of a mentor's seats; editions and exceptions are those of `explain`."""
        return self._explainer.mentor(self.in_edition(edition), mentor_id)

    def explain_pair(self, student_id: Id, mentor_id: Id, *, edition: EditionName = "public") -> Statement:
        """Explain why a student is, or is not, with a mentor; editions and exceptions are those of `explain`."""
        return self._explainer.pair(self.in_edition(edition), student_id, mentor_id)

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """What would make an infeasible problem fit, cheapest first; found when first asked for, in seconds.

        Empty where there is a matching, and where no repair within the default prices helps.
        """
        if self.status is not Status.INFEASIBLE or self.explainer is None:
            return ()
        return self.explainer.repairs(self)

    @property
    def _explainer(self) -> Explainer:
        if self.explainer is None:
            raise InputError("This result was made by hand and has no explainer.", maybe="get one from solve or match.")
        return self.explainer

    def __str__(self) -> str:
        lines = [f"{self.status} ({', '.join(dict.fromkeys((self.mechanism, self.engine)))})"]
        if self.matching is None:
            return "\n".join([*lines, *([] if self.reason is None else [self.reason.en])])
        market = self.problem.market
        lines.append(f"placed {self.matching.num_placed} of {market.num_students} students")
        lines += [
            f"{stage.name} = {stage.value}" + (" (proven)" if stage.proven else f" (bound {stage.bound})")
            for stage in self.stages
        ]
        lines.append(f"blocking pairs: {self.blocking_pairs}, justified: {self.justified_blocking_pairs}")
        shown = 20
        for number, (student_id, mentor_id) in enumerate(self.matching.ids()):
            if number == shown:
                lines.append(f"... and {len(self.matching) - shown} more pairs")
                break
            lines.append(f"{student_id} - {mentor_id}")
        return "\n".join(lines)
