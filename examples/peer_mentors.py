"""Peer mentors: seniors for juniors as a market of their own, beside the adults' and without care data."""

import sys
import tempfile
from pathlib import Path

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.student import Student
from mentormatch.rules.peer_plan import PeerPlan
from mentormatch.teams.peers.school import match_peers
from mentormatch.teams.picture import Card, write_group_picture

students = tuple(
    Student(student_id=f"{grade}-{i}", name="-", grade=str(grade), grade_number=grade, class_name=f"{grade}.1")
    for grade in (4, 7, 8)
    for i in range(4)
)
seniors = [f"8-{i}" for i in range(3)] + ["7-0"]
roster = mm.Roster(
    students=students,
    mentors=tuple(Mentor(mentor_id=senior, name="-", capacity_max=2, kind="peer") for senior in seniors),
    student_preferences=tuple(
        StudentPreference(student_id=s.student_id, choices=("7-0", "8-1", "8-0"))
        for s in students
        if s.grade_number < 8
    ),
)
result = match_peers(roster, PeerPlan(gap=1))
pairs = result.pairs
cards = [Card(senior, (), [junior for junior, own in pairs if own == senior]) for senior in seniors]
for card in cards:
    print(card.title, card.members)
folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
write_group_picture(cards, folder / "peers.svg", Text(zh="学长与学弟学妹", en="Peers and their juniors"), "en")
print("picture:", folder / "peers.svg")
