"""The tables of a result, as rows of plain values: what the workbook and the page both show. Ids only, no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mentormatch.base.edition import Edition, EditionName, edition_of
from mentormatch.base.text import SEMICOLON, Language, Text
from mentormatch.explain.fairness import ATTRIBUTES, PUBLIC_ATTRIBUTES, SMALLEST_PUBLIC_GROUP, fairness_account
from mentormatch.explain.fairness_told import group_name
from mentormatch.explain.public_view import in_edition
from mentormatch.io.headers import RESULT_SHEETS, header
from mentormatch.io.record_cells import cells_of
from mentormatch.problem.result import HandOver, Result
from mentormatch.report.edition import shown_issues, shown_rules
from mentormatch.report.on_record import OTHER_ROLE, ROLES, live_rows, record_headers, record_rows
from mentormatch.report.origins import ORIGINS
from mentormatch.report.stage_words import stage_line
from mentormatch.report.summary import summary_lines
from mentormatch.roster.cause import Cause
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster

Value = str | int | float | None

SINCE = {
    "last_term": Text(zh="上学期", en="last term"),
    "round_one": Text(zh="第一轮", en="round one"),
    "given": Text(zh="给定结果", en="the given result"),
    "record": Text(zh="结对记录", en="the record"),
}
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")


@dataclass(frozen=True, slots=True)
class ResultTable:
    """One table.

    Parameters
    ----------
    kind : str
        Its English sheet name.
    title : str
        In the chosen language.
    headers : tuple of str
    rows : list of tuples
        As long as the headers.
    """

    kind: str
    title: str
    headers: tuple[str, ...]
    rows: list[tuple[Value, ...]]


def result_tables(
    result: Result,
    lang: Language,
    *,
    issues: Sequence[DataIssue] = (),
    on: date | None = None,
    made_from: Mapping[str, str] | None = None,
    roster: Roster | None = None,
    edition: EditionName | Edition = "public",
) -> list[ResultTable]:
    """Return the tables of a result in the order in which a reader wants them.

    Parameters
    ----------
    result : Result
    lang : {"zh", "en"}
    issues : sequence of DataIssue
        What the reading found.
    on : date, optional
        The first day of new pairs.
    made_from : mapping of str to str, optional
        What the result was made from, for the summary (`mentormatch.io.read_provenance`).
    roster : Roster, optional
        The school, whose record tells since when a kept pair holds, which are locked, and who is paired in other roles.
    edition : {"public", "school", "staff"}
        What the tables may tell. What became of change requests is for the staff, since it tells what pupils said.
    """
    result = in_edition(result, edition)
    tables = [
        _assignments(result, lang, on),
        _loads(result, lang),
        _unplaced(result, lang),
        _changes(result, lang),
        _record(result, lang, on),
        _requests(result, lang),
        _fairness(result, lang),
        _issues(shown_issues(issues, edition_of(edition)), lang),
        _summary(result, lang, made_from or {}),
    ]
    return [table for table in tables if table.kind != "requests" or result.edition == "staff"]


def _table(kind: str, lang: Language, headers: Sequence[Text | str], rows: list[tuple[Value, ...]]) -> ResultTable:
    shown = tuple(item if isinstance(item, str) else item.in_language(lang) for item in headers)
    return ResultTable(kind, RESULT_SHEETS[kind].in_language(lang), shown, rows)


def _pairing(name: str, lang: Language) -> str:
    return header("pairings", name, lang)


_SHOWN = ("student_id", "mentor_id", "role", "role_name", "state", "valid_from", "valid_to", "origin", "locked")


def _assignments(result: Result, lang: Language, on: date | None) -> ResultTable:
    """Return the pairs that stand after the result: the rows of the record where it is that of a school."""
    headers: list[Text | str] = [
        *(_pairing(name, lang) for name in _SHOWN),
        Text(zh="志愿序号", en="rank"),
        _pairing("reason", lang),
    ]
    rows: list[tuple[Value, ...]] = []
    if result.matching is not None:
        market = result.problem.market
        ranks = dict(zip(result.matching.ids(), market.student_rank[result.matching.pairs].tolist(), strict=True))
        after = _after(result, lang, on)
        for row in live_rows(after, on):
            ids = (row.student_id, row.mentor_id)
            is_main = row.role == "primary" and ids in ranks
            cells = cells_of("pairings", row, lang)
            if is_main and row.origin is None:
                reason = result.pair_reasons.get(ids)
                cells["origin"] = None if reason is None else ORIGINS[reason.origin].in_language(lang)
            told = row.reason or (_why_now(result, ids, lang) if is_main else OTHER_ROLE.in_language(lang))
            rows.append((*(cells[name] for name in _SHOWN), (ranks[ids] or None) if is_main else None, told))
    at = _SHOWN.index("role_name")
    if not any(row[at] for row in rows):  # few schools name their roles
        headers, rows = headers[:at] + headers[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
    return _table("assignments", lang, headers, rows)


def _after(result: Result, lang: Language, on: date | None) -> tuple[Pairing, ...]:
    """Return the record after the result; where there is no school, the pairs alone."""
    if result.record is not None:
        return result.record.rows_after(lang)
    reasons, pairings = result.pair_reasons, []
    for student, mentor in () if result.matching is None else result.matching.ids():
        state, reason = result.state_of(student), reasons.get((student, mentor))
        pairings.append(
            Pairing(
                student_id=str(student),
                mentor_id=str(mentor),
                state=state.name,
                valid_from=on,
                valid_to=state.ends,
                origin=None if reason is None else ORIGINS[reason.origin].in_language(lang),
                reason=None if reason is None else reason.text.in_language(lang),
            )
        )
    return tuple(pairings)


def _why_now(result: Result, ids: tuple[str, str], lang: Language) -> str | None:
    reason = result.pair_reasons.get(ids)
    return None if reason is None else reason.text.in_language(lang)


def _record(result: Result, lang: Language, on: date | None) -> ResultTable:
    """Return the whole record after the result, open rows and ended ones: next term's sheet of pairings."""
    rows = sorted(
        _after(result, lang, on), key=lambda row: (row.student_id, row.valid_from or date.min, row.role, row.mentor_id)
    )
    return _table("record", lang, record_headers(lang), record_rows(rows, lang))


def _yes_or_no(answer: bool, lang: Language) -> str:
    return (YES if answer else NO).in_language(lang)


def _loads(result: Result, lang: Language) -> ResultTable:
    market = result.problem.market
    headers: list[Text | str] = [
        header("mentors", "mentor_id", lang),
        Text(zh="实带人数", en="students"),
        header("mentors", "capacity_min", lang),
        header("mentors", "capacity_max", lang),
        Text(zh="剩余名额", en="free_seats"),
        Text(zh="被选次数", en="times_chosen"),
    ]
    load = np.zeros(market.num_mentors, np.int64) if result.matching is None else result.matching.load
    chosen = np.bincount(market.mentor[market.is_choice], minlength=market.num_mentors)
    columns = zip(
        market.mentor_ids,
        load.tolist(),
        market.mentor_lower.tolist(),
        market.mentor_upper.tolist(),
        chosen.tolist(),
        strict=True,
    )
    rows: list[tuple[Value, ...]] = [
        (str(mentor_id), has, low, high, high - has, times) for mentor_id, has, low, high, times in columns
    ]
    return _table("loads", lang, headers, rows)


def _unplaced(result: Result, lang: Language) -> ResultTable:
    market = result.problem.market
    headers: list[Text | str] = [
        header("students", "student_id", lang),
        Text(zh="志愿数", en="choices"),
        Text(zh="原因", en="reason"),
    ]
    rows: list[tuple[Value, ...]] = []
    if result.matching is not None:
        listed = np.bincount(market.student[market.is_choice], minlength=market.num_students)
        usable = np.bincount(
            market.student[market.is_choice & result.problem.candidates], minlength=market.num_students
        )
        for student in np.flatnonzero(result.matching.degree == 0).tolist():
            why = (
                Text(zh="没有可用的志愿", en="no usable choice")
                if not usable[student]
                else Text(zh="可用的志愿均未能满足", en="none of the usable choices could be had")
            )
            rows.append((str(market.student_ids[student]), int(listed[student]), why.in_language(lang)))
    return _table("unplaced", lang, headers, rows)


def _changes(result: Result, lang: Language) -> ResultTable:
    """Return every change with its hand-over, and the rows of other roles that end."""
    headers: list[Text | str] = [
        header("students", "student_id", lang),
        Text(zh="变动前导师", en="before"),
        Text(zh="变动后导师", en="after"),
        Text(zh="相对于", en="since"),
        Text(zh="原因", en="reason"),
        # Not the input's own header: an English result must not be taken for a sheet of requests.
        Text(zh="依据申请", en="request"),
        header("changes", "effective_date", lang),
        Text(zh="共同负责至", en="overlap_until"),
        Text(zh="交接待办", en="open_items"),
        header("changes", "handover_done", lang),
    ]
    rows: list[tuple[Value, ...]] = []
    due = {(item.student, item.from_mentor): item for item in result.hand_overs}
    for change in result.changes:
        matched = [due.pop((change.student, mentor), None) for mentor in change.before if change.since != "round_one"]
        item = next((found for found in matched if found is not None), None)
        rows.append(
            (
                str(change.student),
                "、".join(str(mentor) for mentor in change.before),
                "、".join(str(mentor) for mentor in change.after),
                SINCE[change.since].in_language(lang),
                change.text.in_language(lang),
                *_hand_over(item, lang),
            )
        )
    told = {(str(change.student), str(mentor)) for change in result.changes for mentor in change.before}
    for row in () if result.record is None else result.record.closed.values():
        if row.end_cause in (None, Cause.SETTLED) or (row.student_id, row.mentor_id) in told:
            continue
        role = row.role_name or ROLES[row.role].in_language(lang)
        cause = row.end_cause.text.in_language(lang)
        rows.append(
            (row.student_id, row.mentor_id, None, SINCE["record"].in_language(lang), f"{cause} ({role})", *(None,) * 5)
        )
    return _table("changes", lang, headers, rows)


def _hand_over(item: HandOver | None, lang: Language) -> tuple[Value, ...]:
    if item is None:
        return (None,) * 5
    if item.open_items is None:
        return None, _day(item.effective), None, None, None
    todo = SEMICOLON.join(each.text for each in item.open_items).in_language(lang)
    done = YES if not item.open_items else NO
    return item.request, _day(item.effective), _day(item.overlap_until), todo or None, done.in_language(lang)


def _requests(result: Result, lang: Language) -> ResultTable:
    headers: list[Text | str] = [
        *(header("changes", name, lang) for name in ("request_id", "student_id", "from_mentor", "to_mentor")),
        Text(zh="已获准", en="granted"),
        Text(zh="已落实", en="carried_out"),
        Text(zh="说明", en="outcome"),
    ]
    rows: list[tuple[Value, ...]] = [
        (
            outcome.request,
            str(outcome.student),
            None if outcome.from_mentor is None else str(outcome.from_mentor),
            None if outcome.to_mentor is None else str(outcome.to_mentor),
            (YES if outcome.granted else NO).in_language(lang),
            (YES if outcome.carried_out else NO).in_language(lang),
            outcome.text.in_language(lang),
        )
        for outcome in result.requests
    ]
    return _table("requests", lang, headers, rows)


def _fairness(result: Result, lang: Language) -> ResultTable:
    """Return what each group of students got; nothing by care, and no group so small that it tells of each pupil."""
    worst = int(result.problem.market.student_rank.max(initial=0))
    headers: list[Text | str] = [
        Text(zh="分组", en="by"),
        Text(zh="群体", en="group"),
        Text(zh="学生", en="students"),
        Text(zh="填报", en="listed_somebody"),
        *(Text(zh=f"第{rank}志愿", en=f"choice {rank}") for rank in range(1, worst + 1)),
        Text(zh="延续", en="kept"),
        Text(zh="统筹", en="coordinated"),
        Text(zh="未安置", en="unplaced"),
        Text(zh="平均志愿", en="mean_choice"),
    ]
    rows: list[tuple[Value, ...]] = []
    if result.matching is not None:
        account = fairness_account(result, attributes=PUBLIC_ATTRIBUTES, smallest=SMALLEST_PUBLIC_GROUP)
        for group in account.groups:
            by = ATTRIBUTES.get(group.attribute)
            rows.append(
                (
                    None if by is None else by.in_language(lang),
                    group_name(group).in_language(lang),
                    group.students,
                    group.asked,
                    *group.ranks,
                    group.kept,
                    group.coordinated,
                    group.unplaced,
                    None if group.mean_rank is None else f"{group.mean_rank:.2f}",
                )
            )
    return _table("fairness", lang, headers, rows)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _issues(issues: Sequence[DataIssue], lang: Language) -> ResultTable:
    headers: list[Text | str] = [
        Text(zh="工作表", en="sheet"),
        Text(zh="单元格", en="cell"),
        Text(zh="行", en="row"),
        Text(zh="列", en="column"),
        Text(zh="代码", en="code"),
        Text(zh="级别", en="severity"),
        Text(zh="说明", en="message"),
        Text(zh="建议", en="suggestion"),
    ]
    severity = {"error": Text(zh="错误", en="error"), "warning": Text(zh="提示", en="warning")}
    rows: list[tuple[Value, ...]] = [
        (
            issue.sheet,
            issue.cell,
            issue.row,
            issue.column,
            issue.code,
            severity[issue.severity].in_language(lang),
            issue.message.in_language(lang),
            None if issue.suggestion is None else issue.suggestion.in_language(lang),
        )
        for issue in issues
    ]
    return _table("issues", lang, headers, rows)


def _summary(result: Result, lang: Language, made_from: Mapping[str, str]) -> ResultTable:
    rows: list[tuple[Value, ...]] = [(line,) for line in summary_lines(result, lang)]
    rows += [(stage_line(stage).in_language(lang),) for stage in result.stages]
    rows += [(rule.in_language(lang),) for rule in shown_rules(result)]
    rows += [(f"{key} = {value}",) for key, value in {"seed": str(result.seed), **made_from}.items()]
    return _table("summary", lang, [Text(zh="摘要", en="summary")], rows)
