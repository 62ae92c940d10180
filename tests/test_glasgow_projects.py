"""Student-project allocation in the Glasgow text format: there and back, solved as algmatch does, and wrong files."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from algmatch import SPAS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mentormatch import concepts
from mentormatch.base.errors import FileError, MarketError
from mentormatch.io.instances.glasgow_projects import ProjectsInstance, read_glasgow_projects, write_glasgow_projects
from mentormatch.market.market import Market
from random_markets import strict_ranks

GOOD = "3 3 2\n1 (10 20) 30\n2 20\n3 30 10\n10 1 7\n20 2 7\n30 1 8\n7 2 2 (1 3)\n8 1 3 1\n"


def read(text: str | bytes, folder: Path) -> ProjectsInstance:
    path = folder / "a.instance"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_glasgow_projects(path)


@st.composite
def instances(draw: st.DrawFn, *, ties: bool = True) -> ProjectsInstance:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    persons = draw(st.integers(1, k))
    owner = np.r_[np.arange(persons), rng.integers(0, persons, k - persons)]
    student, topic = np.nonzero(rng.random((n, k)) < 0.6)
    order = np.stack([rng.permutation(n) + 1 for _ in range(persons)])
    market = Market.from_arrays(
        student,
        topic,
        student_rank=rng.integers(1, 3, len(student)) if ties else strict_ranks(rng, student),
        mentor_rank=((order + 1) // 2 if ties else order)[owner[topic], student],
        mentor_upper=rng.integers(1, 4, k),
        student_ids=tuple(3 * i for i in range(n)),
        mentor_ids=tuple(50 + 2 * j for j in range(k)),
    )
    supervisors = tuple(
        (100 + one, tuple(50 + 2 * j for j in np.flatnonzero(owner == one).tolist()), int(rng.integers(1, 5)))
        for one in range(persons)
    )
    return ProjectsInstance(market, supervisors)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(instance=instances())
def test_there_and_back(instance: ProjectsInstance) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.instance"
        write_glasgow_projects(instance, path)
        first, again = path.read_bytes(), read_glasgow_projects(path)
        write_glasgow_projects(again, path)
        assert path.read_bytes() == first
    market, same = instance.market, again.market
    assert again.supervisors == instance.supervisors
    assert tuple(same.student_ids) == tuple(market.student_ids)
    assert tuple(same.mentor_ids) == tuple(market.mentor_ids)
    assert same.mentor_upper.tolist() == market.mentor_upper.tolist()
    assert same.student.tolist() == market.student.tolist()
    assert same.mentor.tolist() == market.mentor.tolist()
    # The order is what the format knows: between any two pairs of one student, and of one supervisor.
    for owner, mine, theirs in (
        (market.student, market.student_rank, same.student_rank),
        (supervisor_of(instance), market.mentor_rank, same.mentor_rank),
    ):
        alike = owner[:, None] == owner[None, :]
        before = np.sign(mine[:, None] - mine[None, :])
        after = np.sign(theirs[:, None] - theirs[None, :])
        assert (before[alike] == after[alike]).all()


def supervisor_of(instance: ProjectsInstance) -> np.ndarray:
    place = {topic: number for number, (_, topics, _) in enumerate(instance.supervisors) for topic in topics}
    return np.array([place[instance.market.mentor_ids[j]] for j in instance.market.mentor.tolist()], int)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(instance=instances(ties=False))
def test_what_is_read_is_solved_as_algmatch_solves_the_file(instance: ProjectsInstance) -> None:
    # Its checker of input wants seats of lecturers between those of their largest project and those of all of them.
    seats = dict(zip(instance.market.mentor_ids, instance.market.mentor_upper.tolist(), strict=True))
    supervisors = tuple(
        (name, topics, min(max(upper, *(seats[t] for t in topics), 0), sum(seats[t] for t in topics)))
        for name, topics, upper in instance.supervisors
    )
    everybody_asks = bool(np.isin(np.arange(instance.market.num_students), instance.market.student).all())
    all_wanted = len(set(supervisor_of(instance).tolist())) == len(supervisors)
    assume(everybody_asks and all_wanted)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.instance"
        write_glasgow_projects(ProjectsInstance(instance.market, supervisors), path)
        theirs = SPAS(filename=str(path), optimised_side="students").get_stable_matching()
        mine = concepts.stable_with_topics(read_glasgow_projects(path))
    assert mine.matching is not None
    matched = {student for student, topics in theirs["student_sided"].items() if topics}
    assert matched == {f"s{student}" for student, _ in mine.matching.ids()}


def test_one_sided_listings_and_lecturers_without_projects(tmp_path: Path) -> None:
    instance = read(GOOD, tmp_path)
    market = instance.market
    assert instance.supervisors == ((7, (10, 20), 2), (8, (30,), 1))
    assert market.num_pairs == 6
    assert market.student_rank[market.pairs_of_student(0)].tolist() == [1, 1, 2]
    assert market.mentor_rank[market.pairs_of_student(0)].tolist() == [2, 2, 2]
    lonely = read("1 1 2\n1 5\n5 1 1\n1 1 1\n2 4\n", tmp_path)
    assert lonely.supervisors == ((1, (5,), 1), (2, (), 4))
    assert len(concepts.stable_with_topics(lonely).matching or ()) == 1
    # Student 1 lists project 5, whose lecturer does not list the student.
    assert read("1 1 1\n1 5\n5 1 1\n1 1\n", tmp_path).market.num_pairs == 0


def test_a_topic_of_nobody_gets_a_lecturer(tmp_path: Path) -> None:
    whole = read(GOOD, tmp_path)
    path = tmp_path / "b.instance"
    write_glasgow_projects(ProjectsInstance(whole.market, whole.supervisors[:1]), path)
    assert read_glasgow_projects(path).supervisors == ((7, (10, 20), 2), (8, (30,), 1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0\n1\n1\n1 1\n1 1 1\n", "first line holds the numbers"),
        ("1 1\n1 1\n", "first line holds the numbers"),
        ("1 1 -1\n", "first line holds the numbers"),
        (GOOD.replace("3 3 2", "3 3 3"), "announces 3 students, 3 projects and 3 lecturers"),
        (GOOD.replace("10 1 7\n", "10 1\n"), "line 5: a project's line"),
        (GOOD.replace("10 1 7\n", "10 (1) 7\n"), "line 5: a project's line"),
        (GOOD.replace("20 2 7", "10 2 7"), "line 6: the project 10 has a second line"),
        (GOOD.replace("20 2 7", "20 2000000000 7"), "line 6: the capacity"),
        (GOOD.replace("30 1 8", "30 1 9"), "line 7: the project 30 names the lecturer 9"),
        (GOOD.replace("2 20\n", "2 99\n"), "names the project 99"),
        (GOOD.replace("8 1 3 1", "8 1 3 4"), "names the student 4"),
        (GOOD.replace("8 1 3 1", "8"), "the capacity is missing"),
        (GOOD.replace("8 1 3 1", "7 1 3 1"), "the lecturer 7 has a second line"),
        (GOOD.replace("(10 20)", "(10 20"), "never closed"),
        (GOOD.replace("(10 20)", "(10 10)"), "listed twice"),
        (GOOD.replace("30 10", "30 x"), "only numbers"),
        (GOOD.replace("7 2 2", "7 99999999999999999999 2"), "too many digits"),
    ],
)
def test_what_is_not_well_formed(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MarketError, match=message):
        read(text, tmp_path)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    cut=st.integers(0, len(GOOD)),
    end=st.integers(0, len(GOOD)),
    put=st.sampled_from(["", "(", ")", "9", "\n", "x", "\0"]),
)
def test_hostile_files_give_our_errors(cut: int, end: int, put: str) -> None:
    with TemporaryDirectory() as folder, suppress(MarketError, FileError):
        read(GOOD[:cut] + put + GOOD[max(cut, end) :], Path(folder))


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_glasgow_projects(tmp_path / "missing")
    for content in ("", " \n\n", b"\xff\xfe\x00"):
        with pytest.raises(FileError):
            read(content, tmp_path)


def test_what_the_format_cannot_say(tmp_path: Path) -> None:
    whole = read(GOOD, tmp_path)
    path = tmp_path / "b.instance"
    for supervisors in (
        ((7, (10,), 1), (8, (10,), 1)),
        ((7, (10,), 1), (7, (20,), 1)),
        ((7, (11,), 1),),
        (("x", (10,), 1),),
    ):
        with pytest.raises(MarketError):
            write_glasgow_projects(ProjectsInstance(whole.market, supervisors), path)  # type: ignore[arg-type]
    of_two_minds = whole.market.replace(mentor_rank=np.arange(1, 7))
    with pytest.raises(MarketError, match="differently"):
        write_glasgow_projects(ProjectsInstance(of_two_minds, whole.supervisors), path)
    with pytest.raises(MarketError):
        write_glasgow_projects(ProjectsInstance(whole.market.replace(mentor_lower=np.ones(3, int)), ()), path)
    assert not path.exists()
