"""The checker of roles: what is wrong with several mentors for one student, from the meaning of the demand alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mentormatch.base.text import Text
from mentormatch.teams.roles.problem import RoleDemand


def role_failures(asked: RoleDemand, roles: Mapping[str, Mapping[str, str]]) -> tuple[Text, ...]:
    """Return every way in which mentors by role break what was asked.

    Parameters
    ----------
    asked : RoleDemand
    roles : mapping of student to (mapping of role to mentor)

    Returns
    -------
    tuple of Text
        Mentors that are not eligible, one person in two roles, full accounts and totals, required roles that are empty,
        and pairs of a stable role that would both rather be together.
    """
    given = [(student, role, mentor) for student, mine in roles.items() for role, mentor in mine.items()]
    load = Counter((mentor, role) for _, role, mentor in given)
    blocking = (found for role in asked.stable_roles for found in _blocking(asked, roles, role, load))
    return (
        *_not_eligible(asked, given),
        *(
            _text(f"{student} 的导师有重复", f"{student} has one person in several roles")
            for student, mine in roles.items()
            if len(set(mine.values())) < len(mine)
        ),
        *_overfull(asked, given, load),
        *(
            _text(f"{student} 缺 {role}", f"{student} lacks the role {role}")
            for student, role in asked.required
            if role not in roles.get(student, {})
        ),
        *blocking,
    )


def _not_eligible(asked: RoleDemand, given: Sequence[tuple[str, str, str]]) -> list[Text]:
    """Return the mentors that a student did not ask for, and the students that a mentor does not take."""
    found = []
    for student, role, mentor in given:
        if mentor not in _ranks(asked.demands.get(student, {}).get(role, ())):
            found.append(
                _text(f"{mentor} 不能任 {student} 的 {role}", f"{mentor} is not eligible for {student}, {role}")
            )
        listed = asked.mentors.get((mentor, role))
        if listed is not None and student not in _ranks(listed):
            found.append(_text(f"{mentor} 不接受 {student}", f"{mentor} does not accept {student}"))
    return found


def _overfull(asked: RoleDemand, given: Sequence[tuple[str, str, str]], load: Counter[tuple[str, str]]) -> list[Text]:
    """Return the accounts and the mentors with more students than they take."""
    found = [
        _text(f"{mentor} 的 {role} 名额已超", f"{mentor} has too many students as {role}")
        for (mentor, role), number in load.items()
        if number > asked.quotas.get((mentor, role), 0)
    ]
    in_all = Counter(mentor for _, _, mentor in given)
    return found + [
        _text(f"{mentor} 总名额已超", f"{mentor} has too many students in all")
        for mentor, most in asked.totals.items()
        if in_all[mentor] > most
    ]


def _blocking(
    asked: RoleDemand, roles: Mapping[str, Mapping[str, str]], role: str, load: Counter[tuple[str, str]]
) -> list[Text]:
    """Return the pairs of a role that would both rather be together."""
    found = []
    for student, wanted in asked.demands.items():
        mine = _ranks(wanted.get(role, ()))
        has = roles.get(student, {}).get(role)
        for mentor, rank in mine.items():
            if has is not None and mine.get(has, rank) <= rank:
                continue
            if _would_take(asked, roles, student, (mentor, role), load):
                found.append(
                    _text(f"{student} 与 {mentor}({role})都更愿意结对", f"{student} and {mentor} block as {role}")
                )
    return found


def _would_take(
    asked: RoleDemand,
    roles: Mapping[str, Mapping[str, str]],
    student: str,
    account: tuple[str, str],
    load: Counter[tuple[str, str]],
) -> bool:
    """Tell whether a mentor has a free seat in a role, or a student there that it likes less."""
    mentor, role = account
    seats, listed = asked.quotas.get(account, 0), asked.mentors.get(account)
    order = None if listed is None else _ranks(listed)
    if seats == 0 or (order is not None and student not in order):
        return False
    return load[account] < seats or (
        order is not None
        and any(order.get(other, 0) > order[student] for other, own in roles.items() if own.get(role) == mentor)
    )


def _ranks(tiers: Any) -> dict[str, int]:
    return {
        person: rank
        for rank, tier in enumerate(tiers, start=1)
        for person in ([tier] if isinstance(tier, str) else tier)
    }


def _text(zh: str, en: str) -> Text:
    return Text(zh=f"{zh}。", en=f"{en}.")
