"""A result file and its school, read together for the commands that explain it."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mentormatch.problem.result import Result
    from mentormatch.roster.pairing import Pairing


def load_result(school: Path, result_file: Path, rules: Path | None, before: Path | None = None) -> "Result":
    """Return a stored result; refuse one that was not made from this school and these rules.

    A repair says what had changed since: who went on leave, whose seats are others. With the result `before` that it
    repaired it can be made again.
    """
    from mentormatch.base.errors import InputError
    from mentormatch.base.text import Text
    from mentormatch.cli.rematch import OF_RECORD
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.files.fingerprint import fingerprint
    from mentormatch.io.read_assignments import read_assignments
    from mentormatch.io.read_provenance import read_provenance
    from mentormatch.io.read_record import read_record
    from mentormatch.record.cover import with_cover
    from mentormatch.record.merged import with_record
    from mentormatch.record.staffing import with_leave, with_seats
    from mentormatch.roster.standing import standing_pairings
    from mentormatch.rules.rules_file import read_rules, rules_of_school
    from mentormatch.rules.rules_in_force import rules_fingerprint
    from mentormatch.stored_result import stored_result

    roster = read_roster(school)
    pairs, made = read_assignments(result_file), read_provenance(result_file)
    if made["school_sha256"] != roster.fingerprint:
        raise InputError(
            Text(
                zh=f"{result_file} 不是由 {school} 得出的(或学校文件后来改过),不能据此说明。",
                en=f"{result_file} was not made from {school}, or that file has changed since: it cannot be explained.",
            ),
            maybe=Text(zh="请给出求解时所用的学校文件。", en="give the school file that it was made from."),
        )
    wanted = made.get("rules_sha256", "-")
    if wanted != rules_fingerprint(rules, school):
        raise InputError(
            Text(
                zh="求解时所用的规则文件与 --rules 不同。" if wanted != "-" else "求解时没有用规则文件。",
                en="The result was made with another rules file." if wanted != "-" else "It was made without rules.",
            ),
            maybe=Text(zh="请用 --rules 给出同一份文件。", en="give the same file with --rules.")
            if wanted != "-"
            else Text(zh="去掉 --rules。", en="leave --rules out."),
        )
    day = date.fromisoformat(made["date"]) if made.get("date", "-") != "-" else None
    pairs = that_stand(pairs, read_record(result_file), day)
    seats = {mentor: int(number) for mentor, number in json.loads(made.get("seats", "[]"))}
    roster = with_seats(with_leave(roster, json.loads(made.get("leave", "[]"))), seats)
    if before is not None and made.get("before_sha256") != fingerprint(before):
        raise InputError(
            Text(
                zh=f"{result_file} 不是由 {before} 修订得出的。",
                en=f"{result_file} is no repair of {before}.",
            ),
            maybe=Text(
                zh="--before 只用于 mentormatch rematch 的结果,须给出当时修订的那份文件。",
                en="--before is for results of mentormatch rematch: give the file that it repaired.",
            ),
        )
    given: tuple[tuple[str, str], ...] | None = None
    if before is not None:
        given = read_assignments(before)
        roster = with_record(roster, read_record(before))
    elif made.get("before_sha256") == OF_RECORD:
        given = tuple((row.student_id, row.mentor_id) for row in standing_pairings(roster.pairings, day))
    covers = {mentor: date.fromisoformat(last) for mentor, last in json.loads(made.get("covers", "[]"))}
    return stored_result(
        with_cover(roster, covers, day),
        pairs,
        mechanism=made["mechanism"],
        rules=rules_of_school(school) if rules is None else read_rules(rules),
        on=day,
        seed=int(made.get("seed", "0")),
        before=given,
        fixed=[(student, mentor) for student, mentor in json.loads(made.get("fixed", "[]"))],
    )


def that_stand(
    pairs: "Iterable[tuple[str, str]]", record: "Iterable[Pairing]", on: date | None
) -> tuple[tuple[str, str], ...]:
    """Return the main pairs of a result that stand on a day, as far as its record tells.

    A student with a cover has two main rows there: of the one who stands in, and of the one who comes back.
    """
    from mentormatch.roster.standing import standing_pairings

    stands = {row.student_id: row.mentor_id for row in standing_pairings(record, on)}
    return tuple(ends for ends in pairs if stands.get(ends[0], ends[1]) == ends[1])
