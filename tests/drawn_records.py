"""Schools with a record, and events in them, drawn by a seed; and the definitions that every record must meet."""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import mentormatch as mm
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import standing_pairings
from small_rosters import form, mentor, pairing, request, student

DAY = timedelta(days=1)
START = date(2024, 11, 11)


def drawn_school(draw: random.Random) -> Roster:
    """Return a school of grades 7 and 8 with a record: settled, provisional, ended, supporting and external rows."""
    mentors = [
        mentor(f"T{j}", draw.randint(3, 6), classes_taught=draw.sample(["七(1)班", "八(1)班"], draw.randint(1, 2)))
        for j in range(draw.randint(3, 5))
    ]
    seats = sum(m.capacity_max for m in mentors)
    students = [student(f"s{i:02}", grade=draw.choice([7, 8])) for i in range(draw.randint(2, max(2, seats * 2 // 3)))]
    free = Counter({m.mentor_id: m.capacity_max for m in mentors})
    rows: list[Pairing] = []
    for each in students:
        if draw.random() < 0.15:
            continue
        at = draw.choice([m for m in sorted(free) if free[m]])
        free[at] -= 1
        more = {"valid_from": date(2024, 9, 2), "origin": "双选", "reason": "旧", "run": "20240902-1"}
        if each.grade_number == 7:
            more |= {"state": "provisional", "valid_to": draw.choice([START - DAY, date(2024, 12, 20)])}
        elif draw.random() < 0.2:
            more["locked"] = True
        rows.append(pairing(each.student_id, at, **more))
        if draw.random() < 0.3:
            others = [m.mentor_id for m in mentors if m.mentor_id != at]
            other = draw.choice(others)
            rows.append(
                pairing(
                    each.student_id, other, role="supporting", role_name="心理", valid_from=START - 9 * DAY, run="x"
                )
            )
        if draw.random() < 0.2:
            rows.append(
                pairing(each.student_id, "E1", role="external", group="T0-1", valid_from=START - 9 * DAY, run="x")
            )
        if draw.random() < 0.2:
            old = {"state": "ended", "valid_from": date(2023, 9, 1), "valid_to": date(2024, 7, 1)}
            rows.append(pairing(each.student_id, draw.choice([m.mentor_id for m in mentors]), **old))
    draw.shuffle(rows)
    return Roster(
        students=tuple(students),
        mentors=tuple(mentors),
        external_mentors=(ExternalMentor(external_id="E1", check_valid_to=date(2025, 1, 31)),),
        pairings=tuple(rows),
    )


def primary_on(roster: Roster, day: date) -> dict[str, list[str]]:
    """Return who is whose primary mentor on a day, by the first and the last days of the rows alone."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in roster.pairings:
        if row.role != "primary" or (row.state == "ended" and row.end_cause is None):
            continue
        # The last day of a provisional row is a plan until somebody ends the row.
        open_end = row.valid_to is None or row.state == "provisional"
        if (row.valid_from is None or row.valid_from <= day) and (open_end or day <= row.valid_to):
            found[row.student_id].append(row.mentor_id)
    return found


def check_append_only(before: Roster, after: Roster) -> None:
    """R1: every row is there, in its place, the same but for its state, end, cause and run where it was closed."""
    assert len(after.pairings) >= len(before.pairings)
    may_change = {"state", "valid_to", "end_cause", "end_run"}
    for old, new in zip(before.pairings, after.pairings, strict=False):
        if old != new:
            assert old.model_dump(exclude=may_change) == new.model_dump(exclude=may_change)
            assert old.state != "ended"
            assert new.state == "ended"
            assert new.end_cause is not None
            assert new.valid_to is not None
            assert new.end_run == after.runs[-1].run_id
    for new in after.pairings[len(before.pairings) :]:
        assert new.opened_by is not None
        assert new.run == after.runs[-1].run_id


def check_one_primary(before: Roster, after: Roster, on: date) -> None:
    """R2: from the day of the run each student has one primary mentor; before it nothing is told otherwise."""
    for day in (on, on + DAY, on + 10 * DAY, on + 200 * DAY):
        has = primary_on(after, day)
        for each in after.students:
            assert len(has[each.student_id]) == 1, (each.student_id, day)
    for day in (on - DAY, on - 20 * DAY):
        was, now = primary_on(before, day), primary_on(after, day)
        for each in before.students:
            assert len(now[each.student_id]) <= 1
            if was[each.student_id]:
                assert now[each.student_id] == was[each.student_id]


def grant(roster: Roster, student_id: str, to: str | None, number: int, on: date, **more) -> Roster:
    """Return a school with one more request that is granted, where the student has a mentor."""
    has = next((r.mentor_id for r in standing_pairings(roster.pairings, on) if r.student_id == student_id), None)
    if has is None:
        return roster
    asked = request(f"R{number}", student_id, has, to if to != has else None, guardian_notified=True, **more)
    return roster.replace(change_requests=(*roster.change_requests, asked))


def event(roster: Roster, draw: random.Random, on: date, number: int) -> tuple[str, Roster]:
    """Return a school in which something has happened, and what."""
    kind = draw.choice(["nothing", "leave", "back", "new", "gone", "request", "objection", "form", "expiry", "veto"])
    students, mentors = list(roster.students), list(roster.mentors)
    one, other = draw.choice(mentors), draw.choice(students)
    if kind == "leave":
        away = one.model_copy(update={"status": "leave"})
        seats = sum(m.capacity_max for m in mentors if m.status == "active" and m != one)
        if one.status == "active" and seats >= len(students) + 1:
            return kind, roster.replace(mentors=tuple(away if m == one else m for m in mentors))
    elif kind == "back":
        return kind, roster.replace(mentors=tuple(m.model_copy(update={"status": "active"}) for m in mentors))
    elif kind == "new" and sum(m.capacity_max for m in mentors if m.status == "active") > len(students):
        return kind, roster.replace(students=(*students, student(f"n{number}", grade=draw.choice([7, 8]))))
    elif kind == "gone" and len(students) > 1:
        forms = tuple(f for f in roster.student_preferences if f.student_id != other.student_id)
        requests = tuple(r for r in roster.change_requests if r.student_id != other.student_id)
        return kind, roster.replace(
            students=tuple(s for s in students if s != other), student_preferences=forms, change_requests=requests
        )
    elif kind == "request":
        first = draw.choice([None, on + 7 * DAY])
        return kind, grant(
            roster, other.student_id, draw.choice([None, one.mentor_id]), number, on, effective_date=first
        )
    elif kind == "objection":
        asked = request(f"R{number}", other.student_id, None, one.mentor_id, student_opinion="disagree")
        return kind, roster.replace(change_requests=(*roster.change_requests, asked))
    elif kind == "form":
        handed_in = form(other.student_id, one.mentor_id, submitted_at=f"{on - DAY}T08:00:00")
        rest = tuple(f for f in roster.student_preferences if f.student_id != other.student_id)
        return kind, roster.replace(student_preferences=(*rest, type(handed_in).model_validate(handed_in.model_dump())))
    elif kind == "expiry":
        return kind, roster.replace(external_mentors=(ExternalMentor(external_id="E1", check_valid_to=on - DAY),))
    elif kind == "veto":
        barred = other.model_copy(update={"avoid_mentor_ids": (one.mentor_id,)})
        return kind, roster.replace(students=tuple(barred if s == other else s for s in students))
    return "nothing", roster


def run(roster: Roster, command: str, on: date) -> mm.Result:
    """Run a command on a school."""
    return mm.match(roster, on=on) if command == "solve" else mm.rematch(roster, on=on)
