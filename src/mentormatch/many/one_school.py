"""Solve one school among many: what a worker does, from reading to writing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from mentormatch.base.errors import DataRefusedError, InputError, InternalError, UnsupportedError
from mentormatch.base.text import Language, Text
from mentormatch.district.caps import Cap, DistrictCaps
from mentormatch.documents.open_school import read_roster
from mentormatch.io.files.atomic import atomic_path
from mentormatch.many.outcome import SchoolOutcome, keep, sha256
from mentormatch.many.school_files import SchoolFile
from mentormatch.many.shared_seats import with_seats
from mentormatch.market.market import Market
from mentormatch.matchmaking import build_problem, find_mechanism, match, with_events
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.registry import DEFAULT_NAME
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.report.page import write_page
from mentormatch.report.summary import summarise
from mentormatch.report.workbook import write_result
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.rules.rules_file import Rules, rules_of_school
from mentormatch.rules.rules_in_force import rules_fingerprint, rules_in_force
from mentormatch.study.instances import Instance


@dataclass(frozen=True, kw_only=True)
class ManyOptions:
    """What is asked of every school; see `mentormatch.many.solve_many`."""

    mechanism: str | None = None
    rules: Rules | None = None
    rules_sha256: str = "-"
    on: date | None = None
    seed: int = 0
    time_limit: float | None = None
    accept_issues: bool = False
    lang: Language = "zh"
    pages: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """One school to solve.

    Parameters
    ----------
    school : SchoolFile or Instance
    key, fingerprint : str
        Of the task, and of the input alone.
    out : Path
    options : ManyOptions
    seats : mapping of mentor id to int
        Seats that this school has of mentors whom schools share.
    caps : tuple of Cap
        Caps of the district as far as this school has a share in them.
    coupling : dict
        How the school was coupled with others, for its outcome; empty where it stands alone.
    """

    school: SchoolFile | Instance
    key: str
    fingerprint: str
    out: Path
    options: ManyOptions
    seats: Mapping[str, int] = field(default_factory=dict)
    caps: tuple[Cap, ...] = ()
    coupling: Mapping[str, Any] = field(default_factory=dict)


def solve_one(job: Job) -> SchoolOutcome:
    """Solve a school, write its files, and last of all its outcome.

    Whatever goes wrong with one school is told in its outcome and leaves the others alone. An error of ours is not
    kept, so that the next run tries again.
    """
    name = job.school.name
    try:
        outcome = _solved(job)
        keep(outcome, job.out)
    except InternalError as error:
        return without_result(job, "failed", error.full_text)
    except (InputError, UnsupportedError) as error:
        outcome = without_result(job, "refused", error.full_text)
        keep(outcome, job.out)
    except Exception as error:  # one school must not take the others with it
        if os.environ.get("MENTORMATCH_DEBUG") == "1":
            raise
        kind = type(error).__name__
        text = Text(zh=f"{name}:程序内部错误({kind})。", en=f"{name}: internal error ({kind}).")
        return without_result(job, "failed", text)
    return outcome


def own_options(school: SchoolFile | Instance, options: ManyOptions) -> ManyOptions:
    """Return what is asked of a school: by the rules of its own sheet 规则 where no rules are given for all schools.

    Raises
    ------
    RulesError
        For a sheet of rules that cannot be used.
    """
    if not isinstance(school, SchoolFile):
        return options
    rules = rules_in_force(options.rules, rules_of_school(school.path))
    if options.rules is not None or rules is None:
        return replace(options, rules=rules)
    return replace(options, rules=rules, rules_sha256=rules_fingerprint(None, school.path))


def _solved(job: Job) -> SchoolOutcome:
    job = replace(job, options=own_options(job.school, job.options))
    options, roster = job.options, None
    source: Roster | Market
    if isinstance(job.school, SchoolFile):
        source = roster = with_seats(accepted_roster(job.school, options), job.seats)
    else:
        source = job.school.market(options.seed)
    if roster is not None and job.caps:
        problem = school_problem(roster, options, job.caps)
        result = match(problem, mechanism=mechanism_of(options).name, seed=options.seed, time_limit=options.time_limit)
        result = with_events(result, roster, on=options.on)
    else:
        result = match(
            source,
            mechanism=options.mechanism,
            rules=options.rules,
            on=options.on if roster is not None else None,
            seed=options.seed,
            time_limit=options.time_limit,
        )
    return outcome_of(job, result, roster)


def accepted_roster(school: SchoolFile, options: ManyOptions) -> Roster:
    """Read a school; `DataRefusedError` where it has refused rows and they are not accepted."""
    roster = read_roster(school.path)
    if roster.errors and not options.accept_issues:
        raise DataRefusedError(
            Text(
                zh=f"数据中有 {len(roster.errors)} 处错误,未匹配。",
                en=f"The data has {len(roster.errors)} errors, so nothing was matched.",
            ),
            maybe=Text(
                zh=f"用 mentormatch check {school.path.name} 查看并修正,或加 --accept-issues。",
                en=f"see them with 'mentormatch check {school.path.name}', or add --accept-issues.",
            ),
        )
    return roster


def mechanism_of(options: ManyOptions) -> Mechanism:
    """Return the mechanism that is asked for, as `mentormatch.match` takes it."""
    named = options.mechanism or (options.rules.mechanism if options.rules else None)
    return find_mechanism(named or DEFAULT_NAME)


def taking_part(options: ManyOptions) -> tuple[MentorKind, ...]:
    """Return the kinds of mentors who take part under the rules."""
    return ("in_school",) if options.rules is None else tuple(options.rules.mentor_kinds)


def school_problem(roster: Roster, options: ManyOptions, caps: tuple[Cap, ...] = ()) -> Problem:
    """Return what is asked of a school, with its share of the district's caps."""
    problem = build_problem(roster, mechanism_of(options), rules=options.rules, on=options.on)
    return problem.replace(constraints=(*problem.constraints, DistrictCaps(caps=caps))) if caps else problem


def outcome_of(job: Job, result: Result, roster: Roster | None) -> SchoolOutcome:
    """Write the files of a result and return the outcome that names them."""
    summary = summarise(result, input_sha256=job.fingerprint)
    issues = () if roster is None else roster.issues
    errors = 0 if roster is None else len(roster.errors)
    return SchoolOutcome(
        name=job.school.name,
        key=job.key,
        status=str(result.status),
        summary=summary,
        message=summary["reason"] or {},
        errors=errors,
        warnings=len(issues) - errors,
        files=_written(job, result, roster),
        coupling=dict(job.coupling),
    )


def _written(job: Job, result: Result, roster: Roster | None) -> dict[str, str]:
    """Write the files of a result and return their fingerprints by name."""
    options, files = job.options, []
    if result.matching is not None and roster is not None:
        files.append(job.out / f"{job.school.name}.xlsx")
        made_from = {
            "mechanism": result.mechanism,
            "date": "-" if options.on is None else options.on.isoformat(),
            "school_sha256": roster.fingerprint,
            "rules_sha256": options.rules_sha256,
        }
        write_result(
            result, files[-1], options.lang, issues=roster.issues, on=options.on, roster=roster, made_from=made_from
        )
    elif result.matching is not None:
        files.append(job.out / f"{job.school.name}.npz")
        pairs, market = result.matching.pairs, result.problem.market
        with atomic_path(files[-1]) as temp:
            np.savez_compressed(temp, student=market.student[pairs], mentor=market.mentor[pairs])
    if options.pages and roster is not None:
        files.append(job.out / f"{job.school.name}.html")
        write_page(result, files[-1], options.lang, issues=roster.issues, on=options.on, roster=roster)
    return {file.name: sha256(file) for file in files}


def without_result(job: Job, status: str, text: Text) -> SchoolOutcome:
    """Return the outcome of a school that nothing was solved for, and why."""
    return SchoolOutcome(
        name=job.school.name,
        key=job.key,
        status=status,
        message=text.as_data(),
        errors=0,
        coupling=dict(job.coupling),
    )
