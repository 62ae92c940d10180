"""Every TOML file that a person hands over goes through one reader: whatever stands in it, one sentence comes of it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mentormatch.base.errors import InputError
from mentormatch.explain.prices_file import read_prices
from mentormatch.many.district_file import read_district
from mentormatch.rules.rules_file import read_rules
from mentormatch.study.generators.profile import SchoolProfile
from mentormatch.study.instances import fingerprint
from mentormatch.study.study_file import instances_of, read_study

READERS: list[Callable[[Path], object]] = [read_rules, read_prices, read_district, read_study]
WRONG = {
    "deep": b"a = " + b"[" * 20_000,
    "deep tables": b"[" + b".".join([b"a"] * 5_000) + b"]\nb = {" * 3_000,
    "long number": b"a = " + b"9" * 5_001,
    "long hexadecimal": b"a = 0x" + b"f" * 100_000,
    "far date": b"a = 99999-01-01",
    "no date": b"a = 2024-13-45T99:99:99",
    "no text": bytes(range(128, 256)),
    "half of UTF-16": b"\xff\xfea\x00=",
    "zeros": b"\0" * 3_000,
    "too large": b"#" * (5 << 20),
    "control characters": b"a = '\x01\x02'",
    "lone surrogate": b'a = "\\ud800"',
    "binary": b"PK\x03\x04" * 500,
    "infinity": b"seed = inf\nseat = nan\nseeds = inf\nshared = inf\n",
}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.__name__))
@pytest.mark.parametrize("name", WRONG)
def test_what_no_person_meant_is_one_sentence(tmp_path: Path, reader: Callable[[Path], object], name: str) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(WRONG[name])
    with pytest.raises(InputError) as caught:
        reader(path)
    assert str(path) in caught.value.text.en
    assert len(caught.value.text.en.replace(str(path), "")) < 700


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.__name__))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_encoding_that_editors_write(tmp_path: Path, reader: Callable[[Path], object], encoding: str) -> None:
    path = tmp_path / "file.toml"
    written = '# 说明\r\n[[instances]]\r\nkind = "school"\r\n' if reader is read_study else "# 说明\r\n"
    path.write_bytes(written.encode(encoding))
    reader(path)


@pytest.mark.parametrize(
    "asked",
    [
        'kind = "county"\nstudents = 1_000_000_000',
        'kind = "province"\nschools = 100_000_000',
        'kind = "school"\nstudents = 1_000_000_000',
        'kind = "theory"\nnum_students = 1_000_000\nnum_mentors = 1_000_000',
        'kind = "theory"\nnum_students = 1_000_000_000\nnum_mentors = 10\nlength = 1',
    ],
)
def test_a_slip_of_the_pen_draws_no_billion_students(tmp_path: Path, asked: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(f"[[instances]]\n{asked}\n", "utf-8")
    with pytest.raises(InputError):
        read_study(path)


NUMBERS = [
    "-1",
    "0",
    "1e300",
    "inf",
    "nan",
    "1_000_000_000",
    "9223372036854775808",
    '"x"',
    "true",
    "[]",
    "{}",
    "1979-05-27",
]


@pytest.mark.parametrize("value", NUMBERS)
def test_any_figure_of_a_drawn_school_is_drawn_or_refused(tmp_path: Path, value: str) -> None:
    """Whatever the reader takes, a school of that kind can be drawn, at once and without a warning of numpy."""
    path = tmp_path / "study.toml"
    for figure in SchoolProfile.model_fields:
        path.write_text(f'[[instances]]\nkind = "school"\nstudents = 20\nprofile = {{{figure} = {value}}}\n', "utf-8")
        try:
            (instance,) = instances_of(read_study(path), tmp_path)
        except InputError:
            continue
        with np.errstate(all="raise", under="ignore"):
            assert instance.market(0).num_students == 20


@pytest.mark.parametrize("name", ["x" * 5_000, "a\\u0000b", "none.txt"])
def test_a_market_in_a_file_that_cannot_be_is_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(f'[[instances]]\nkind = "file"\npath = "{name}"\n', "utf-8")
    (instance,) = instances_of(read_study(path), tmp_path)
    assert fingerprint(instance)
    with pytest.raises(InputError):
        instance.market(0)
