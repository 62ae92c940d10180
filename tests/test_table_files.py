"""Tables in CSV and Parquet files: any market there and back, and files that are none."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.base.errors import FileError, MarketError
from mentormatch.io.instances.table_files import market_from_files, market_to_files, read_table, write_table
from mentormatch.market.market import Market
from mentormatch.study.table import Row, StudyTable
from strategies import markets
from test_frames import same

GOOD = "student,mentor,student_rank\n007,Lee,1\n008,Lee,2\n"


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    market=markets(), ending=st.sampled_from(["csv", "parquet"]), ids=st.sampled_from(["0{}", "=1+{}", "'-{}", 'a,"{}'])
)
def test_any_market_there_and_back(market: Market, ending: str, ids: str) -> None:
    market = market.replace(
        student_ids=tuple(ids.format(i) for i in range(market.num_students)),
        mentor_ids=tuple(ids.format(j) for j in range(market.num_mentors)),
        pair_attributes={"weight": np.arange(market.num_pairs) / 3},
    )
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.{ending}" for name in ("pairs", "mentors", "students")]
        market_to_files(market, *files)
        assert same(market_from_files(*files, attributes=["weight"]), market)
        if ending == "csv":
            cells = [cell for line in files[0].read_text("utf-8").splitlines()[1:] for cell in line.split(",")[:2]]
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_leading_zeros_and_the_encodings_of_offices(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path.write_text(GOOD.replace("Lee", "张伟"), encoding)
        market = market_from_files(path)
        assert (tuple(market.student_ids), tuple(market.mentor_ids)) == (("007", "008"), ("张伟",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "distinct column names"),
        ("student,student\n", "distinct column names"),
        (GOOD + "009,Lee\n", "line 4: it should have 3 cells"),
        (GOOD + "009,Lee,first\n", "line 4: 'student_rank' must be a whole number"),
        (GOOD + "009,Lee,\n", "line 4: 'student_rank' must be a whole number"),
        (GOOD + "009,Lee,99999999999999999999\n", "line 4: 'student_rank' must be a whole number"),
        (GOOD + "007,Lee,3\n", "mentor 'Lee' stands more than once"),
        (GOOD + '"009,Lee,3\n', "no CSV file"),
        ("student,mentor\n1,2\n", "no column 'student_rank'"),
        ("student,mentor,student_rank,weight\n1,2,1,heavy\n", "line 2: 'weight' must be a number"),
    ],
)
def test_csv_files_that_make_no_sense(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(MarketError, match=message):
        market_from_files(path, attributes=["weight"] if "weight" in text else [])


def test_files_that_are_none(tmp_path: Path) -> None:
    for name in ("missing.csv", "missing.parquet", "pairs.txt"):
        with pytest.raises(FileError):
            read_table(tmp_path / name)
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and so on")
    with pytest.raises(MarketError, match="no Parquet file"):
        read_table(tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_bytes(b"\xff\xff\xff")
    with pytest.raises(MarketError, match="neither"):
        read_table(tmp_path / "a.csv")
    with pytest.raises(FileError):
        write_table({"a": [1]}, tmp_path / "b.txt")


def test_a_study_table_as_a_polars_frame_and_as_parquet(tmp_path: Path) -> None:
    table = StudyTable((Row("a", 0, "min_cost", "rank_1", 3), Row("a", 0, "min_cost", "gini", 0.25)))
    frame = table.to_polars()
    assert frame.rows() == [("a", 0, "min_cost", "rank_1", 3.0), ("a", 0, "min_cost", "gini", 0.25)]
    assert StudyTable(()).to_polars().columns == ["instance", "seed", "mechanism", "metric", "value"]
    table.write_parquet(tmp_path / "study.parquet")
    assert read_table(tmp_path / "study.parquet") == table.columns()
