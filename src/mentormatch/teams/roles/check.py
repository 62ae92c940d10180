"""The checker of roles: what is wrong with several mentors for one student, from the meaning of the demand alone."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mentormatch.base.text import Text


def role_failures(asked: Mapping[str, Any], roles: Mapping[str, Mapping[str, str]]) -> tuple[Text, ...]:
    """Return every way in which mentors by role break what was asked.

    Parameters
    ----------
    asked : mapping
        The arguments of `mentormatch.teams.roles.problem.role_problem`, by name.
    roles : mapping of student to (mapping of role to mentor)

    Returns
    -------
    tuple of Text
        Mentors that are not eligible, one person in two roles, full accounts and totals, required roles that are empty,
        and pairs of a stable role that would both rather be together.
    """
    demands, quotas = asked["demands"], asked["quotas"]
    found = []
    given = [(student, role, mentor) for student, mine in roles.items() for role, mentor in mine.items()]
    for student, role, mentor in given:
        if mentor not in _ranks(demands.get(student, {}).get(role, ())):
            found.append(
                _text(f"{mentor} 不能任 {student} 的 {role}", f"{mentor} is not eligible for {student}, {role}")
            )
        if (listed := (asked.get("mentors") or {}).get((mentor, role))) is not None and student not in _ranks(listed):
            found.append(_text(f"{mentor} 不接受 {student}", f"{mentor} does not accept {student}"))
    for student, mine in roles.items():
        if len(set(mine.values())) < len(mine):
            found.append(_text(f"{student} 的导师有重复", f"{student} has one person in several roles"))
    load = Counter((mentor, role) for _, role, mentor in given)
    for key, number in load.items():
        if number > quotas.get(key, 0):
            found.append(_text(f"{key[0]} 的 {key[1]} 名额已超", f"{key[0]} has too many students as {key[1]}"))
    in_all = Counter(mentor for _, _, mentor in given)
    for mentor, most in (asked.get("totals") or {}).items():
        if in_all[mentor] > most:
            found.append(_text(f"{mentor} 总名额已超", f"{mentor} has too many students in all"))
    for student, role in asked.get("required", ()):
        if role not in roles.get(student, {}):
            found.append(_text(f"{student} 缺 {role}", f"{student} lacks the role {role}"))
    for role in asked.get("stable_roles", ("primary",)):
        found += _blocking(asked, roles, role, load)
    return tuple(found)


def _blocking(
    asked: Mapping[str, Any], roles: Mapping[str, Mapping[str, str]], role: str, load: Counter[tuple[str, str]]
) -> list[Text]:
    found = []
    for student, wanted in asked["demands"].items():
        mine = _ranks(wanted.get(role, ()))
        has = roles.get(student, {}).get(role)
        for mentor, rank in mine.items():
            if has is not None and mine.get(has, rank) <= rank:
                continue
            listed = (asked.get("mentors") or {}).get((mentor, role))
            order = None if listed is None else _ranks(listed)
            seats = asked["quotas"].get((mentor, role), 0)
            if seats == 0 or (order is not None and student not in order):
                continue
            worse = order is not None and any(
                order.get(other, 0) > order[student] for other, own in roles.items() if own.get(role) == mentor
            )
            if load[mentor, role] < seats or worse:
                found.append(
                    _text(f"{student} 与 {mentor}({role})都更愿意结对", f"{student} and {mentor} block as {role}")
                )
    return found


def _ranks(tiers: Any) -> dict[str, int]:
    return {
        person: rank
        for rank, tier in enumerate(tiers, start=1)
        for person in ([tier] if isinstance(tier, str) else tier)
    }


def _text(zh: str, en: str) -> Text:
    return Text(zh=f"{zh}。", en=f"{en}.")
