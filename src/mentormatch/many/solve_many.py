"""Solve many schools: what is done is kept, so that a run that was stopped goes on where it was."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from mentormatch.base.errors import InputError, MentorMatchError
from mentormatch.base.parallel import run_unordered
from mentormatch.base.text import Language, Text
from mentormatch.district.caps import Cap
from mentormatch.io.files.fingerprint import fingerprint as content_of
from mentormatch.io.files.lock import locked
from mentormatch.many.clusters import Demand, clusters, demand_of
from mentormatch.many.district_file import District, read_district
from mentormatch.many.joint_schools import MAX_JOINT_PAIRS, ClusterJob, solve_task
from mentormatch.many.one_school import Job, ManyOptions, accepted_roster, own_options, taking_part
from mentormatch.many.outcome import SchoolOutcome, kept
from mentormatch.many.school_files import SchoolFile, distinct_names, find_schools
from mentormatch.matchmaking import find_mechanism
from mentormatch.rules.rules_file import Rules, read_rules
from mentormatch.study.instances import Instance
from mentormatch.study.instances import fingerprint as description_of
from mentormatch.version import __version__

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False, repr=False)
class ManyResult:
    """The outcomes of many schools.

    Parameters
    ----------
    outcomes : tuple of SchoolOutcome
        In the order of their names.
    computed, reused : int
        Schools that this run solved, and those that were there from an earlier one.
    """

    outcomes: tuple[SchoolOutcome, ...]
    computed: int
    reused: int

    def __repr__(self) -> str:
        solved = sum(outcome.is_solved for outcome in self.outcomes)
        return f"ManyResult({solved} of {len(self.outcomes)} schools solved, {self.reused} from earlier runs)"

    def __getitem__(self, name: str) -> SchoolOutcome:
        """Return the outcome of a school by its name."""
        for outcome in self.outcomes:
            if outcome.name == name:
                return outcome
        raise KeyError(name)


def solve_many(
    schools: Path | str | Iterable[SchoolFile | Instance],
    out: Path | str,
    *,
    mechanism: str | None = None,
    rules: Rules | Path | str | None = None,
    on: date | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    accept_issues: bool = False,
    shared: Mapping[str, int] | None = None,
    district: District | Path | str | None = None,
    coupling: Literal["joint", "split"] = "joint",
    max_joint_pairs: int = MAX_JOINT_PAIRS,
    pages: bool = False,
    lang: Language = "zh",
    workers: int = 1,
    backend: str | None = None,
    on_progress: Progress | None = None,
) -> ManyResult:
    """Solve many schools, each apart but for those that are linked, and keep each result as soon as it is there.

    Parameters
    ----------
    schools : path, or iterable of SchoolFile or Instance
        A folder of workbooks and of folders of CSV files; or descriptions of markets as in `mentormatch.study`, each
        drawn or read by the worker that solves it.
    out : path
        A folder for the results. Of each school NAME it gets ``NAME.json`` (the summary) and ``NAME.xlsx``, or for a
        market ``NAME.npz`` with the indices ``student`` and ``mentor`` of the matched pairs.
    mechanism, on, seed, time_limit
        As in `mentormatch.match`, the same for all schools. `on` concerns workbooks only.
    rules : Rules or path, optional
        The rules, or the file that they are written in. Without them a school's own sheet of rules counts.
    accept_issues : bool
        Match the accepted rows of workbooks with refused ones.
    shared : mapping of mentor id to int, optional
        Seats, in all schools together, of mentors whom several schools share. Workbooks only.
    district : District or path, optional
        Shared mentors and caps over several mentors, or the file that they are written in
        (`mentormatch.many.district_file`). Workbooks only.
    coupling : {"joint", "split"}
        How schools that are linked by shared mentors or caps are solved: together as one market, to the optimum over
        all of them (`mentormatch.district`), or each apart with a share by demand (`mentormatch.many.shared_seats`).
        Where "joint" cannot be had, they are split, and their outcomes say why.
    max_joint_pairs : int
        Linked schools with more candidate pairs are split.
    pages : bool
        Also write a page for each workbook, ``NAME.html``.
    lang : {"zh", "en"}
        Of the files.
    workers : int
        Processes; -1 takes every core.
    backend : str, optional
        A joblib backend by name: "loky" (default with several workers), "threading", "dask", "ray". The workers of a
        cluster must reach `schools` and `out` under the same paths.
    on_progress : callable, optional
        Called with (schools done, schools in all) at the start and after each school.

    Returns
    -------
    ManyResult
        The same for any number of workers, any backend, and however often the run was stopped and started again.

    Raises
    ------
    InputError
        For two schools of one name, a mechanism or a backend that does not exist.
    FileError
        When the folder of results cannot be written, or another run is writing it.

    Notes
    -----
    A school is solved again only when its input, an option or the version of this package has changed, or a file of
    its result. Whatever is wrong with one school is told in its outcome and does not stop the others.
    """
    out = Path(out)
    if mechanism is not None:
        find_mechanism(mechanism)
    given = find_schools(Path(schools), without=[out]) if isinstance(schools, (str, Path)) else tuple(schools)
    distinct_names(school.name for school in given)
    options = ManyOptions(
        mechanism=mechanism,
        rules=read_rules(rules) if isinstance(rules, (str, Path)) else rules,
        rules_sha256=_rules_sha256(rules),
        on=on,
        seed=seed,
        time_limit=time_limit,
        accept_issues=accept_issues,
        lang=lang,
        pages=pages,
    )
    ordered = sorted(given, key=lambda school: school.name)
    with _results_folder(out):
        links = read_district(district) if isinstance(district, (str, Path)) else district or District()
        links = links.with_shared(shared or {})
        tasks = _tasks(ordered, out, options, links, workers=workers, backend=backend)
        tasks = [_coupled(task, coupling, max_joint_pairs) if isinstance(task, ClusterJob) else task for task in tasks]
        outcomes: dict[str, SchoolOutcome] = {}
        todo: list[Job | ClusterJob] = []
        for task in tasks:
            jobs = task.jobs if isinstance(task, ClusterJob) else (task,)
            known = [found for job in jobs if (found := kept(out, job.school.name, job.key)) is not None]
            if len(known) < len(jobs):
                todo.append(task)
            else:
                outcomes |= {outcome.name: outcome for outcome in known}
        reused = len(outcomes)
        if on_progress is not None:
            on_progress(reused, len(ordered))
        # The largest first: a cluster that starts last would keep one worker busy alone.
        todo.sort(key=lambda task: -len(task.jobs) if isinstance(task, ClusterJob) else 0)
        for done in run_unordered(solve_task, todo, workers=workers, backend=backend):
            outcomes |= {outcome.name: outcome for outcome in done}
            if on_progress is not None:
                on_progress(len(outcomes), len(ordered))
    return ManyResult(tuple(outcomes[school.name] for school in ordered), len(ordered) - reused, reused)


@contextmanager
def _results_folder(out: Path) -> Iterator[None]:
    """Make the folder, keep other runs out of it, and clear away what a killed run left half written."""
    with locked(out):
        for torn in out.glob(".mentormatch-*"):
            torn.unlink(missing_ok=True)
        yield


def _job(
    school: SchoolFile | Instance,
    out: Path,
    options: ManyOptions,
    asked: str,
    seats: Mapping[str, int],
    caps: tuple[Cap, ...] = (),
) -> Job:
    try:
        content = content_of(school.path) if isinstance(school, SchoolFile) else description_of(school)
    except OSError:  # the worker meets it again and tells of it
        content = "unreadable"
    linked = [cap.model_dump(mode="json") for cap in caps]
    text = json.dumps([__version__, school.name, content, asked, sorted(seats.items()), linked], ensure_ascii=True)
    return Job(
        school=school,
        key=hashlib.sha256(text.encode()).hexdigest(),
        fingerprint=content,
        out=out,
        options=options,
        seats=seats,
        caps=caps,
    )


def _described(options: ManyOptions) -> str:
    rules = None if options.rules is None else options.rules.model_dump(mode="json")
    on = None if options.on is None else options.on.isoformat()
    rest = [options.mechanism, options.seed, options.time_limit, options.accept_issues, options.lang, options.pages]
    return json.dumps([rules, options.rules_sha256, on, *rest], sort_keys=True)


def _rules_sha256(rules: Rules | Path | str | None) -> str:
    """Return what ``mentormatch explain`` compares with the rules file that it is given."""
    if rules is None:
        return "-"
    if isinstance(rules, Rules):
        return hashlib.sha256(rules.model_dump_json().encode()).hexdigest()
    return content_of(Path(rules))


# -- what links schools ------------------------------------------------------------------------------------------


def _tasks(
    schools: Sequence[SchoolFile | Instance],
    out: Path,
    options: ManyOptions,
    district: District,
    *,
    workers: int,
    backend: str | None,
) -> list[Job | ClusterJob]:
    """Return the units of work: schools that are linked together, and all others one by one."""
    asked = _described(options)
    if district.is_empty:
        return [_job(school, out, options, asked, {}) for school in schools]
    files = [school for school in schools if isinstance(school, SchoolFile)]
    if len(files) < len(schools):
        raise InputError(
            Text(
                zh="共享导师和区域上限只适用于学校工作簿。",
                en="Only schools in workbooks can share mentors or have caps.",
            ),
        )
    look = partial(_demand, district=district, options=options)
    demand = dict(sorted(run_unordered(look, files, workers=workers, backend=backend)))
    jobs = {}
    for school in files:
        own = demand[school.name]
        seats = {mentor: district.shared[mentor] for mentor in own.seats}
        caps = tuple(
            Cap(name=cap.name, mentors=own.members[cap.name], upper=cap.upper)
            for cap in district.caps
            if own.members.get(cap.name) and own.cap_seats[cap.name] > cap.upper
        )
        jobs[school.name] = _job(school, out, options, asked, seats, caps)
    linked = clusters(demand, district)
    tasks: list[Job | ClusterJob] = [
        ClusterJob(jobs=tuple(replace(jobs[name], seats={}, caps=()) for name in names), district=district)
        for names in linked
    ]
    alone = set(jobs) - {name for names in linked for name in names}
    return [*tasks, *(jobs[name] for name in sorted(alone))]


def _coupled(cluster: ClusterJob, coupling: str, max_pairs: int) -> ClusterJob:
    """Return a cluster whose outcomes belong to it as a whole: one of other schools or rules has other keys."""
    whole = [cluster.district.model_dump_json(), coupling, max_pairs, *(job.key for job in cluster.jobs)]
    digest = hashlib.sha256(json.dumps(whole).encode()).hexdigest()
    jobs = tuple(replace(job, key=hashlib.sha256(f"{job.key}{digest}".encode()).hexdigest()) for job in cluster.jobs)
    return replace(cluster, jobs=jobs, coupled=coupling == "joint", max_pairs=max_pairs)


def _demand(school: SchoolFile, *, district: District, options: ManyOptions) -> tuple[str, Demand]:
    try:
        kinds = taking_part(own_options(school, options))
        return school.name, demand_of(accepted_roster(school, options), district, kinds)
    except MentorMatchError:  # told when the school is solved
        return school.name, Demand()
