"""PrefLib's weighted matching data: kidney exchange as a market, there and back, and wrong files."""

from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch import concepts
from mentormatch.base.errors import FileError, MarketError
from mentormatch.io.instances.preflib_graph import read_preflib_graph, write_preflib_graph
from mentormatch.market.market import Market
from strategies import markets

HEADER = "# DATA TYPE: wmd\n# NUMBER ALTERNATIVES: 4\n# NUMBER VOTERS: 4\n" + "".join(
    f"# ALTERNATIVE NAME {i}: Pair {i}\n" for i in range(1, 5)
)


def read(text: str | bytes, folder: Path) -> Market:
    path = folder / "a.wmd"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_preflib_graph(path)


def test_a_file_as_the_library_has_it(tmp_path: Path) -> None:
    market = read(HEADER + "1,2,1.0\n1, 3, 2.0\n\n3,1,1.0\n", tmp_path)
    assert tuple(market.student_ids) == ("Pair 1", "Pair 3", "Pair 4")
    assert tuple(market.mentor_ids) == ("Pair 1", "Pair 2", "Pair 3")
    assert market.pair_attributes["weight"].tolist() == [1, 2, 1]
    assert market.pair_attributes["weight"].dtype == np.int64
    assert market.student_rank.tolist() == [2, 1, 1]
    assert read(HEADER + "1,2,0.5\n", tmp_path).pair_attributes["weight"].tolist() == [0.5]
    assert read(HEADER + "2,2,1\n", tmp_path).num_pairs == 1


@settings(max_examples=60, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_heaviest_matching_is_the_heaviest_exchange(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = np.where(rng.random((4, 4)) < 0.5, rng.integers(1, 9, (4, 4)), 0)
    np.fill_diagonal(weight, 0)
    edges = "".join(f"{i + 1},{j + 1},{float(weight[i, j])}\n" for i, j in np.argwhere(weight > 0))
    with TemporaryDirectory() as folder:
        result = concepts.maximum_weight(read(HEADER + edges, Path(folder)))
    # Giving to oneself stands for giving to nobody.
    best = max(sum(int(weight[i, j]) for i, j in enumerate(way)) for way in permutations(range(4)))
    assert result.stages[0].value == best


@settings(max_examples=100, derandomize=True, deadline=None)
@given(market=markets(max_mentors=4), seed=st.integers(0, 10**6), kind=st.sampled_from(["whole", "real", "none"]))
def test_there_and_back(market: Market, seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    m = market.num_pairs
    given_weights = {"whole": rng.integers(-5, 6, m), "real": rng.normal(0, 1, m)}
    market = market.replace(
        student_ids=tuple(f"s{i}" for i in range(market.num_students)),
        mentor_ids=tuple(f"m {j}" for j in range(market.num_mentors)),
        pair_attributes={} if kind == "none" else {"weight": given_weights[kind]},
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.wmd"
        write_preflib_graph(market, path)
        first, again = path.read_bytes(), read_preflib_graph(path)
        write_preflib_graph(again, path)
        assert path.read_bytes() == first
    assert tuple(again.student_ids) == tuple(market.student_ids)

    def pairs(of: Market) -> list[tuple[object, object]]:
        return [(of.student_ids[i], of.mentor_ids[j]) for i, j in zip(of.student, of.mentor, strict=True)]

    assert pairs(again) == pairs(market)
    weight = again.pair_attributes["weight"]
    if kind != "none":
        assert weight.tolist() == given_weights[kind].tolist()
    elif market.is_choice.all():
        alike = market.student[:, None] == market.student[None, :]
        wish, same = market.student_rank, again.student_rank
        assert (np.sign(wish[:, None] - wish)[alike] == np.sign(same[:, None] - same)[alike]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n", "Line 8: it is no edge"),
        ("1,2,x\n", "Line 8: it is no edge"),
        ("1,2,nan\n", "Line 8: it is no edge"),
        ("1,2,1e999\n", "Line 8: it is no edge"),
        ("1,2,1.0.0\n", "Line 8: it is no edge"),
        ("3: 1,2\n", "Line 8: it is no edge"),
        ("1,5,1.0\n", "alternative 5 has no name"),
        ("1,2,1.0\n1,2,2.0\n", "stands twice"),
        ("# ALTERNATIVE NAME 5: Pair 1\n", "same name"),
        ("# DATA TYPE: soc\n", "not wmd"),
    ],
)
def test_what_is_not_well_formed(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MarketError, match=message):
        read(HEADER + text, tmp_path)


def test_files_and_markets_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_preflib_graph(tmp_path / "missing.wmd")
    with pytest.raises(MarketError, match="UTF-8"):
        read(b"\xff\xfe\x00", tmp_path)
    market = Market.from_preferences({"a": ["b"]})
    for wrong in (
        market.replace(student_ids=(" a",)),
        market.replace(student_ids=("a\nb",)),
        market.replace(pair_attributes={"weight": np.array([np.inf])}),
        market.replace(pair_attributes={"weight": np.array(["heavy"])}),
    ):
        with pytest.raises(MarketError):
            write_preflib_graph(wrong, tmp_path / "b.wmd")
    assert not (tmp_path / "b.wmd").exists()
