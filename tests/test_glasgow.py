"""The Glasgow text format: there and back, one-sided listings, published files, and every way to get it wrong."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.base.errors import FileError, MarketError
from mentormatch.io.instances.glasgow import read_glasgow, write_glasgow
from mentormatch.io.instances.glasgow_couples import read_glasgow_couples
from mentormatch.market.market import Market
from samples import published
from strategies import markets

GOOD = "0\n2\n2\n1 (10 20)\n2 20 10\n10 1 2 1\n20 2 (1 2)\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.instance"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def tiers(owner: np.ndarray, rank: np.ndarray) -> list[int]:
    """Return ranks counted in tiers of each owner, by definition."""
    return [
        1 + len({r for o, r in zip(owner.tolist(), rank.tolist(), strict=True) if o == at and r < mine})
        for at, mine in zip(owner.tolist(), rank.tolist(), strict=True)
    ]


def facts(market: Market) -> tuple[Any, ...]:
    return (
        list(market.student_ids),
        list(market.mentor_ids),
        market.student.tolist(),
        market.mentor.tolist(),
        market.mentor_upper.tolist(),
        tiers(market.student, market.student_rank),
        tiers(market.mentor, market.mentor_rank),
    )


@settings(max_examples=100, derandomize=True, deadline=None)
@given(market=markets(placement=False, max_mentors=4), gap=st.integers(1, 5))
def test_there_and_back(market: Market, gap: int) -> None:
    market = market.replace(
        student_ids=tuple(gap * i for i in range(market.num_students)),
        mentor_ids=tuple(100 + gap * j for j in range(market.num_mentors)),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.instance"
        write_glasgow(market, path)
        first, again = path.read_bytes(), read_glasgow(path)
        write_glasgow(again, path)
        assert path.read_bytes() == first
    assert facts(again) == facts(market)
    # What comes from a file is in tiers already.
    assert again.student_rank.tolist() == tiers(market.student, market.student_rank)
    assert (again.student_quota == 1).all()
    assert (again.mentor_lower == 0).all()


def test_a_file_by_hand(tmp_path: Path) -> None:
    market = read_glasgow(written(tmp_path, GOOD))
    assert (market.student_ids, market.mentor_ids) == ((1, 2), (10, 20))
    assert market.mentor_upper.tolist() == [1, 2]
    assert market.student_rank.tolist() == [1, 1, 2, 1]
    assert market.mentor_rank.tolist() == [2, 1, 1, 1]
    write_glasgow(market, tmp_path / "b.instance")
    assert (tmp_path / "b.instance").read_text() == GOOD


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\n\n"),
        GOOD.replace("(10 20)", " ( 10\t20 ) "),
        GOOD.rstrip("\n"),
        "0\n2\n2\n2 20 10\n1 (10 20)\n20 2 (1 2)\n10 1 2 1\n",
    ],
    ids=["windows", "byte order mark", "blank lines", "spaces", "no last newline", "other order"],
)
def test_the_same_file_written_otherwise(tmp_path: Path, text: str) -> None:
    good = facts(read_glasgow(written(tmp_path, GOOD)))
    assert facts(read_glasgow(written(tmp_path, text))) == good


def test_a_one_sided_listing_is_dropped_and_ranks_stay(tmp_path: Path) -> None:
    market = read_glasgow(written(tmp_path, "0\n2\n2\n1 10 20\n2 20\n10 1 2\n20 1 2 1\n"))
    # Resident 1 lists 10 and 10 lists resident 2, both in vain.
    assert list(zip(market.student.tolist(), market.mentor.tolist(), strict=True)) == [(0, 1), (1, 1)]
    assert market.student_rank.tolist() == [2, 1]
    assert market.mentor_rank.tolist() == [2, 1]


def test_nobody_lists_anybody(tmp_path: Path) -> None:
    market = read_glasgow(written(tmp_path, "0\n1\n1\n7\n8 0\n"))
    assert (market.num_students, market.num_mentors, market.num_pairs) == (1, 1, 0)


@pytest.mark.parametrize(
    ("name", "size"),
    [("smti-simple", (3, 3)), ("smti-nocomplete", (3, 3)), ("hrt", (759, 53)), ("smti", (10_000, 10_000))],
)
def test_published_files(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    market = read_glasgow(published(f"{name}.instance"))
    assert (market.num_students, market.num_mentors) == size
    write_glasgow(market, tmp_path / "copy.instance")
    copy = read_glasgow(tmp_path / "copy.instance")
    for field in ("student", "mentor", "mentor_upper"):
        assert np.array_equal(getattr(copy, field), getattr(market, field))
    for side in ("student", "mentor"):
        # The same order within each list, with the same ties.
        owner, ranks = getattr(market, side), [getattr(m, f"{side}_rank") for m in (copy, market)]
        orders = [np.lexsort((rank, owner)) for rank in ranks]
        assert np.array_equal(*orders)
        same_owner = np.diff(owner[orders[0]]) == 0
        assert np.array_equal(*[np.diff(rank[orders[0]])[same_owner] > 0 for rank in ranks])


# -- files that are refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "what"),
    [("hrtc-iain", "couples"), ("hrtc-iain-small", "couples"), ("smti-grp-simple", "matrix of scores")],
)
def test_other_problems_are_refused_by_what_they_are(name: str, what: str) -> None:
    with pytest.raises(FileError, match=what) as caught:
        read_glasgow(published(f"{name}.instance"))
    assert "Maybe" in str(caught.value)
    if what == "couples":
        assert "read_glasgow_couples" in str(caught.value)
        assert len(read_glasgow_couples(published(f"{name}.instance")).couples)


MALFORMED: dict[str, tuple[str, int, str]] = {
    "first line": ("1\n2\n2\n", 1, "is 0"),
    "header ends": ("0\n2\n", 2, "ends before"),
    "count is a word": ("0\ntwo\n2\n", 2, "number of residents"),
    "count is negative": ("0\n2\n-2\n", 3, "number of hospitals"),
    "two counts": ("0\n2 2\n1 10\n", 2, "number of residents"),
    "too few lines": (GOOD.removesuffix("20 2 (1 2)\n"), 6, "there are 3"),
    "too many lines": (GOOD + "30 1 1\n", 8, "there are 5"),
    "huge count": (GOOD.replace("\n2\n2\n", f"\n{10**17}\n2\n"), 7, "announces"),
    "a letter": (GOOD.replace("2 20 10", "2 20 x10"), 5, "column 6"),
    "a minus": (GOOD.replace("10 1 2 1", "10 -1 2 1"), 6, "column 4"),
    "a full-width digit": (GOOD.replace("2 20 10", "2 \uff12\uff10 10"), 5, "column 3"),
    "tie in a tie": (GOOD.replace("(10 20)", "(10 (20))"), 4, "inside a tie"),
    "never closed": (GOOD.replace("(1 2)", "(1 2"), 7, "never closed"),
    "never opened": (GOOD.replace("(1 2)", "1 2)"), 7, "never opened"),
    "empty tie": (GOOD.replace("(10 20)", "() 10 20"), 4, "empty"),
    "listed twice": (GOOD.replace("2 20 10", "2 20 20"), 5, "listed twice"),
    "two lines": (GOOD.replace("2 20 10", "1 20 10"), 5, "second line"),
    "two lines of a hospital": (GOOD.replace("20 2 (1 2)", "10 2 (1 2)"), 7, "second line"),
    "no capacity": (GOOD.replace("10 1 2 1", "10"), 6, "capacity"),
    "capacity in a tie": (GOOD.replace("10 1 2 1", "10 (1 2)"), 6, "capacity"),
    "capacity too large": (GOOD.replace("10 1 2 1", "10 9999999999 2 1"), 6, "capacity"),
    "too many digits": (GOOD.replace("10 1 2 1", "10 1 " + "2" * 5000), 6, "too many digits"),
    "unknown hospital": (GOOD.replace("2 20 10", "2 20 30"), 5, "hospital 30"),
    "unknown resident": (GOOD.replace("20 2 (1 2)", "20 2 (1 3)"), 7, "resident 3"),
    "a tie for a resident": (GOOD.replace("2 20 10", "(2) 20 10"), 5, "begin with the id"),
}


@pytest.mark.parametrize(("text", "line", "what"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_files_are_refused_with_the_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(MarketError) as caught:
        read_glasgow(written(tmp_path, text))
    assert f"line {line}:" in caught.value.text.en
    assert what in caught.value.text.en
    assert f"第 {line} 行" in caught.value.text.zh


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    refused = {
        "no such file": tmp_path / "none.instance",
        "folder": tmp_path,
        "empty": written(tmp_path, ""),
    }
    for what, path in refused.items():
        with pytest.raises(FileError, match=what):
            read_glasgow(path)
    with pytest.raises(FileError, match="not a text file"):
        read_glasgow(written(tmp_path, b"\xff\xfe\x00"))
    with pytest.raises(FileError):
        read_glasgow("a\0b")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="012 ()\n,x", max_size=40) | st.binary(max_size=30))
def test_any_bytes_are_read_or_refused(content: str | bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            market = read_glasgow(written(Path(folder), content))
        except (FileError, MarketError) as error:
            assert error.text.zh  # noqa: PT017  # either outcome is right
        else:
            assert market.num_pairs <= market.num_students * market.num_mentors


# -- markets that the format cannot say ----------------------------------------------------------------------------


def two_by_two(**changes: Any) -> Market:
    arrays: dict[str, Any] = {"student_rank": [1, 2, 1, 2], "mentor_upper": [1, 2], "mentor_ids": (10, 20)}
    return Market.from_arrays([0, 0, 1, 1], [0, 1, 0, 1], **(arrays | changes))


@pytest.mark.parametrize(
    ("market", "what"),
    [
        (two_by_two(student_ids=("a", "b")), "integers"),
        (two_by_two(mentor_ids=(-1, 2)), "integers"),
        (two_by_two(mentor_ids=(True, 2)), "integers"),
        (two_by_two(student_rank=[1, 0, 1, 2]), "did not list"),
        (two_by_two(mentor_lower=[1, 0]), "lower quotas"),
        (two_by_two(student_quota=[2, 1]), "other than one"),
    ],
)
def test_what_the_format_cannot_say_is_refused(tmp_path: Path, market: Market, what: str) -> None:
    path = written(tmp_path, "as it was")
    with pytest.raises(MarketError, match=what):
        write_glasgow(market, path)
    assert path.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such folder"):
        write_glasgow(two_by_two(), tmp_path / "none" / "a.instance")
