"""The account of mentors' work as tables: the totals, the months, and the rows of the record behind them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from mentormatch.base.edition import Edition
from mentormatch.base.text import Language, Text
from mentormatch.report.on_record import ROLES
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.roster import Roster
from mentormatch.year.accounts import Terms, WorkAccount

TOTAL = Text("合计", "total")


def account_tables(
    found: WorkAccount,
    roster: Roster,
    terms: Terms,
    *,
    activities: Mapping[str, int] | None,
    edition: Edition,
    lang: Language,
    span: tuple[date, date],
) -> list[ResultTable]:
    """Return the totals by mentor, the months, the rows behind them, and how it was counted.

    Parameters
    ----------
    found : WorkAccount
    roster : Roster
    terms : Terms
    activities : mapping of mentor id to int or None
        None where the school keeps no list of them.
    edition : Edition
    lang : {"zh", "en"}
    span : tuple of date
        The first and the last day.
    """
    names = {mentor.mentor_id: mentor.name for mentor in roster.mentors} if edition.names else None
    paid = terms.allowance is not None
    return [
        _totals(found, terms, activities, names, lang),
        _months(found, names, paid, lang),
        _rows(found, names, roster if edition.names else None, lang),
        _how(found, terms, span, lang),
    ]


def _who(mentor_id: str, names: Mapping[str, str] | None) -> tuple[str, ...]:
    return (mentor_id,) if names is None else (mentor_id, names.get(mentor_id, ""))


def _head(names: Mapping[str, str] | None) -> list[Text]:
    return [Text("工号", "mentor id"), *([] if names is None else [Text("导师姓名", "mentor")])]


def _table(kind: str, title: Text, headers: list[Text], rows: list[tuple[Value, ...]], lang: Language) -> ResultTable:
    return ResultTable(kind, title.in_language(lang), tuple(text.in_language(lang) for text in headers), rows)


def _totals(
    found: WorkAccount,
    terms: Terms,
    activities: Mapping[str, int] | None,
    names: Mapping[str, str] | None,
    lang: Language,
) -> ResultTable:
    paid = terms.allowance is not None
    headers = [*_head(names), Text("月数", "months"), Text("在岗带生天数", "days"), Text("课时", "periods")]
    headers += [Text("津贴(元)", "allowance")] if paid else []
    headers += [Text("活动次数", "activities"), Text("应不少于", "at least")] if activities is not None else []
    rows: list[tuple[Value, ...]] = []
    all_days, all_periods, all_money = 0, Decimal(0), Decimal(0)
    for mentor_id in sorted({each.mentor_id for each in found.months}):
        mine = [each for each in found.months if each.mentor_id == mentor_id]
        days = sum(each.days for each in mine)
        periods = sum((each.periods for each in mine), Decimal(0))
        money = sum((each.allowance or Decimal(0) for each in mine), Decimal(0))
        all_days, all_periods, all_money = all_days + days, all_periods + periods, all_money + money
        rows.append(
            (
                *_who(mentor_id, names),
                len(mine),
                days,
                float(periods),
                *([float(money)] if paid else []),
                *([] if activities is None else [activities.get(mentor_id, 0), terms.activities]),
            )
        )
    blank: tuple[Value, ...] = () if names is None else (None,)
    last: list[Value] = [TOTAL.in_language(lang), *blank, None, all_days, float(all_periods)]
    last += [float(all_money)] if paid else []
    last += [None, None] if activities is not None else []
    return _table("totals", TOTAL, headers, [*rows, tuple(last)], lang)


def _months(found: WorkAccount, names: Mapping[str, str] | None, paid: bool, lang: Language) -> ResultTable:
    headers = [Text("月份", "month"), *_head(names), Text("当月天数", "days of the month")]
    headers += [Text("在岗带生天数", "days"), Text("带生人数", "pupils"), Text("课时", "periods")]
    headers += [Text("津贴(元)", "allowance")] if paid else []
    rows: list[tuple[Value, ...]] = [
        (
            f"{each.month:%Y-%m}",
            *_who(each.mentor_id, names),
            each.days_of_month,
            each.days,
            each.pupils,
            float(each.periods),
            *([] if each.allowance is None else [float(each.allowance)]),
        )
        for each in found.months
    ]
    return _table("months", Text("按月", "months"), headers, rows, lang)


def _rows(found: WorkAccount, names: Mapping[str, str] | None, roster: Roster | None, lang: Language) -> ResultTable:
    headers = [*_head(names), Text("学号", "student id"), *([] if roster is None else [Text("姓名", "name")])]
    headers += [
        Text("角色", "role"),
        Text("计入自", "counted from"),
        Text("计入至", "counted to"),
        Text("天数", "days"),
    ]
    pupils = {} if roster is None else {each.student_id: each.name for each in roster.students}
    rows: list[tuple[Value, ...]] = [
        (
            *_who(span.mentor_id, names),
            span.student_id,
            *([] if roster is None else [pupils.get(span.student_id, "")]),
            ROLES[span.role].in_language(lang),
            span.first.isoformat(),
            span.last.isoformat(),
            span.num_days,
        )
        for span in found.spans
    ]
    return _table("basis", Text("依据", "basis"), headers, rows, lang)


def _how(found: WorkAccount, terms: Terms, span: tuple[date, date], lang: Language) -> ResultTable:
    lines = [
        Text("时间:{} 至 {}", "From {} to {}").format(span[0].isoformat(), span[1].isoformat()),
        Text(
            "带生天数:当天至少带一名学生(主导师、协同导师)就算一天,带几名都只算一天;暂代的天数算给暂代的导师。",
            "Days: a day with at least one pupil, as main or supporting mentor, counts once; a cover counts for "
            "whoever stands in.",
        ),
        Text(
            "课时 = {} × 天数 ÷ 当月天数,四舍五入到两位。", "Periods = {} x days / days of the month, to two places."
        ).format(terms.periods),
        Text("班主任与其他导师同样计算;不计超工作量。", "Head teachers count like all others; there is no overtime."),
    ]
    if terms.allowance is not None:
        lines.append(
            Text(
                "津贴 = 班主任月津贴 {} 元 × {} × 天数 ÷ 当月天数,四舍五入到分。",
                "Allowance = {} of a head teacher a month x {} x days / days of the month, to two places.",
            ).format(float(terms.allowance), terms.share)
        )
    if found.left_out:
        lines.append(
            Text(
                "{} 条已结束的结对没有写结束日期,没有计入。", "{} rows were ended without a last day and are left out."
            ).format(found.left_out)
        )
    return _table(
        "how", Text("说明", "how"), [Text("说明", "how")], [(each.in_language(lang),) for each in lines], lang
    )
