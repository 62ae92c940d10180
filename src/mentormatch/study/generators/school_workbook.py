"""A drawn school as a workbook, as an office would send it if offices made no mistakes."""

from pathlib import Path

import numpy as np

from mentormatch.base.text import Language
from mentormatch.io.cells.grades import grade_label
from mentormatch.io.school_workbook import Row, write_school_workbook
from mentormatch.study.generators.school_draw import SchoolDraw, entry_years
from mentormatch.study.generators.school_market import STAGE_NAMES, class_labels, submitted_at

_CARE = ("", "一般", "重点")
_GENDER = ("男", "女")


def write_school(path: Path, draw: SchoolDraw, *, lang: Language = "zh") -> None:
    """Write a drawn school; names are made of ids.

    Parameters
    ----------
    path : Path
    draw : SchoolDraw
    lang : {"zh", "en"}
        Of sheets and headers.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    students, mentors = draw.student_ids(), draw.mentor_ids()
    write_school_workbook(
        path,
        {
            "students": _students(draw, students, mentors),
            "mentors": _mentors(draw, mentors),
            "prefs_students": _forms(draw, students, mentors),
            "prefs_mentors": _replies(draw, students, mentors),
            "pairings": _pairings(draw, students, mentors),
        },
        lang,
    )


def _students(draw: SchoolDraw, students: tuple[str, ...], mentors: tuple[str, ...]) -> list[Row]:
    classes, years = class_labels(draw), entry_years(draw.profile, draw.grade_of_class).tolist()
    rows: list[Row] = []
    for i, c in enumerate(draw.class_of.tolist()):
        care = int(draw.care[i])
        rows.append(
            {
                "student_id": students[i],
                "name": f"学生{students[i]}",
                "gender": _GENDER[int(draw.female[i])],
                "stage": STAGE_NAMES[draw.profile.stage],
                "grade": grade_label(int(draw.grade_of_class[c])),
                "class": classes[c],
                "entry_date": f"{years[c]}-09-01",
                "boarding": "是" if draw.boarding[i] else "否",
                "care_level": _CARE[care],
                "avoid_mentor_ids": mentors[draw.avoided[i]] if draw.avoided[i] >= 0 else "",
                "guardian_notice": "是",
            }
        )
    return rows


def _mentors(draw: SchoolDraw, mentors: tuple[str, ...]) -> list[Row]:
    classes = class_labels(draw)
    head_of: dict[int, str] = {j: classes[c] for c, j in enumerate(draw.head.tolist()) if j >= 0}
    return [
        {
            "mentor_id": mentor_id,
            "name": f"导师{mentor_id}",
            "gender": _GENDER[int(draw.female_mentor[j])],
            "kind": "校内",
            "classes_taught": "、".join(classes[c] for c in np.flatnonzero(draw.teaches[:, j]).tolist()),
            "head_of": head_of.get(j, ""),
            "chief_of": head_of.get(j, ""),
            "capacity_max": draw.profile.seats,
            "capacity_min": draw.profile.fewest,
            "care_max": draw.profile.care_seats,
            "status": "在岗",
        }
        for j, mentor_id in enumerate(mentors)
    ]


def _forms(draw: SchoolDraw, students: tuple[str, ...], mentors: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = []
    for i in np.flatnonzero(draw.has_form).tolist():
        listed = {f"choice_{at}": mentors[j] for at, j in enumerate(draw.choices[i].tolist(), start=1) if j >= 0}
        rows.append({"student_id": students[i], "submitted_at": submitted_at(int(draw.arrival[i])), **listed})
    return rows


def _replies(draw: SchoolDraw, students: tuple[str, ...], mentors: tuple[str, ...]) -> list[Row]:
    words = {-1: "不适合", -2: "可接受"}
    rows: list[Row] = []
    for i, at in np.argwhere(draw.reply != 0).tolist():
        said = int(draw.reply[i, at])
        mentor_id = mentors[draw.choices[i, at]]
        rows.append({"mentor_id": mentor_id, "student_id": students[i], "order": words.get(said, str(said))})
    return sorted(rows, key=lambda row: (row["mentor_id"], row["student_id"]))


def _pairings(draw: SchoolDraw, students: tuple[str, ...], mentors: tuple[str, ...]) -> list[Row]:
    return [
        {
            "pairing_id": f"P{number:05d}",
            "student_id": students[i],
            "mentor_id": mentors[draw.current[i]],
            "role": "主",
            "state": "在结",
            "valid_from": "2023-09-15",
            "origin": "双选",
            "locked": "否",
        }
        for number, i in enumerate(np.flatnonzero(draw.current >= 0).tolist(), start=1)
    ]
