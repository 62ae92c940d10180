"""The papers that an office hands out, all from the record: rosters, class sheets, slips, letters, lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from mentormatch.base.edition import Edition
from mentormatch.base.school_order import school_order
from mentormatch.base.text import COMMA, Language, Text
from mentormatch.report.class_sheets import sheet_title
from mentormatch.report.on_record import ROLES
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.cause import Cause
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import has_begun
from mentormatch.year.print_book import Block, PrintSheet

ROSTERS = Text("导师带生名册", "mentor_rosters")
SLIPS = Text("交接单", "hand_over_slips")
OPEN = Text("未完成交接", "open_hand_overs")
GROUPS = Text("小组名单", "group_sheets")
LETTERS = Text("结果通知书", "letters")
TITLES = (ROSTERS, SLIPS, OPEN, GROUPS, LETTERS)
_SIGN = Text("签名:________________    日期:________________", "Signed: ________________    Date: ________________")


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all papers of a school need: who is called what, which rows stand, and the language."""

    roster: Roster
    on: date
    edition: Edition
    lang: Language
    names: Mapping[str, str]
    rows: tuple[Pairing, ...]

    def said(self, text: Text) -> str:
        return text.in_language(self.lang)

    def who(self, key: str | None) -> str:
        """Return a person as papers show them: the name and the id, or the id alone."""
        if key is None:
            return ""
        return f"{self.names[key]}({key})" if key in self.names else key

    def name(self, key: str) -> str:
        return self.names.get(key, "")

    def class_of(self, student_id: str) -> str:
        student = self.roster.students_by_id.get(student_id)
        return "" if student is None else student.class_name

    def role(self, row: Pairing) -> str:
        role = self.said(ROLES[row.role])
        return f"{role}({row.role_name})" if row.role_name and self.edition.staff else role


def papers(roster: Roster, on: date, edition: Edition, lang: Language) -> list[PrintSheet | ResultTable]:
    """Return the papers of a school on a day; a paper that nobody needs is left out.

    Parameters
    ----------
    roster : Roster
        With its record.
    on : date
    edition : Edition
        Names and the numbers of choices with names; what a supporting mentor is for, to the staff alone.
    lang : {"zh", "en"}
    """
    names: dict[str, str] = {}
    if edition.names:
        names = {person.mentor_id: person.name for person in roster.people if person.name}
        names |= {student.student_id: student.name for student in roster.students}
    rows = tuple(row for row in roster.pairings if row.is_open(on) or (row.is_live(on) and has_begun(row, on)))
    desk = _Desk(roster, on, edition, lang, names, rows)
    taken = {desk.said(title).casefold() for title in TITLES}
    found: list[PrintSheet | ResultTable] = [
        _mentor_rosters(desk),
        *_class_sheets(desk, taken),
        _slips(desk),
        _open_hand_overs(desk),
        _group_sheets(desk),
        _letters(desk),
    ]
    return [paper for paper in found if (paper.blocks if isinstance(paper, PrintSheet) else paper.rows)]


def _mentor_rosters(desk: _Desk) -> PrintSheet:
    """One block a mentor: the pupils of every role, by class."""
    mine: defaultdict[str, list[Pairing]] = defaultdict(list)
    for row in desk.rows:
        mine[row.mentor_id].append(row)
    headers = [Text("序号", "no."), Text("学号", "student id"), *([Text("姓名", "name")] if desk.edition.names else [])]
    headers += [Text("班级", "class"), Text("角色", "role"), Text("开始", "since"), Text("备注", "remark")]
    blocks = []
    for mentor_id in sorted(mine):
        rows = sorted(
            mine[mentor_id], key=lambda row: (school_order(desk.class_of(row.student_id)), row.student_id, row.role)
        )
        blocks.append(
            Block(
                desk.said(Text("导师带生名册", "Pupils of a mentor")),
                [desk.said(_head(desk, mentor_id, len({row.student_id for row in rows})))],
                tuple(map(desk.said, headers)),
                [(str(n), *_pupil(desk, row.student_id), *_standing(desk, row)) for n, row in enumerate(rows, 1)],
                [desk.said(Text("导师", "Mentor ") + _SIGN)],
            )
        )
    shares = (3, 8, 6, 6, 5, 7, 9) if desk.edition.names else (3, 8, 6, 5, 7, 9)
    return PrintSheet(desk.said(ROSTERS), shares, blocks)


def _head(desk: _Desk, mentor_id: str, pupils: int) -> Text:
    return Text("导师:{who}    共 {n} 名学生    {day}", "Mentor: {who}    {n} pupils    {day}").format(
        who=desk.who(mentor_id), n=pupils, day=desk.on.isoformat()
    )


def _pupil(desk: _Desk, student_id: str) -> tuple[str, ...]:
    name = (desk.name(student_id),) if desk.edition.names else ()
    return (student_id, *name, desk.class_of(student_id))


def _standing(desk: _Desk, row: Pairing) -> tuple[str, str, str]:
    first = "" if row.valid_from is None else row.valid_from.isoformat()
    return desk.role(row), first, desk.said(_remark(row))


def _remark(row: Pairing) -> Text:
    """Return what is not for good about a pairing: the adaptation period, or a cover."""
    until = Text("", "") if row.valid_to is None else Text("至 ", " until ") + row.valid_to.isoformat()
    if row.opened_by is Cause.COVER:
        return Text("暂代", "cover") + until
    return Text("适应期,暂定", "provisional") + until if row.state == "provisional" else Text("", "")


def _class_sheets(desk: _Desk, taken: set[str]) -> list[ResultTable]:
    """One sheet a class: every pupil, with a mentor or without; the number of the choice in the school's edition."""
    primary = {row.student_id: row for row in desk.rows if row.role == "primary"}
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for student in desk.roster.students:
        classes[student.class_name].append(student.student_id)
    headers = [Text("学号", "student id"), *([Text("姓名", "name")] if desk.edition.names else [])]
    headers += [Text("工号", "mentor id"), *([Text("导师姓名", "mentor")] if desk.edition.names else [])]
    headers += [Text("开始", "since"), Text("备注", "remark")]
    headers += [Text("第几志愿", "choice")] if desk.edition.names else []
    tables = []
    for name in sorted(classes, key=school_order):
        title = sheet_title(name, taken)
        taken.add(title.casefold())
        rows = [_class_row(desk, key, primary.get(key)) for key in sorted(classes[name])]
        tables.append(ResultTable("class", title, tuple(map(desk.said, headers)), rows))
    return tables


def _class_row(desk: _Desk, student_id: str, row: Pairing | None) -> tuple[Value, ...]:
    names = desk.edition.names
    student = (student_id, desk.name(student_id)) if names else (student_id,)
    if row is None:
        gap: tuple[Value, ...] = (None, None) if names else (None,)
        return (*student, *gap, None, desk.said(Text("未安置", "not placed")), *([None] if names else []))
    mentor = (row.mentor_id, desk.name(row.mentor_id)) if names else (row.mentor_id,)
    first = None if row.valid_from is None else row.valid_from.isoformat()
    form = desk.roster.forms_by_student.get(student_id)
    listed = () if form is None else form.choices
    rank = listed.index(row.mentor_id) + 1 if row.mentor_id in listed else None
    return (*student, *mentor, first, desk.said(_remark(row)) or None, *([rank] if names else []))


def _is_open(row: HandOverRow, edition: Edition) -> bool:
    """Tell whether something is to be done; opinions and guardians are known to the staff alone."""
    return not row.is_done if edition.staff else row.records_passed is False


_TICKS = Text(
    "□ 征求学生意见    □ 告知家长    □ 移交成长档案与谈心记录",
    "[ ] student asked    [ ] guardian told    [ ] growth record and notes of talks passed on",
)


def _slips(desk: _Desk) -> PrintSheet:
    """One slip for each hand-over that is not done: to be ticked and signed; what is ticked already is not told."""
    blocks = []
    for row in desk.roster.hand_overs:
        if not _is_open(row, desk.edition):
            continue
        facts = Text("学生:{who}    班级:{class_}", "Pupil: {who}    class: {class_}").format(
            who=desk.who(row.student_id), class_=desk.class_of(row.student_id)
        )
        both = Text(
            "原导师:{old}    新导师:{new}    生效:{day}", "From: {old}    to: {new}    from the day {day}"
        ).format(
            old=desk.who(row.from_mentor),
            new=desk.who(row.to_mentor) or "________",
            day="________" if row.effective is None else row.effective.isoformat(),
        )
        signed = [Text("原导师", "Old mentor ") + _SIGN, Text("新导师", "New mentor ") + _SIGN]
        blocks.append(
            Block(
                desk.said(Text("导师工作交接单", "Hand-over of a pupil")),
                [desk.said(facts), desk.said(both), desk.said(_TICKS)],
                foot=list(map(desk.said, signed)),
            )
        )
    return PrintSheet(desk.said(SLIPS), (1, 1, 1, 1), blocks, per_page=4)


def _open_hand_overs(desk: _Desk) -> ResultTable:
    """Return the hand-overs that are not done; what is open is for the staff."""
    headers = [
        Text("学号", "student id"),
        *([Text("姓名", "name")] if desk.edition.names else []),
        Text("班级", "class"),
    ]
    headers += [Text("原导师", "from"), Text("新导师", "to"), Text("生效", "effective")]
    headers += [Text("未办", "open")] if desk.edition.staff else []
    items = (
        ("opinion_asked", Text("征求学生意见", "student asked")),
        ("guardian_told", Text("告知家长", "guardian told")),
        ("records_passed", Text("移交档案", "records passed on")),
    )
    rows: list[tuple[Value, ...]] = []
    for row in desk.roster.hand_overs:
        if not _is_open(row, desk.edition):
            continue
        day = None if row.effective is None else row.effective.isoformat()
        left = COMMA.join(text for name, text in items if getattr(row, name) is False)
        cells = (*_pupil(desk, row.student_id), desk.who(row.from_mentor), desk.who(row.to_mentor) or None, day)
        rows.append((*cells, desk.said(left)) if desk.edition.staff else cells)
    return ResultTable("open_hand_overs", desk.said(OPEN), tuple(map(desk.said, headers)), rows)


def _group_sheets(desk: _Desk) -> PrintSheet:
    """One block a group that stands: its lead, its externals, its pupils."""
    headers = [Text("序号", "no."), Text("学号", "student id"), *([Text("姓名", "name")] if desk.edition.names else [])]
    headers += [Text("班级", "class"), Text("签到", "present")]
    blocks = []
    for group in sorted(desk.roster.groups, key=lambda each: each.group_id):
        if not group.is_open(desk.on):
            continue
        lead = Text("校内导师:{lead}    校外导师:{others}", "Lead: {lead}    externals: {others}").format(
            lead=desk.who(group.lead_id), others=COMMA.join(map(desk.who, group.externals))
        )
        rows = [(str(n), *_pupil(desk, key), "") for n, key in enumerate(group.students, 1)]
        title = desk.said(Text("小组 ", "Group ") + group.group_id)
        blocks.append(Block(title, [desk.said(lead)], tuple(map(desk.said, headers)), rows))
    shares = (3, 8, 6, 6, 10) if desk.edition.names else (3, 8, 6, 10)
    return PrintSheet(desk.said(GROUPS), shares, blocks)


def _letters(desk: _Desk) -> PrintSheet:
    """One letter a pupil with a main mentor, in the order of classes."""
    rows = sorted(
        (row for row in desk.rows if row.role == "primary" and row.student_id in desk.roster.students_by_id),
        key=lambda row: (school_order(desk.class_of(row.student_id)), row.student_id),
    )
    return PrintSheet(desk.said(LETTERS), (1, 1, 1, 1), [_letter(desk, row) for row in rows], per_page=4)


def _letter(desk: _Desk, row: Pairing) -> Block:
    dear = Text("{class_} {who} 同学及家长:", "To {who} of class {class_}, and to the family:").format(
        class_=desk.class_of(row.student_id), who=desk.who(row.student_id)
    )
    said = Text("你的成长导师是 {mentor}{since}{remark}。", "your growth mentor is {mentor}{since}{remark}.").format(
        mentor=desk.who(row.mentor_id),
        since="" if row.valid_from is None else Text(",自 {} 起", ", since {}").format(row.valid_from.isoformat()),
        remark=_in_brackets(_remark(row)),
    )
    asked = Text(
        "如需调换导师,请向班主任提出;学校征求学生意见后办理。",
        "To ask for another mentor, speak to the head teacher; the school asks the pupil before anything changes.",
    )
    lines: Iterable[Text] = (dear, said, asked)
    stamp = desk.said(Text("(学校盖章)    ", "(school)    ") + desk.on.isoformat())
    return Block(desk.said(Text("成长导师结果通知书", "Your growth mentor")), list(map(desk.said, lines)), foot=[stamp])


def _in_brackets(remark: Text) -> Text:
    return remark if not remark.zh else Text("(", " (") + remark + Text(")", ")")
