"""Which schools are linked: by a mentor whom they share, or by a cap over mentors of several, if it can bind at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mentormatch.many.district_file import District
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import MentorKind


@dataclass(frozen=True)
class Demand:
    """What a school has of the mentors that link schools.

    Parameters
    ----------
    seats : mapping of mentor id to int
        Of the shared mentors in the school, the seats that its workbook gives them.
    wanted : mapping of mentor id to int
        How many of its students list each of those.
    members : mapping of cap to tuple of mentor id
        The school's mentors under each cap of the district.
    cap_seats, cap_wanted : mapping of cap to int
        Their seats, and how many students list one of them.
    """

    seats: Mapping[str, int] = field(default_factory=dict)
    wanted: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cap_seats: Mapping[str, int] = field(default_factory=dict)
    cap_wanted: Mapping[str, int] = field(default_factory=dict)


def demand_of(roster: Roster, district: District, kinds: Sequence[MentorKind] = ("in_school",)) -> Demand:
    """Return what a school has of the mentors that link schools; of those kinds that take part in the matching."""
    mentors = [mentor for mentor in roster.mentors if mentor.kind in kinds]
    lists = [{*form.choices, *form.acceptable} for form in roster.student_preferences]
    seats = {m.mentor_id: m.capacity_max for m in mentors if m.mentor_id in district.shared}
    members = {cap.name: tuple(sorted(m.mentor_id for m in mentors if cap.covers(m))) for cap in district.caps}
    # A shared mentor has no more seats in a school than in all of them.
    capacity = {m.mentor_id: min(m.capacity_max, district.shared.get(m.mentor_id, m.capacity_max)) for m in mentors}
    return Demand(
        seats=seats,
        wanted={mentor: sum(mentor in listed for listed in lists) for mentor in seats},
        members=members,
        cap_seats={cap: sum(capacity[m] for m in own) for cap, own in members.items()},
        cap_wanted={cap: sum(not listed.isdisjoint(own) for listed in lists) for cap, own in members.items()},
    )


def clusters(demand: Mapping[str, Demand], district: District) -> tuple[tuple[str, ...], ...]:
    """Return the groups of two or more schools that must be solved together, each in the order of names.

    A shared mentor who has seats for all that the schools may give it links nothing, and neither does a cap that is no
    smaller than the seats of all mentors under it.
    """
    links: list[list[str]] = []
    for mentor, total in district.shared.items():
        schools = [name for name in sorted(demand) if mentor in demand[name].seats]
        if sum(demand[name].seats[mentor] for name in schools) > total:
            links.append(schools)
    for cap in district.caps:
        schools = [name for name in sorted(demand) if demand[name].members.get(cap.name)]
        if sum(demand[name].cap_seats[cap.name] for name in schools) > cap.upper:
            links.append(schools)
    leader = {name: name for name in demand}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for schools in links:
        for name in schools[1:]:
            leader[find(name)] = find(schools[0])
    groups: dict[str, list[str]] = {}
    for name in sorted(demand):
        groups.setdefault(find(name), []).append(name)
    return tuple(sorted(tuple(group) for group in groups.values() if len(group) > 1))
