"""Properties of the normalisers: what was written in any way reads the same, and nothing makes them raise."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from mentormatch.io.cells.classes import MAX_CLASSES, parse_class
from mentormatch.io.cells.counts import MAX_COUNT, read_count
from mentormatch.io.cells.dates import read_date, read_moment
from mentormatch.io.cells.grades import LAST_GRADE, class_label, grade_label, read_grade
from mentormatch.io.cells.ids import EXACT_DIGITS, read_id
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.names import read_name
from mentormatch.io.cells.numerals import read_numeral
from mentormatch.io.cells.plain_text import is_blank, shown
from mentormatch.io.cells.words import BOOLEANS, GENDERS, read_bool, read_gender
from mentormatch.io.near_ids import near_ids
from mentormatch.roster.data_issue import column_letters

CELLS = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.from_regex(r"[0-9一二三年级班月日()./\-初高E+ ]{1,10}", fullmatch=True),
)
GRADES = st.integers(1, LAST_GRADE)
NUMBERS = st.integers(1, MAX_CLASSES)
DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 12, 31))


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(CELLS)
@pytest.mark.parametrize("read", [read_id, read_date, read_moment, read_count, read_grade, read_name, read_bool])
def test_a_normaliser_returns_a_value_or_says_why_not(read, cell):
    value, finding = read(cell)
    assert (value is None) == (finding is not None and finding.refuses)


@given(CELLS)
def test_nothing_makes_the_others_raise(cell):
    parse_class(cell)
    shown(cell)
    assert all(not is_blank(part) for part in split(cell))


@given(st.from_regex(r"[A-Z]{0,2}[0-9]{1,12}", fullmatch=True))
def test_an_id_is_the_same_in_any_width(text):
    assert read_id(text) == (text, None)
    value, finding = read_id(f"\u3000{full_width(text)} ")
    assert (value, finding.code) == (text, "id_normalised")


@given(st.integers(0, 10**EXACT_DIGITS - 1))
def test_a_number_of_up_to_15_digits_is_an_id(number):
    assert read_id(float(number)) == read_id(number) == (str(number), None)


@given(st.integers(10**EXACT_DIGITS, 10**20))
def test_a_longer_number_is_none(number):
    assert read_id(float(number)).finding.code == "id_lost_digits"


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_a_name_is_never_an_id_and_never_shown(name):
    assert read_id(name).value is None
    assert shown(name) is None


@given(DAYS)
def test_a_day_is_the_same_in_any_form(day):
    y, m, d = day.year, day.month, day.day
    serial = (day - datetime.date(1899, 12, 30)).days
    forms = [day, f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", full_width(f"{y}-{m}-{d}")]
    forms += [f"{y}-{m:02}-{d:02} 23:59:59", float(serial), datetime.datetime(y, m, d, 23, 59)]
    assert {read_date(form) for form in forms} == {(day, None)}


@given(DAYS)
def test_a_year_of_two_digits_is_refused(day):
    assert read_date(f"{day.year % 100:02}/{day.month}/{day.day}").finding.code == "two_digit_year"


@given(st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2100, 1, 1)))
def test_a_moment_survives_as_a_serial_number(moment):
    moment = moment.replace(microsecond=0)
    serial = (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
    assert read_moment(serial) == (moment, None)
    assert read_moment(f"{moment:%Y-%m-%d %H:%M:%S}".rjust(19, "0")) == (moment, None)


@given(st.integers(0, MAX_COUNT))
def test_a_count_is_the_same_in_any_form(number):
    assert read_count(number) == read_count(float(number)) == read_count(str(number)) == (number, None)
    assert read_count(f"{number}人").value == read_count(full_width(str(number))).value == number


@given(st.integers(1, 99))
def test_numerals(number):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    assert read_numeral(text) == number


@given(GRADES)
def test_a_grade_reads_its_own_label(grade):
    assert read_grade(grade_label(grade)) == read_grade(grade) == read_grade(f"Grade {grade}") == (grade, None)


@given(GRADES, NUMBERS)
def test_a_class_reads_its_own_label(grade, number):
    label = class_label(grade, number)
    for form in (label, full_width(label), label.removesuffix("班"), f"{grade}({number})", f"{grade}{number:02}"):
        text = parse_class(form)
        assert (text.grade, text.number) == (grade, number), form


@pytest.mark.parametrize("text", ["十一班", "12", "（3）班"])
def test_a_class_without_a_grade(text):
    assert parse_class(text).grade is None
    assert parse_class(text).number is not None


def test_words_in_both_languages():
    assert {read_gender(word).value for word in GENDERS["female"]} == {"female"}
    assert read_gender("ＭＡＬＥ ").value == "male"
    assert {read_bool(cell).value for cell in (*BOOLEANS[True], True, 1.0)} == {True}
    assert {read_bool(cell).value for cell in (*BOOLEANS[False], False, 0.0)} == {False}


def test_near_ids():
    known = dict.fromkeys(f"T{number:03}" for number in range(1, 89))
    assert near_ids("T0O1", known) == ["T001"]
    assert near_ids("t001", known) == ["T001"]
    assert "T012" in near_ids("T0112", known)
    assert len(near_ids("T099", known)) == 3
    assert near_ids("T999", known) == near_ids("x" * 99, known) == near_ids("", known) == []


@given(st.integers(0, 16_383))
def test_column_letters(index):
    assert column_letters(index) == get_column_letter(index + 1)
