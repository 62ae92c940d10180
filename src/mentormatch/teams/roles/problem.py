"""Several mentors for one student (N名导师+1名学生): a slot for each role, an account for each mentor and role.

A student's demand is a set of roles, one of them primary. As a market, every demanded role of a student is a slot that
takes one mentor, and every role that a mentor offers is an account with its own quota. The rules that tie slots
together are rows like any other, so that min-cost flow takes what it can and CP-SAT the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.weak_stability import WeakStability
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching, Pairs
from mentormatch.objectives.fewest_changes import FewestChanges
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage
from mentormatch.problem.problem import Problem
from mentormatch.rules.role_plan import PRIMARY


@dataclass(frozen=True, order=True, slots=True)
class Slot:
    """A role that a student needs somebody for."""

    student: str
    role: str

    def __str__(self) -> str:
        return f"{self.student} ({self.role})"


@dataclass(frozen=True, order=True, slots=True)
class Account:
    """What a mentor offers in one role, with its own quota."""

    mentor: str
    role: str

    def __str__(self) -> str:
        return f"{self.mentor} ({self.role})"


def _slot(value: Id) -> Slot:
    """Return an id of a student of such a market."""
    if not isinstance(value, Slot):
        raise MarketError("The students of a market of roles are slots; build it with role_problem().")
    return value


def _account(value: Id) -> Account:
    """Return an id of a mentor of such a market."""
    if not isinstance(value, Account):
        raise MarketError("The mentors of a market of roles are accounts; build it with role_problem().")
    return value


class DistinctPeople(Constraint):
    """The mentors of one student are different people, whatever their roles."""

    kind: Literal["distinct_people"] = "distinct_people"

    @property
    def local(self) -> bool:
        """A violation depends on several slots of a student."""
        return False

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each student and person that could meet in several roles."""
        ends = [
            (_slot(market.student_ids[i]).student, _account(market.mentor_ids[j]).mentor)
            for i, j in zip(market.student.tolist(), market.mentor.tolist(), strict=True)
        ]
        number = {pair: at for at, pair in enumerate(sorted(set(ends)))}
        owner = np.array([number[pair] for pair in ends], np.int64)
        count = np.bincount(owner, minlength=len(number))
        several = np.flatnonzero(count > 1)
        at = np.flatnonzero(count[owner] > 1) if len(owner) else owner
        names = list(number)
        return (
            grouped_rows(
                self.kind,
                at,
                np.searchsorted(several, owner[at]),
                lower=np.zeros(len(several), np.int64),
                upper=np.ones(len(several), np.int64),
                label=lambda r: Text(
                    zh=f"导师 {names[several[r]][1]} 对学生 {names[several[r]][0]} 只任一个角色。",
                    en=f"Mentor {names[several[r]][1]} has one role for student {names[several[r]][0]} at most.",
                ),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every student with one person in several roles."""
        met: dict[tuple[str, str], int] = {}
        for slot in everyone(market, None).students:
            for account in pairs.mentors_of(slot):
                key = (_slot(slot).student, _account(account).mentor)
                met[key] = met.get(key, 0) + 1
        return tuple(
            Violation(
                self.kind,
                Text(
                    zh=f"学生 {student} 的 {times} 个角色都是导师 {mentor}。",
                    en=f"Student {student} has mentor {mentor} in {times} roles.",
                ),
                times - 1,
            )
            for (student, mentor), times in sorted(met.items())
            if times > 1
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(zh="一名学生的各位导师互不相同。", en="A student's mentors are different people.")


class RequiredRoles(Constraint):
    """Some roles of some students must be filled: a care level or a request asks for them."""

    kind: Literal["required_roles"] = "required_roles"
    slots: tuple[tuple[str, str], ...] = ()

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each required slot."""
        index = [market.student_index(Slot(*slot)) for slot in self.slots]
        pairs = [market.pairs_of_student(at) for at in index]
        nothing = [np.zeros(0, np.int64)]
        return (
            grouped_rows(
                self.kind,
                np.concatenate(nothing + pairs),
                np.repeat(np.arange(len(pairs)), [len(part) for part in pairs]),
                lower=np.ones(len(pairs), np.int64),
                upper=np.ones(len(pairs), np.int64),
                label=lambda r: Text(
                    zh=f"学生 {self.slots[r][0]} 须有角色 {self.slots[r][1]}。",
                    en=f"Student {self.slots[r][0]} must have the role {self.slots[r][1]}.",
                ),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every required role that nobody has."""
        seen = None if scope is None else set(scope.students)
        return tuple(
            Violation(
                self.kind,
                Text(zh=f"学生 {slot[0]} 缺角色 {slot[1]}。", en=f"Student {slot[0]} lacks the role {slot[1]}."),
                students=(Slot(*slot),),
            )
            for slot in self.slots
            if (seen is None or Slot(*slot) in seen) and len(pairs.mentors_of(Slot(*slot))) != 1
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(zh=f"{len(self.slots)} 个角色必须有人担任。", en=f"{len(self.slots)} roles must be filled.")


class MentorTotals(Constraint):
    """A mentor takes so many students in all roles together at most."""

    kind: Literal["mentor_totals"] = "mentor_totals"
    upper: dict[str, int] = {}  # noqa: RUF012  # a pydantic field

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each capped mentor."""
        names = sorted(self.upper)
        place = {name: at for at, name in enumerate(names)}
        owner = [place.get(_account(account).mentor, -1) for account in market.mentor_ids]
        row = np.array(owner, np.int64)[market.mentor] if len(owner) else np.zeros(0, np.int64)
        at = np.flatnonzero(row >= 0)
        return (
            grouped_rows(
                self.kind,
                at,
                row[at],
                lower=np.zeros(len(names), np.int64),
                upper=np.array([self.upper[name] for name in names], np.int64),
                label=lambda r: Text(
                    zh=f"导师 {names[r]} 各角色合计至多 {self.upper[names[r]]} 人。",
                    en=f"Mentor {names[r]} takes at most {self.upper[names[r]]} students in all roles.",
                ),
            ),
        )

    @property
    def local(self) -> bool:
        """A violation depends on several accounts of a mentor."""
        return False

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with too many students."""
        load: dict[str, int] = {}
        for account in market.mentor_ids:
            name = _account(account).mentor
            load[name] = load.get(name, 0) + len(pairs.students_of(account))
        return tuple(
            Violation(
                self.kind,
                Text(
                    zh=f"导师 {name} 共带 {load[name]} 人,至多 {most} 人。",
                    en=f"Mentor {name} has {load[name]} students, at most {most} allowed.",
                ),
                load[name] - most,
            )
            for name, most in sorted(self.upper.items())
            if load.get(name, 0) > most
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(zh="导师各角色合计不超过总名额。", en="No mentor exceeds its total over all roles.")


class RoleStability(WeakStability):
    """Weak stability on some roles only: by default the primary one."""

    kind: Literal["role_stability"] = "role_stability"  # type: ignore[assignment]
    roles: tuple[str, ...] = (PRIMARY,)

    def choice_pairs(self, market: Market) -> IntArray:
        """Return the choice pairs of these roles."""
        mine = np.array([_slot(slot).role in self.roles for slot in market.student_ids], np.bool_)
        pairs = super().choice_pairs(market)
        return pairs[mine[market.student[pairs]]] if len(pairs) else pairs

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return the blocking pairs whose slot has one of these roles."""
        found = super().violations(market, pairs, scope)
        return tuple(broken for broken in found if _slot(broken.students[0]).role in self.roles)


class FilledRoles(Stage):
    """Most primary roles filled, then most other roles: nobody's second mentor comes before somebody's first."""

    kind: Literal["filled_roles"] = "filled_roles"
    words = Text(zh="已落实的角色", en="roles filled")
    level_words = MappingProxyType(
        {
            "primary": Text(zh="已落实的主导师", en="primary mentors found"),
            "others": Text(zh="已落实的其他角色", en="other roles filled"),
        }
    )

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return two levels."""
        first = np.array([_slot(slot).role == PRIMARY for slot in market.student_ids], np.bool_)
        is_first: BoolArray = first[market.student]
        return tuple(
            StageForm(f"{self.kind}.{name}", (LinearTerm(-part.astype(np.int64)),), maximise=True)
            for name, part in (("primary", is_first), ("others", ~is_first))
        )

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return how many primary roles and how many others are filled."""
        filled = [_slot(slot).role == PRIMARY for slot, _ in matching.ids()]
        return sum(filled), len(filled) - sum(filled)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="先满足主导师,再满足其他角色", en="most primary roles filled, then most others")


@dataclass(frozen=True, eq=False, kw_only=True)
class RoleDemand:
    """What is asked of several mentors for one student.

    Parameters
    ----------
    demands : mapping of student to (mapping of role to mentors)
        Eligible mentors of each role, best first, ties as lists in the list, as in `Market.from_preferences`. One role
        is called ``primary``; every student demands it.
    quotas : mapping of (mentor, role) to int
        The accounts: how many students a mentor takes in a role. A mentor without an account in a role has no seat.
    mentors : mapping of (mentor, role) to students, optional
        The mentors' own order in a role, best first; silent otherwise.
    totals : mapping of mentor to int, optional
        Caps over all roles together.
    required : iterable of (student, role)
        Roles that must be filled.
    current : iterable of (student, role, mentor)
        Last term's pairs; each role has its own continuity.
    stable_roles : collection of str
        Roles on which no pair may block; empty asks for none.
    keep : bool
        Whether fewest changes come before ranks.

    Raises
    ------
    MarketError
        For a student without a primary role, or a required role that was not demanded.
    """

    demands: Mapping[str, Mapping[str, Sequence[Any]]]
    quotas: Mapping[tuple[str, str], int]
    mentors: Mapping[tuple[str, str], Sequence[Any]] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    required: Sequence[tuple[str, str]] = ()
    current: Sequence[tuple[str, str, str]] = ()
    stable_roles: Collection[str] = (PRIMARY,)
    keep: bool = True

    def __post_init__(self) -> None:
        bare = next((student for student, roles in self.demands.items() if PRIMARY not in roles), None)
        if bare is not None:
            raise MarketError(Text(zh=f"学生 {bare} 没有主导师角色。", en=f"Student {bare} demands no primary mentor."))
        odd = next((slot for slot in sorted(self.required) if slot[1] not in self.demands.get(slot[0], {})), None)
        if odd is not None:
            raise MarketError(
                Text(
                    zh=f"学生 {odd[0]} 没有提出角色 {odd[1]}。",
                    en=f"Student {odd[0]} does not demand the role {odd[1]}.",
                )
            )


def role_problem(asked: RoleDemand) -> Problem:
    """Return the problem of several mentors for one student: slots on one side, accounts on the other.

    Examples
    --------
    >>> from mentormatch.mechanisms.solving import solve
    >>> wanted = {"Ann": {"primary": ["Lee"], "psychology": ["Xu", "Lee"]}}
    >>> asked = RoleDemand(demands=wanted, quotas={("Lee", "primary"): 1, ("Xu", "psychology"): 1})
    >>> roles_of(solve(role_problem(asked)).matching)
    {'Ann': {'primary': 'Lee', 'psychology': 'Xu'}}
    """
    market = _market(asked)
    rules: list[Constraint] = [Quotas(), DistinctPeople()]
    rules += [MentorTotals(upper=dict(asked.totals))] if asked.totals else []
    rules += [RequiredRoles(slots=tuple(sorted(asked.required)))] if asked.required else []
    rules += [RoleStability(roles=tuple(sorted(asked.stable_roles)))] if asked.stable_roles else []
    changes: list[Stage] = [FewestChanges()] if asked.keep and market.pair_flag("current").any() else []
    return Problem(market, rules, [FilledRoles(), *changes, RankTotal()])


def _market(asked: RoleDemand) -> Market:
    """Return the market of slots and accounts, with last term's pairs."""
    slots: dict[Id, Sequence[Any]] = {
        Slot(student, role): [_accounts(tier, role) for tier in listed]
        for student, roles in asked.demands.items()
        for role, listed in roles.items()
    }
    known = {account for tiers in slots.values() for tier in tiers for account in _flat(tier)}
    seats = {Account(*key): number for key, number in asked.quotas.items()}
    replies = {
        Account(*key): [_slots(tier, key[1]) for tier in listed]
        for key, listed in asked.mentors.items()
        if Account(*key) in known
    }
    everybody: dict[Any, Any] = {account: replies.get(account) for account in known | seats.keys()}
    quotas: dict[Any, Any] = {account: seats.get(account, 0) for account in everybody}
    market = Market.from_preferences(slots, everybody, quotas=quotas)
    before = np.zeros(market.num_pairs, bool)
    for student, role, mentor in asked.current:
        slot, account = Slot(student, role), Account(mentor, role)
        at = market.pair_index(slot, account) if slot in slots and account in everybody else None
        if at is not None:
            before[at] = True
    return market.replace(pair_attributes={"current": before})


def roles_of(matching: Matching) -> dict[str, dict[str, str]]:
    """Return the mentors of every student by role."""
    table: dict[str, dict[str, str]] = {}
    for slot, account in matching.ids():
        mine, theirs = _slot(slot), _account(account)
        table.setdefault(mine.student, {})[mine.role] = theirs.mentor
    return table


def _accounts(tier: Any, role: str) -> Any:
    return Account(tier, role) if isinstance(tier, str) else [Account(mentor, role) for mentor in tier]


def _slots(tier: Any, role: str) -> Any:
    return Slot(tier, role) if isinstance(tier, str) else [Slot(student, role) for student in tier]


def _flat(tier: Any) -> list[Account]:
    return [tier] if isinstance(tier, Account) else list(tier)
