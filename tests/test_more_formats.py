"""Score matrices, couples in lines, lists of names, ratings, ties with colons, and cells as frames write them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from definitions import couples
from mentormatch import concepts
from mentormatch.base.errors import FileError, MarketError
from mentormatch.constraints import Couple, CoupleStability, Quotas
from mentormatch.io.instances.frames import market_from_frames
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.io.instances.glasgow_projects import read_glasgow_projects
from mentormatch.io.instances.preflib import read_preflib
from mentormatch.io.instances.rcp_couples import read_rcp_couples, write_rcp_couples
from mentormatch.io.instances.score_matrix import read_score_matrix, write_score_matrix
from mentormatch.io.instances.table_files import market_from_files
from mentormatch.io.instances.word_lists import read_word_lists, write_word_lists
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.verify.verify import verify
from random_markets import random_markets
from samples import published


def told(market: Market) -> list[tuple[Any, ...]]:
    """Return a market by names, with ranks as tiers counted from one."""
    rows = []
    for pair in range(market.num_pairs):
        i, j = market.student[pair], market.mentor[pair]
        mine = np.unique(market.student_rank[market.student == i])
        theirs = np.unique(market.mentor_rank[market.mentor == j])
        ranks = (mine.searchsorted(market.student_rank[pair]), theirs.searchsorted(market.mentor_rank[pair]))
        rows.append((str(market.student_of(pair)), str(market.mentor_of(pair)), *map(int, ranks)))
    ends = (list(map(str, market.student_ids)), list(map(str, market.mentor_ids)), market.mentor_upper.tolist())
    return [*sorted(rows), *ends]  # type: ignore[list-item]


# -- there and back --------------------------------------------------------------------------------------------------


def test_score_matrices_there_and_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(80)
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    for _ in range(60):
        scores = rng.integers(-1, 5, rng.integers(1, 6, 2))
        lines = [",".join(["", *(f"m{j}" for j in range(scores.shape[1]))])]
        lines += [",".join([str(i), *map(str, row)]) for i, row in enumerate(scores.tolist())]
        path.write_text("\n".join(lines), "utf-8")
        market = read_score_matrix(path)
        assert {
            (market.student_of(p), market.mentor_of(p)): int(market.pair_attributes["weight"][p])
            for p in range(market.num_pairs)
        } == {(i, f"m{j}"): int(scores[i, j]) for i, j in np.argwhere(scores >= 1).tolist()}
        for p in range(market.num_pairs):
            i, j = int(market.student_of(p)), int(str(market.mentor_of(p))[1:])
            better = [set(line[line > scores[i, j]].tolist()) for line in (scores[i], scores[:, j])]
            assert [market.student_rank[p], market.mentor_rank[p]] == [1 + len(each) for each in better]
        write_score_matrix(market, copy)
        assert told(read_score_matrix(copy)) == told(market)


def test_couples_in_lines_there_and_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(81)
    strict = 0
    for _ in range(25):
        instance = couples(rng)
        market = instance.market
        if len({*zip(market.mentor.tolist(), market.mentor_rank.tolist(), strict=True)}) < market.num_pairs:
            with pytest.raises(MarketError, match="ties"):
                write_rcp_couples(instance, tmp_path / "a")
            continue
        strict += 1
        keep = {int(market.student_index(s)) for a, b, _ in instance.couples for s in (a, b)}
        admitted = [
            (a, b, tuple((x, y) for x, y in choices if None not in (market.pair_index(a, x), market.pair_index(b, y))))
            for a, b, choices in instance.couples
        ]
        write_rcp_couples(CouplesInstance(market, tuple(admitted)), tmp_path / "a")
        again = read_rcp_couples(tmp_path / "a")
        assert again.couples == tuple(admitted)
        named = {(s, m) for a, b, choices in admitted for x, y in choices for s, m in ((a, x), (b, y))}
        pairs = {
            (market.student_of(p), market.mentor_of(p))
            for p in range(market.num_pairs)
            if int(market.student[p]) not in keep or (market.student_of(p), market.mentor_of(p)) in named
        }
        assert {(again.market.student_of(p), again.market.mentor_of(p)) for p in range(again.market.num_pairs)} == pairs
        before, after = concepts.stable_with_couples(instance), concepts.stable_with_couples(again)
        assert (before.status, before.matching and len(before.matching)) == (
            after.status,
            after.matching and len(after.matching),
        )
    assert strict > 10


def test_word_lists_there_and_back(tmp_path: Path) -> None:
    for market in random_markets(82, 60, pairs=9):
        named = market.replace(
            student_ids=tuple(f"s{i}" for i in range(market.num_students)),
            mentor_ids=tuple(f"m{j}" for j in range(market.num_mentors)),
        )
        write_word_lists(named, tmp_path / "a", tmp_path / "b")
        assert told(read_word_lists(tmp_path / "a", tmp_path / "b")) == told(named)


def test_lists_as_one_types_them(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("# who\nAnn:  Lee (Wu   Ito)\n\nBo : Lee # late\n", "utf-8")
    (tmp_path / "m").write_text("Lee 2: Bo Ann\nWu: (Ann Bo)\nIto: Ann\n", "utf-8")
    market = read_word_lists(tmp_path / "s", tmp_path / "m")
    assert told(market) == told(
        Market.from_preferences(
            {"Ann": ["Lee", ["Wu", "Ito"]], "Bo": ["Lee"]},
            {"Lee": ["Bo", "Ann"], "Wu": [["Ann", "Bo"]], "Ito": ["Ann"]},
            quotas={"Lee": 2},
        )
    )
    assert read_word_lists(tmp_path / "s").num_pairs == 4


def test_ties_with_colons_are_ties(tmp_path: Path) -> None:
    text = "3 3 1\n1 (10 20) 30\n2 20\n3 30 10\n10 1 7\n20 2 7\n30 1 7\n7 2 2 (1 3)\n"
    markets = []
    for written in (text, text.replace("(10 20)", "(10:20)").replace("(1 3)", "( 1 : 3 )")):
        (tmp_path / "a").write_text(written, "utf-8")
        markets.append(told(read_glasgow_projects(tmp_path / "a").market))
    assert markets[0] == markets[1]
    for odd in ("1 2:3", "1 (2:)", "1 (:2)", "1 (2::3)", "1 2 : (3)"):
        (tmp_path / "a").write_text(text.replace("1 (10 20) 30", odd), "utf-8")
        with pytest.raises(MarketError, match="line 2"):
            read_glasgow_projects(tmp_path / "a")


def test_ratings_are_tiers_and_the_last_may_be_refusals(tmp_path: Path) -> None:
    text = "# DATA TYPE: cat\n# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n# ALTERNATIVE NAME 3: c\n"
    (tmp_path / "r.cat").write_text(text + "2: {1,3},{},2\n1: {},{2},{1,3}\n", "utf-8")
    every = read_preflib(tmp_path / "r.cat")
    assert every.student_rank.tolist() == [1, 3, 1, 1, 3, 1, 3, 2, 3]
    assert read_preflib(tmp_path / "r.cat", acceptable=2).num_pairs == 2 + 2 + 1


# -- cells of tables -------------------------------------------------------------------------------------------------


def test_whole_numbers_may_be_written_as_frames_write_them(tmp_path: Path) -> None:
    """Ranks such as 1.0; and an empty rank of a mentor comes after all that it gave, in one tie."""
    path = tmp_path / "pairs.csv"
    path.write_text("student,mentor,student_rank,mentor_rank\n01,a,1.0,2.0\n02,a,1,\n03,a,1, \n04,b,1,\n", "utf-8")
    market = market_from_files(path)
    assert market.mentor_rank.tolist() == [2, 3, 3, 1]
    pairs = {"student": ["01", "02", "03", "04"], "mentor": list("aaab"), "student_rank": [1.0, 1.0, 1.0, 1.0]}
    for blank in (None, np.nan):
        frames = market_from_frames({**pairs, "mentor_rank": [2, blank, blank, blank]})
        assert told(frames) == told(market)
    path.write_text("student,mentor,student_rank\n01,a,1.5\n", "utf-8")
    with pytest.raises(MarketError, match="whole number"):
        market_from_files(path)


# -- published files -------------------------------------------------------------------------------------------------


def test_the_published_matrix_is_read() -> None:
    market = read_score_matrix(published("smti-grp-simple.instance"))
    assert (market.num_students, market.num_mentors, market.num_pairs) == (3, 3, 9)
    result = concepts.maximum_weight_stable(market)
    assert result.matching is not None
    assert len(result.matching) == 3
    with pytest.raises(FileError, match="read_score_matrix"):
        read_glasgow(published("smti-grp-simple.instance"))


@pytest.mark.parametrize("number", range(5))
def test_the_published_couples_are_met(number: int) -> None:
    """The matching that was published with an instance is stable, and ours is no smaller."""
    instance = read_rcp_couples(published(f"couples-rcp/test{number}"))
    lines = [line.split() for line in published(f"couples-rcp/match_test{number}").read_text("utf-8").splitlines()]
    theirs = [(int(words[1]), int(words[2])) for words in lines if words[:1] == ["r"] and int(words[2]) >= 0]
    entries = tuple(Couple(first=a, second=b, choices=choices) for a, b, choices in instance.couples)
    problem = Problem(instance.market, [Quotas(), CoupleStability(couples=entries)])
    assert verify(problem, Matching.from_ids(instance.market, theirs)).is_feasible
    result = concepts.stable_with_couples(instance)
    assert result.status is Status.OPTIMAL
    assert result.matching is not None
    assert len(result.matching) >= len(theirs)
    with pytest.raises(FileError, match="read_rcp_couples"):
        read_glasgow(published(f"couples-rcp/test{number}"))


@pytest.mark.parametrize("number", range(1, 4))
def test_the_published_topics_with_ties_are_read(number: int) -> None:
    instance = read_glasgow_projects(published(f"spa-st/instance{number}.txt"))
    assert instance.market.num_pairs
    assert concepts.stable_with_topics(instance).status is Status.OPTIMAL


# -- files that are refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "text", "what"),
    [
        (read_score_matrix, ",1,2\n1,3\n", "3 cells"),
        (read_score_matrix, ",1,1\n1,3,4\n", "not distinct"),
        (read_score_matrix, ",1\n1,x\n", "no score"),
        (read_score_matrix, ",1\n1,1.5\n", "no score"),
        (read_score_matrix, "", "empty"),
        (read_rcp_couples, "r 0 1\n", "has no line p"),
        (read_rcp_couples, "q 0 1\n", "begins with r, c or p"),
        (read_rcp_couples, "r 0 -1\np 0 1 0\n", "no number"),
        (read_rcp_couples, "c 0 1 2 0\np 0 1 1 2\n", "two programmes"),
        (read_rcp_couples, "p 0\n", "not complete"),
        (read_rcp_couples, "r 0 0\nr 0 0\np 0 1 0\n", "second line"),
        (read_rcp_couples, "r 1 0\nc 0 1 2 0 0\np 0 2 1 2\n", "stands twice"),
        (read_rcp_couples, f"r 0 0\np 0 {10**17} 0\n", "must be between"),
        (read_word_lists, "Ann Lee\n", "name: list"),
        (read_word_lists, "Ann: Lee\nAnn: Wu\n", "one for each person"),
        (read_word_lists, "Ann: (Lee\n", "open or empty"),
        (read_word_lists, "Ann: ()\n", "open or empty"),
        (read_word_lists, "Ann: Lee Lee\n", "listed twice"),
        (read_word_lists, "Ann: Lee) Wu\n", "do not match"),
        (read_word_lists, "Ann 2: Lee\n", "name alone"),
        (read_word_lists, "Ann: Lee: Wu\n", "second colon"),
    ],
)
def test_bad_files_are_told_by_what_is_wrong(read: Any, text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(text, "utf-8")
    with pytest.raises((MarketError, FileError), match=what):
        read(tmp_path / "a")


def test_names_without_a_line_and_markets_that_a_format_cannot_say(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("Ann: Lee\n", "utf-8")
    (tmp_path / "m").write_text("Wu: Ann\n", "utf-8")
    with pytest.raises(MarketError, match="'Lee' is listed"):
        read_word_lists(tmp_path / "s", tmp_path / "m")
    market = Market.from_preferences({"Ann B": ["Lee"]}, {"Lee": ["Ann B"]})
    with pytest.raises(MarketError, match="spaces"):
        write_word_lists(market, tmp_path / "s", tmp_path / "m")
    with pytest.raises(MarketError, match="weight"):
        write_score_matrix(market, tmp_path / "s")
    odd = market.replace(pair_attributes={"weight": np.ones(1, np.int64)}, mentor_upper=np.array([2]))
    with pytest.raises(MarketError, match="one seat"):
        write_score_matrix(odd, tmp_path / "s")
