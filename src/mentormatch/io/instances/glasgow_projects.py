"""The Glasgow text format for student-project allocation (SPA, with ties SPA-ST): read into topics, and written.

As its authors and `algmatch` use it::

    <number of students> <number of projects> <number of lecturers>
    <student> <project> (<project> <project>) ...            one line for each student, best first
    <project> <capacity> <lecturer>                          one line for each project
    <lecturer> <capacity> <student> (<student> ...) ...      one line for each lecturer, best first

Projects are the mentors of our market, and lecturers their supervisors: what `TopicStability` takes. Numbers are ids,
not positions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.streams import Source, Target, as_file
from mentormatch.io.instances.glasgow_lines import (
    Lines,
    Lists,
    check_expressible,
    check_listed,
    integers,
    lists_of,
    lists_with_seats,
    read_lines,
    seats_of,
    shown,
    tier_line,
    tokens_of,
)
from mentormatch.market.market import Market, Tiers
from mentormatch.market.preference_lists import check_pair

Name = str | int


@dataclass(frozen=True, eq=False)
class ProjectsInstance:
    """A market whose mentors are topics, and the supervisors who offer them.

    Parameters
    ----------
    market : Market
        A pair's `mentor_rank` is the rank that the topic's supervisor gives the student.
    supervisors : tuple of (id, topics, upper)
        Ids, the ids of the topics, and the most students over all of them; by id. A topic that nobody names is its own
        supervisor.
    """

    market: Market
    supervisors: tuple[tuple[Name, tuple[Name, ...], int], ...]

    @classmethod
    def from_preferences(
        cls,
        students: Mapping[Any, Tiers | None],
        topics: Mapping[Any, tuple[Any, int]],
        supervisors: Mapping[Any, tuple[int, Tiers | None]],
    ) -> "ProjectsInstance":
        """Build an instance from dictionaries.

        Parameters
        ----------
        students : mapping of student to sequence of topics
            As in `Market.from_preferences`.
        topics : mapping of topic to (supervisor, seats)
        supervisors : mapping of supervisor to (seats over all topics, students from best to worst)
            None in place of the students: the supervisor is silent and takes anybody equally.

        Raises
        ------
        MarketError
            For a topic of an unknown supervisor or of none, what is no pair, and as in `Market.from_preferences`.
        """
        for given in topics.values():
            check_pair(given, Text(zh="(导师, 名额)", en="A tuple (supervisor, seats)"))
        for seated in supervisors.values():
            check_pair(seated, Text(zh="(名额, 学生名单)", en="A tuple (seats over all topics, students)"))
        for topic, (supervisor, _) in topics.items():
            if supervisor not in supervisors:
                raise MarketError(f"The topic {topic!r} belongs to the supervisor {supervisor!r}, who is not there.")
        ranks = {topic: supervisors[supervisor][1] for topic, (supervisor, _) in topics.items()}
        market = Market.from_preferences(students, ranks, quotas={topic: seats for topic, (_, seats) in topics.items()})
        unknown = next((topic for topic in market.mentor_ids if topic not in topics), None)
        if unknown is not None:
            raise MarketError(f"A student lists the topic {unknown!r}, which no supervisor offers.")
        offered = {
            one: tuple(topic for topic, (supervisor, _) in topics.items() if supervisor == one) for one in supervisors
        }
        return cls(market, tuple((one, offered[one], upper) for one, (upper, _) in supervisors.items()))


def read_glasgow_projects(path: Source) -> ProjectsInstance:
    """Read an instance of SPA.

    A pair is acceptable only if the student lists the project and its lecturer lists the student; ranks of what is left
    stay as the lists have them. Blank lines are skipped.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    FileError
        The file is missing, cannot be read, or is empty.
    MarketError
        The text is not well formed; with the number of the line.

    Notes
    -----
    O(length of the file).
    """
    with as_file(path) as file:
        lines = read_lines(file)
    num_students, num_projects, _ = _header(lines)
    of_students = lines.rows[1 : 1 + num_students]
    of_projects = lines.rows[1 + num_students : 1 + num_students + num_projects]
    of_lecturers = lines.rows[1 + num_students + num_projects :]
    students = lists_of(lines, of_students, "student")
    projects = _projects(lines, of_projects)
    lecturers, capacity = lists_with_seats(lines, of_lecturers, "lecturer")
    check_listed(lines, of_students, students, projects, "project")
    check_listed(lines, of_lecturers, lecturers, students, "student")
    for (number, _), (project, (_, lecturer)) in zip(of_projects, projects.items(), strict=True):
        if lecturer not in lecturers:
            lines.refuse(
                number,
                f"题目 {project} 的导师 {lecturer} 在文件中没有这一行。",
                f"the project {project} names the lecturer {lecturer}, who has no line in this file.",
            )
    return ProjectsInstance(_market(students, projects, lecturers), _supervisors(projects, capacity))


def write_glasgow_projects(instance: ProjectsInstance, path: Target) -> None:
    """Write an instance of SPA, whole or not at all.

    Ranks are written as tiers. A topic that is its own supervisor gets a lecturer with its seats and an id of its own.

    Raises
    ------
    MarketError
        The format cannot say it: ids other than integers from 0, placement pairs, lower quotas, students that take
        other than one topic, a topic of two supervisors, a supervisor who ranks a student differently for two topics.
    FileError
        The file cannot be written.
    """
    market = instance.market
    check_expressible(market)
    students, projects = list(integers(market.student_ids)), list(integers(market.mentor_ids))
    offered = [topic for _, topics, _ in instance.supervisors for topic in topics]
    named = list(integers(name for name, _, _ in instance.supervisors))
    if len(set(offered)) < len(offered) or not set(offered) <= set(projects) or len(set(named)) < len(named):
        raise MarketError(
            Text(
                zh="导师编号重复,或有题目属于两位导师,或题目不在市场中。",
                en="A supervisor has two entries, or a topic has two supervisors or is not in the market.",
            )
        )
    alone = sorted(set(projects) - set(offered))
    fresh = max(named, default=0) + 1
    own_seats = dict(zip(projects, market.mentor_upper.tolist(), strict=True))
    supervisors = [
        *instance.supervisors,
        *((fresh + number, (topic,), own_seats[topic]) for number, topic in enumerate(alone)),
    ]
    lecturer_of = {topic: name for name, topics, _ in supervisors for topic in topics}
    lines = [f"{market.num_students} {market.num_mentors} {len(supervisors)}"]
    for i in range(market.num_students):
        mine = market.pairs_of_student(i)
        lines.append(tier_line((students[i],), mine, market.student_rank, market.mentor, projects))
    lines += [f"{project} {own_seats[project]} {lecturer_of[project]}" for project in projects]
    for name, topics, upper in supervisors:
        pairs = [market.pairs_of_mentor(market.mentor_index(topic)) for topic in topics]
        mine = np.concatenate([*pairs, np.zeros(0, np.int64)]).astype(np.int64)
        who, first, at = np.unique(market.student[mine], return_index=True, return_inverse=True)
        ranks = market.mentor_rank[mine]
        split = np.flatnonzero(ranks != ranks[first][at])
        if len(split):
            student = students[int(who[at[split[0]]])]
            raise MarketError(
                Text(
                    zh=f"导师 {name} 对学生 {student} 的排序因题目而异。",
                    en=f"Supervisor {name} ranks student {student} differently for two topics.",
                )
            )
        lines.append(tier_line((name, upper), mine[first], market.mentor_rank, market.student, students))
    with atomic_path(path) as temp:
        temp.write_text("\n".join([*lines, ""]), encoding="ascii", newline="\n")


def _header(lines: Lines) -> tuple[int, int, int]:
    number, first = lines.rows[0]
    words = first.split()
    if len(words) != 3 or not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in words):
        lines.refuse(
            number,
            f"第一行应为三个数(学生数、题目数、导师数),现为 {shown(first)}。",
            f"the first line holds the numbers of students, projects and lecturers, got {shown(first)}.",
            maybe=Text(
                zh="HR 和 HRT 的实例(第一行为 0)用 read_glasgow", en="instances of HR and HRT are for read_glasgow"
            ),
        )
    students, projects, lecturers = map(int, words)
    has, needs = len(lines.rows) - 1, students + projects + lecturers
    if has != needs:
        at = lines.rows[-1][0] if has < needs else lines.rows[1 + needs][0]
        lines.refuse(
            at,
            f"开头声明学生 {students}、题目 {projects}、导师 {lecturers},共 {needs} 行,实有 {has} 行。",
            f"the header announces {students} students, {projects} projects and {lecturers} lecturers, {needs} lines; "
            f"there are {has}.",
            maybe=Text(zh="改正第一行,或补全缺少的行", en="mend the first line, or add what is missing"),
        )
    return students, projects, lecturers


def _projects(lines: Lines, rows: tuple[tuple[int, str], ...]) -> dict[int, tuple[int, int]]:
    """Return the capacity and the lecturer of each project."""
    projects: dict[int, tuple[int, int]] = {}
    for number, line in rows:
        tokens = tokens_of(lines, number, line)
        if len(tokens) != 3 or not all(token.isdigit() for token in tokens):
            lines.refuse(
                number,
                "题目一行应为:编号、名额、导师编号。",
                "a project's line is its id, its capacity and its lecturer.",
            )
        project = int(tokens[0])
        if project in projects:
            lines.refuse(number, f"题目 {project} 出现了两次。", f"the project {project} has a second line.")
        projects[project] = seats_of(lines, number, tokens[1]), int(tokens[2])
    return projects


def _market(students: Lists, projects: dict[int, tuple[int, int]], lecturers: Lists) -> Market:
    student_ids, project_ids = sorted(students), sorted(projects)
    index = {project: j for j, project in enumerate(project_ids)}
    table = np.array(
        [
            (i, index[project], rank, lecturers[projects[project][1]][student])
            for i, student in enumerate(student_ids)
            for project, rank in sorted(students[student].items())
            if student in lecturers[projects[project][1]]
        ],
        np.int64,
    ).reshape(-1, 4)
    return Market.from_arrays(
        table[:, 0],
        table[:, 1],
        student_rank=table[:, 2],
        mentor_rank=table[:, 3],
        mentor_upper=np.array([projects[project][0] for project in project_ids], np.int64),
        student_ids=tuple(student_ids),
        mentor_ids=tuple(project_ids),
    )


def _supervisors(
    projects: dict[int, tuple[int, int]], capacity: dict[int, int]
) -> tuple[tuple[int, tuple[int, ...], int], ...]:
    topics: dict[int, list[int]] = {lecturer: [] for lecturer in capacity}
    for project in sorted(projects):
        topics[projects[project][1]].append(project)
    return tuple((lecturer, tuple(topics[lecturer]), capacity[lecturer]) for lecturer in sorted(capacity))
