"""The sample school that ships with the package: made up, the same on every run, and small enough to read."""

from collections.abc import Sequence

import numpy as np

from mentormatch.base.text import Language
from mentormatch.io.files.streams import Target
from mentormatch.io.school_workbook import Row, write_school_workbook

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "一安宁远航思齐嘉禾清和明哲子涵雨桐"
_GRADES = ("七", "八", "九")
_ENTRY_YEARS = (2024, 2023, 2022)
_CLASSES_PER_GRADE = 2
_PUPILS_PER_CLASS = 40
_MENTORS = 20
_SEATS = 14
_SUBJECTS = ("语文", "数学", "英语", "物理", "历史", "地理", "生物", "音乐", "体育", "美术")


def write_sample_school(path: Target, lang: Language, *, seed: int = 0) -> None:
    """Write a made-up school as a workbook: 240 students in six classes, 20 mentors, forms, replies and pairings.

    Parameters
    ----------
    path : path-like or file object
    lang : {"zh", "en"}
        Of sheets and headers; the cells are Chinese, as a school's are.
    seed : int
        Another seed gives another school.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    write_school_workbook(path, _sample_sheets(np.random.default_rng(seed)), lang)


def _sample_sheets(rng: np.random.Generator) -> dict[str, list[Row]]:
    classes = [f"{grade}({number})班" for grade in _GRADES for number in range(1, _CLASSES_PER_GRADE + 1)]
    mentors = [_mentor(rng, number, classes) for number in range(_MENTORS)]
    ids = [str(mentor["mentor_id"]) for mentor in mentors]
    popularity = rng.dirichlet(np.full(_MENTORS, 1.5))
    students: list[Row] = []
    forms: list[Row] = []
    replies: list[Row] = []
    pairings: list[Row] = []
    load = dict.fromkeys(ids, 0)
    for name in classes:
        teaching = [str(m["mentor_id"]) for m in mentors if name in str(m["classes_taught"])]
        for number in range(1, _PUPILS_PER_CLASS + 1):
            student = _student(rng, name, number)
            students.append(student)
            student_id = str(student["student_id"])
            wishes = _wishes(rng, ids, teaching, popularity)
            if rng.random() < 0.95:
                forms.append(_form(student_id, wishes))
                answers: list[Row] = [
                    {"mentor_id": m, "student_id": student_id, "order": _reply(rng)}
                    for m in wishes
                    if rng.random() < 0.2
                ]
                replies += answers
            if not name.startswith(_GRADES[0]):
                mentor = next(m for m in (*wishes, *ids) if load[m] < _SEATS - 2)
                load[mentor] += 1
                pairings.append(_pairing(len(pairings) + 1, student_id, mentor))
    return {
        "students": students,
        "mentors": mentors,
        "prefs_students": forms,
        "prefs_mentors": replies,
        "pairings": pairings,
    }


def _name(rng: np.random.Generator) -> str:
    return str(rng.choice(list(_SURNAMES))) + "".join(rng.choice(list(_GIVEN), 2))


def _student(rng: np.random.Generator, class_name: str, number: int) -> Row:
    grade = _GRADES.index(class_name[0])
    year = _ENTRY_YEARS[grade]
    return {
        "student_id": f"{year}{class_name[2]:0>2}{number:02d}",
        "name": _name(rng),
        "gender": str(rng.choice(["男", "女"])),
        "stage": "初中",
        "grade": f"{class_name[0]}年级",
        "class": class_name,
        "entry_date": f"{year}-09-01",
        "boarding": str(rng.choice(["是", "否"])),
        "care_tags": "无",
        "care_level": "重点" if rng.random() < 0.02 else "",
        "guardian_notice": "是",
    }


def _mentor(rng: np.random.Generator, number: int, classes: Sequence[str]) -> Row:
    first = number % len(classes)
    taught = sorted({classes[first], classes[(first + int(rng.integers(1, len(classes)))) % len(classes)]})
    return {
        "mentor_id": f"T{number + 1:03d}",
        "name": _name(rng),
        "gender": str(rng.choice(["男", "女"])),
        "kind": "校内",
        "subject": _SUBJECTS[number % len(_SUBJECTS)],
        "classes_taught": "、".join(taught),
        "head_of": classes[number] if number < len(classes) else "无",
        "chief_of": classes[number] if number < len(classes) else "无",
        "capacity_max": _SEATS,
        "capacity_min": 4,
        "care_max": 2,
        "available_from": "2024-09-01",
        "status": "在岗",
    }


def _wishes(
    rng: np.random.Generator,
    ids: list[str],
    teaching: list[str],
    popularity: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> list[str]:
    """Return one to four mentors: popular ones, those of the own class more often."""
    weight = popularity * np.array([4.0 if mentor in teaching else 1.0 for mentor in ids])
    count = int(rng.integers(1, 5))
    return [str(mentor) for mentor in rng.choice(ids, count, replace=False, p=weight / weight.sum())]


def _form(student_id: str, wishes: list[str]) -> Row:
    choices: Row = {f"choice_{rank}": mentor for rank, mentor in enumerate(wishes, start=1)}
    return {"student_id": student_id, "submitted_at": "2024-11-04 10:00:00", **choices}


def _reply(rng: np.random.Generator) -> str:
    return str(rng.choice(["1", "2", "3", "可接受", "不适合"], p=[0.2, 0.2, 0.2, 0.3, 0.1]))


def _pairing(number: int, student_id: str, mentor_id: str) -> Row:
    return {
        "pairing_id": f"P{number:04d}",
        "student_id": student_id,
        "mentor_id": mentor_id,
        "role": "主",
        "state": "在结",
        "valid_from": "2023-09-15",
        "origin": "双选",
        "locked": "否",
    }
