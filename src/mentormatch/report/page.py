"""The report page: a result as one self-contained HTML file in both languages, for screen, phone and printer."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from mentormatch.base.edition import PUBLIC, Edition
from mentormatch.base.errors import InputError
from mentormatch.base.text import Language, Text
from mentormatch.explain.public_view import in_edition
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.streams import Target
from mentormatch.problem.result import Result
from mentormatch.report.edition import shown_conflict, shown_issues, shown_repairs, shown_rules
from mentormatch.report.fairness_part import fairness_part
from mentormatch.report.findings import findings
from mentormatch.report.flow_of_students import flow_of_students
from mentormatch.report.headline import headline
from mentormatch.report.people_table import people_table
from mentormatch.report.pictures import picture_of_classes, picture_of_loads, picture_of_ranks, picture_of_seats
from mentormatch.report.staff_part import staff_part
from mentormatch.report.stage_words import stage_words
from mentormatch.report.status_words import STATUS
from mentormatch.report.summary import summarise
from mentormatch.report.tables import SINCE
from mentormatch.report.whys import whys_of_students
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.roster import Roster
from mentormatch.solvers.choose import engine_words

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).with_name("templates")


def write_page(
    result: Result,
    path: Target,
    lang: Language,
    *,
    issues: Sequence[DataIssue] = (),
    on: date | None = None,
    roster: Roster | None = None,
    staff: bool = False,
    names: bool = False,
) -> None:
    """Write a result as one HTML page, whole or not at all.

    The page asks the network for nothing; its policy forbids it. Both languages are in it, and a button changes between
    them. A result without a matching gets a page too: it shows what is missing.

    Parameters
    ----------
    result : Result
    path : path-like or file object
    lang : {"zh", "en"}
        The language that the page opens in.
    issues : sequence of DataIssue
        What the reading found.
    on : date, optional
        The day of the matching.
    roster : Roster, optional
        Needed for names.
    staff : bool
        With care, vetoes and avoid lists: for those in the school who may see them.
    names : bool
        With the names of students and mentors; ids alone otherwise.

    Raises
    ------
    InputError
        When names are wanted and there is no roster.
    FileError
        When the file cannot be written.

    Notes
    -----
    Same result and options, same bytes. Text from the file is escaped wherever it stands.
    """
    if names and roster is None:
        raise InputError(
            Text(zh="要显示姓名,需要 roster。", en="Names were asked for, but there is no roster to take them from.")
        )
    html = page_html(result, lang, issues=issues, on=on, roster=roster, edition=Edition(staff=staff, names=names))
    with atomic_path(path) as temp:
        temp.write_text(html, encoding="utf-8")


def page_html(
    result: Result,
    lang: Language,
    *,
    issues: Sequence[DataIssue] = (),
    on: date | None = None,
    roster: Roster | None = None,
    edition: Edition = PUBLIC,
) -> str:
    """Return the page as text; see `write_page`."""
    whole, result = result, in_edition(result, edition)
    found = shown_issues(issues, edition)
    people = people_table(result, roster, edition, whys_of_students(result))
    texts: dict[Text, int] = {}
    style, script = _asset("page.css"), _asset("page.js")
    context: dict[str, Any] = {
        "lang": lang,
        "on": on,
        "edition": edition,
        "result": result,
        "summary": summarise(result),
        "engine": engine_words(result.engine),
        "status": STATUS[result.status],
        "cards": headline(result),
        "repairs": shown_repairs(result),
        "reason": None if result.shortage is None else result.shortage.text,
        "conflict": shown_conflict(result.conflict),
        "seats": picture_of_seats(result),
        "hand_overs": result.hand_overs,
        "requests": result.requests if edition.staff else (),
        "ranks": picture_of_ranks(result),
        "flow": flow_of_students(result),
        "loads": picture_of_loads(result),
        "classes": picture_of_classes(result),
        "fairness": fairness_part(result, edition),
        "people": people,
        "class_names": [name for _, name in sorted({(person.class_order, person.class_name) for person in people})],
        "whys": [[texts.setdefault(why, len(texts)) for why in person.whys] for person in people],
        "texts": [[text.zh, text.en] for text in texts],
        "changes": [(change, SINCE[change.since]) for change in result.changes],
        "issues": found,
        "findings": findings(found),
        "rules": shown_rules(result),
        "stages": [(stage_words(stage.name), stage) for stage in result.stages],
        "staff": staff_part(whole) if edition.staff else None,
        "style": style,
        "style_hash": _source_hash(style),
        "script": script,
        "script_hash": _source_hash(script),
    }
    return _template().render(context)


def _asset(name: str) -> Markup:
    """Return a file of ours that goes into the page as it is."""
    return Markup((_TEMPLATES / name).read_text("utf-8"))  # noqa: S704  # our own file


def _source_hash(text: str) -> str:
    """Return what the content security policy calls an inline style or script of ours, so that no other may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Chinese as itself: a third of the page would be escapes.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    return environment.get_template("page.html")
