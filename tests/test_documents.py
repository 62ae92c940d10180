"""Documents: a school in any form is the same school, and a result comes back from its document as it went in."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.documents.schema import DOCUMENTS, FOLDER, schema_text
from mentormatch.documents.school_document import _FIELDS
from mentormatch.explain.certificate import certificate_data
from mentormatch.io.headers import ALL_SHEETS
from mentormatch.report.page import page_html
from mentormatch.roster.roster import Roster
from samples import SAMPLES

DAY = date(2024, 11, 11)
Tables = dict[str, list[dict[str, Any]]]

# What clerks type, right and wrong; a comma stands in no value that is not a list.
CLASSES = ["七(1)班", "701", "7.2", "初一2班", "七（3）班", "八(1)班", "没有"]
SEATS = [3, "5", "十", "2人", -1, None, "多"]


@st.composite
def schools(draw: st.DrawFn) -> Tables:
    """The cells of a small school as people write them: ids, classes and numbers in many forms, some of them wrong."""
    number, mentors = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    some_student = st.sampled_from([*(f"2024010{n}" for n in range(number)), "2024", "２０２４０１００"])
    some_mentor = st.sampled_from([*(f"T00{n}" for n in range(mentors)), "T9", "t001", "导师0"])
    maybe = st.none()
    students = [
        {
            "student_id": f"2024010{n}" if draw(st.booleans()) else 20240100 + n,
            "name": draw(st.sampled_from(["甲", "乙 丙", "Ann"])),
            "grade": draw(st.sampled_from(["七年级", 7, "初一", "八年级"])),
            "class": draw(st.sampled_from(CLASSES)),
            "boarding": draw(st.sampled_from([None, "是", "no", "也许"])),
            "care_level": draw(st.sampled_from([None, "重点", "general"])),
            "avoid_mentor_ids": draw(maybe | some_mentor),
            "校服": draw(st.sampled_from([None, "L", "M"])),
        }
        for n in range(number)
    ]
    teachers = [
        {
            "mentor_id": f"T00{n}",
            "name": f"导师{n}",
            "capacity_max": draw(st.sampled_from(SEATS)),
            "classes_taught": draw(st.sampled_from([None, "七(1)班", "701、702", "8(1)"])),
            "status": draw(st.sampled_from([None, "在岗", "产假"])),
        }
        for n in range(mentors)
    ]
    forms = draw(
        st.lists(
            st.fixed_dictionaries(
                {"student_id": some_student, "choice_1": maybe | some_mentor, "choice_2": maybe | some_mentor}
            ),
            max_size=4,
        )
    )
    pairs = draw(st.lists(st.fixed_dictionaries({"student_id": some_student, "mentor_id": some_mentor}), max_size=3))
    return {"students": students, "mentors": teachers} | {
        name: rows for name, rows in (("prefs_students", forms), ("pairings", pairs)) if rows
    }


def headers(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def as_workbook(tables: Tables) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(headers(rows))
        for row in rows:
            sheet.append([row.get(key) for key in headers(rows)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_folder(tables: Tables, folder: Path) -> Path:
    for name, rows in tables.items():
        text = io.StringIO()
        csv.writer(text).writerows([headers(rows), *([row.get(key) for key in headers(rows)] for row in rows)])
        (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")
    return folder


def texts(tables: Tables) -> Tables:
    """What a CSV folder can hold: texts alone."""
    return {
        name: [{key: None if cell is None else str(cell) for key, cell in row.items()} for row in rows]
        for name, rows in tables.items()
    }


def read_all(tables: Tables, folder: Path) -> dict[str, Roster | str]:
    ways = {
        "workbook": lambda: mm.read_roster(io.BytesIO(as_workbook(tables))),
        "folder": lambda: mm.read_roster(as_folder(tables, folder)),
        "document": lambda: mm.SchoolDocument.from_json(
            json.dumps({"format": "mentormatch-school", "version": "1.0", **tables})
        ).to_roster(),
        "rows": lambda: mm.roster_from_tables(tables),
        "pandas": lambda: mm.roster_from_tables(
            {name: pd.DataFrame(rows, dtype=object) for name, rows in tables.items()}
        ),
        "polars": lambda: mm.roster_from_tables({name: pl.DataFrame(rows) for name, rows in tables.items()}),
    }
    found: dict[str, Roster | str] = {}
    for way, read in ways.items():
        try:
            found[way] = read()
        except mm.InputError as error:
            found[way] = str(error).split("\n", 1)[1]
    return found


@settings(max_examples=40, deadline=None, derandomize=True)
@given(schools())
def test_a_school_in_any_form_is_the_same_school(tables: Tables) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = read_all(texts(tables), Path(folder))
    assert len({repr(each) for each in found.values()}) == 1
    first = found["workbook"]
    for way, other in found.items():
        assert other == first, way
    if isinstance(first, Roster):
        assert {each.fingerprint for each in found.values() if isinstance(each, Roster)} == {first.fingerprint}
        again = mm.SchoolDocument.from_roster(first)
        if first.students and first.mentors:
            assert mm.SchoolDocument.from_json(again.to_json()).to_roster().fingerprint == first.fingerprint


@settings(max_examples=15, deadline=None, derandomize=True)
@given(schools(), st.sampled_from(["two_round", "optimal"]))
def test_a_result_comes_back_from_its_document(tables: Tables, mechanism: str) -> None:
    try:
        roster = mm.roster_from_tables(tables)
    except mm.InputError:
        return
    result = mm.match(roster, on=DAY, mechanism=mechanism)
    document = result.to_document(edition="staff")
    text = document.to_json()
    again = mm.ResultDocument.from_json(text).to_result()
    assert again.to_document(edition="staff").to_json() == text
    for name in ("status", "stages", "pair_reasons", "changes", "hand_overs", "requests", "roster", "on", "seed"):
        assert getattr(again, name) == getattr(result, name), name
    assert certificate_data(again) == certificate_data(result)
    assert (again.reason, again.shortage) == (result.reason, result.shortage)
    if result.matching is None:
        return
    for student in result.problem.market.student_ids:
        assert again.explain(student, edition="staff") == result.explain(student, edition="staff")
    for edition in ("public", "school", "staff"):
        assert again.to_document(edition=edition) == result.to_document(edition=edition)  # type: ignore[arg-type]
    assert page_html(again, "zh", roster=roster) == page_html(result, "zh", roster=roster)


@pytest.fixture(scope="module")
def solved() -> tuple[Roster, mm.Result]:
    roster = mm.read_roster(SAMPLES / "school_english.xlsx")
    return roster, mm.match(roster, on=DAY)


def test_public_documents_have_neither_names_nor_what_is_confidential(solved: tuple[Roster, mm.Result]) -> None:
    roster, result = solved
    public, school, staff = (result.to_document(edition=each) for each in ("public", "school", "staff"))  # type: ignore[arg-type]
    names = {each.name for each in (*roster.students, *roster.mentors)}
    assert public.names == {}
    assert set(school.names.values()) == names
    assert not [name for name in names if f'"{name}"' in public.to_json()]
    assert public.pairs == school.pairs
    assert len(public.pairs) == len(roster.students)
    for document in (public, school):
        assert document.whole is None
        with pytest.raises(mm.InputError, match="staff edition"):
            document.to_result()
    assert "care_level" not in school.to_json()
    assert "care_level" in staff.to_json()


class AtMostOne(Constraint):
    """A rule of a program's own."""

    kind: str = "at_most_one_here"
    most: int = 1

    def violations(self, market: Any, pairs: Any, scope: Any = None) -> tuple[()]:
        return ()

    def describe(self) -> Text:
        return Text("自定义", "own")


def test_a_rule_of_ones_own_comes_back(solved: tuple[Roster, mm.Result]) -> None:
    market = mm.Market.from_preferences({1: [7], 2: [7]}, quotas=2)
    result = mm.solve(mm.Problem(market, [AtMostOne(most=3)]))
    again = mm.ResultDocument.from_json(result.to_document(edition="staff").to_json()).to_result()
    assert again.problem.constraints == result.problem.constraints
    assert again.problem.market.student_ids == result.problem.market.student_ids


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_the_published_schema_is_that_of_the_models_and_describes_every_property(name: str) -> None:
    assert (FOLDER / f"{name}.schema.json").read_text("utf-8") == schema_text(name)
    schema = json.loads(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)

    def walk(part: Any, place: str) -> None:
        if isinstance(part, dict):
            for key, each in part.get("properties", {}).items():
                assert each.get("description"), f"{place}.{key}"
            for key, each in part.items():
                walk(each, f"{place}.{key}")
        elif isinstance(part, list):
            for each in part:
                walk(each, place)

    walk(schema, name)


def test_documents_keep_their_schema(solved: tuple[Roster, mm.Result]) -> None:
    roster, result = solved
    school = json.loads(mm.SchoolDocument.from_roster(roster).to_json())
    jsonschema.validate(school, json.loads(schema_text("school")))
    for edition in ("public", "staff"):
        document = json.loads(result.to_document(edition=edition).to_json())  # type: ignore[arg-type]
        jsonschema.validate(document, json.loads(schema_text("result")))


def test_every_sheet_that_we_know_is_a_table_of_the_document() -> None:
    assert set(_FIELDS) == {spec.kind for spec in ALL_SHEETS}
    assert set(_FIELDS.values()) <= set(Roster.model_fields)


SMALL = {
    "format": "mentormatch-school",
    "students": [{"student_id": "1", "name": "x", "grade": 7, "class": "701"}],
    "mentors": [{"mentor_id": "T", "name": "y", "capacity_max": 1}],
}


def test_newer_minor_versions_are_read_and_newer_major_ones_refused() -> None:
    document = mm.SchoolDocument.from_json(json.dumps(SMALL | {"version": "1.7", "campus": "east"}))
    assert document.unknown == ("campus",)
    assert json.loads(document.to_json())["campus"] == "east"
    assert document.to_roster().students[0].student_id == "1"
    for wrong, said in (
        ({"version": "2.0"}, "version 2.0"),
        ({"format": "mentormatch-result"}, "no 'mentormatch-school' document"),
        ({"students": 7}, "students: Input should be a valid list"),
    ):
        with pytest.raises(mm.InputError, match=said):
            mm.SchoolDocument.from_json(json.dumps(SMALL | wrong))
    for text in ("", "[1]", "{", "[" * 100_000, '"x"', "null"):
        with pytest.raises(mm.InputError):
            mm.SchoolDocument.from_json(text)


def test_a_document_can_name_no_class_of_its_own(solved: tuple[Roster, mm.Result]) -> None:
    data = json.loads(solved[1].to_document(edition="staff").to_json())
    for forged in ({"$is": "Popen", "fields": {}}, {"$rule": "os.system", "fields": {}}, {"$call": "x"}):
        data["whole"]["constraints"] = {"$tuple": [forged]}
        with pytest.raises(mm.InputError, match="not known here"):
            mm.ResultDocument.from_data(data).to_result()


def test_streams_are_read_wherever_a_path_is(tmp_path: Path) -> None:
    path = SAMPLES / "school_english.xlsx"
    expected = mm.read_roster(path)
    document = mm.SchoolDocument.from_json(json.dumps(SMALL))
    (tmp_path / "a.json").write_text(document.to_json(), encoding="utf-8")
    with path.open("rb") as stream:
        assert mm.read_roster(stream) == expected
    assert mm.read_roster(path.read_bytes()) == mm.read_roster(io.BytesIO(path.read_bytes())) == expected
    text = document.to_json()
    for source in (tmp_path / "a.json", text.encode(), io.StringIO(text), io.BytesIO(b"\xef\xbb\xbf" + text.encode())):
        assert mm.read_roster(source) == document.to_roster()
    for wrong in (b"", b"PK", io.BytesIO(b"plain"), 7, {"students": []}):
        with pytest.raises(mm.InputError):
            mm.read_roster(wrong)  # type: ignore[arg-type]
