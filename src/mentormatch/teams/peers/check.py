"""The checker of peer mentors: what is wrong with pairs of junior and senior, from the school's own rows alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from mentormatch.base.text import Text
from mentormatch.roster.roster import Roster


def peer_failures(
    roster: Roster, pairs: Sequence[tuple[str, str]], *, gap: int = 1, on: date | None = None
) -> tuple[Text, ...]:
    """Return every way in which pairs of (junior, senior) break what peers are.

    A senior is a student of the school that stands among the mentors as a peer, is there on the day, has a free place,
    and is at least `gap` grades above; a junior has one peer at most; nobody is paired against a veto.
    """
    seniors = {mentor.mentor_id: mentor for mentor in roster.mentors if mentor.kind == "peer"}
    found = [failure for junior, senior in pairs for failure in _pair_failures(roster, junior, senior, gap, on)]
    for junior, times in sorted(Counter(junior for junior, _ in pairs).items()):
        if times > 1:
            found.append(_text(f"{junior} 有 {times} 位学长", f"{junior} has {times} peers"))
    for senior, load in sorted(Counter(senior for _, senior in pairs).items()):
        if senior in seniors and load > seniors[senior].capacity_max:
            found.append(_text(f"学长 {senior} 带 {load} 人,超过上限", f"peer {senior} has {load} juniors, too many"))
    return tuple(found)


def _pair_failures(roster: Roster, junior: str, senior: str, gap: int, on: date | None) -> list[Text]:
    """Return what is wrong with one pair."""
    students, mentor = roster.students_by_id, roster.mentors_by_id.get(senior)
    if mentor is None or mentor.kind != "peer" or senior not in students:
        return [_text(f"{senior} 不是本校学长", f"{senior} is no peer mentor of the school")]
    found = []
    if not mentor.is_on_duty(on):
        found.append(_text(f"学长 {senior} 当日不在岗", f"peer {senior} is not there on the day"))
    if junior not in students:
        return [*found, _text(f"没有学生 {junior}", f"there is no student {junior}")]
    if students[senior].grade_number - students[junior].grade_number < gap:
        found.append(_text(f"{senior} 不比 {junior} 高 {gap} 个年级", f"{senior} is not {gap} grades above {junior}"))
    form = roster.forms_by_student.get(junior)
    avoided = {*students[junior].avoid_mentor_ids, *(() if form is None else form.avoid)}
    unsuitable = {(p.student_id, p.mentor_id) for p in roster.mentor_preferences if p.stance == "unsuitable"}
    if senior in avoided or (junior, senior) in unsuitable:
        found.append(_text(f"{junior} 与 {senior} 有回避意见", f"{junior} and {senior} stand under a veto"))
    return found


def _text(zh: str, en: str) -> Text:
    return Text(zh=f"{zh}。", en=f"{en}.")
