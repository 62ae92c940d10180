"""PrefLib's ordinal files: there and back, and every way to get one wrong."""

from pathlib import Path

import numpy as np
import pytest

from mentormatch.base.errors import FileError, MarketError
from mentormatch.io.instances.preflib import read_preflib, write_preflib
from mentormatch.market.market import Market

HEADER = "# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Wu\n# ALTERNATIVE NAME 2: Lee\n# ALTERNATIVE NAME 3: Xu\n"


def test_a_file_as_the_library_has_it(tmp_path: Path) -> None:
    path = tmp_path / "votes.toi"
    path.write_text(HEADER + "2: 1,{2,3}\n1: 3\n\n1:\n", "utf-8")
    market = read_preflib(path, quotas={"Lee": 2})
    assert tuple(market.student_ids) == (1, 2, 3, 4)
    assert tuple(market.mentor_ids) == ("Lee", "Wu", "Xu")
    assert market.mentor_upper.tolist() == [2, 1, 1]
    first = market.pairs_of_student(0)
    assert market.mentor[first].tolist() == [0, 1, 2]
    assert market.student_rank[first].tolist() == [2, 1, 2]
    assert [len(market.pairs_of_student(i)) for i in range(4)] == [3, 3, 1, 0]
    assert read_preflib(path, quotas=7).mentor_upper.tolist() == [7, 7, 7]


def test_there_and_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(30):
        n, k = int(rng.integers(1, 9)), int(rng.integers(1, 6))
        lists = {}
        for i in range(n):
            own = [f"m{j}" for j in rng.permutation(k)[: int(rng.integers(0, k + 1))]]
            cut = int(rng.integers(0, len(own) + 1))
            lists[i + 1] = [*own[:cut], own[cut:]] if len(own) - cut > 1 else list(own)
        market = Market.from_preferences(lists, {f"m{j}": None for j in range(k)}, quotas=3)
        path = tmp_path / f"{number}.toi"
        write_preflib(market, path)
        again = read_preflib(path, quotas=3)
        # Equal votes share a line, so students may change places.
        assert opinions(again) == opinions(market)
        assert tuple(again.mentor_ids) == tuple(market.mentor_ids)
        write_preflib(again, tmp_path / "again")
        assert path.read_text().splitlines()[1:] == (tmp_path / "again").read_text().splitlines()[1:]


def opinions(market: Market) -> list[list[tuple[object, int]]]:
    return sorted(
        [
            sorted(
                (str(market.mentor_ids[market.mentor[p]]), int(market.student_rank[p]))
                for p in market.pairs_of_student(i)
            )
            for i in range(market.num_students)
        ]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1: 1,,2\n", "Line 5 is no vote"),
        ("1: {1,2\n", "Line 5 is no vote"),
        ("99999999: 1\n", "Line 5 is no vote"),
        ("one: 1\n", "Line 5 is no vote"),
        ("1: 4\n", "ranks the alternative 4"),
        ("1: 1,{2,1}\n", "ranks an alternative twice"),
        ("# ALTERNATIVE NAME 4: Wu\n1: 4\n", "the same name"),
    ],
)
def test_what_is_not_well_formed(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.toi"
    path.write_text(HEADER + text, "utf-8")
    with pytest.raises(MarketError, match=message):
        read_preflib(path)


def test_quotas_and_files_that_make_no_sense(tmp_path: Path) -> None:
    path = tmp_path / "votes.soi"
    path.write_text(HEADER + "1: 1\n", "utf-8")
    with pytest.raises(MarketError, match="refers to the alternative 'Ann'"):
        read_preflib(path, quotas={"Ann": 1})
    with pytest.raises(MarketError, match="must be between"):
        read_preflib(path, quotas=-1)
    with pytest.raises(FileError):
        read_preflib(tmp_path / "missing.soi")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MarketError, match="UTF-8"):
        read_preflib(path)
