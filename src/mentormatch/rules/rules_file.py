"""The rules file: TOML to rules, stages, priorities and mechanism."""

import codecs
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from mentormatch.base.errors import FileError, MentorMatchError, RulesError
from mentormatch.base.text import Text
from mentormatch.constraints import CONSTRAINTS, AnyConstraint
from mentormatch.io.own_columns import with_fields
from mentormatch.io.survey.mapping import SurveyMapping
from mentormatch.objectives import STAGES, AnyStage
from mentormatch.record.regrouping import Regrouping, regrouped
from mentormatch.roster.roster import Roster
from mentormatch.roster.school_field import SchoolField
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.rules.growth_plan import GrowthPlan
from mentormatch.rules.peer_plan import PeerPlan
from mentormatch.rules.role_plan import RolePlan
from mentormatch.school.priorities import PRIORITIES, PriorityGroup, Tier

TEAMS: dict[str, type[BaseModel]] = {"roles": RolePlan, "growth_groups": GrowthPlan, "peers": PeerPlan}
"""Tables on teams: what the commands of these names read."""

KEYS = (
    *("mechanism", "priorities", "mentor_kinds", "choice_rounds", "regroup", "survey"),
    *TEAMS,
    *("field", "constraint", "stage"),
)

# What pydantic's errors mean to somebody who writes a rules file; {expected}, {ge}, ... come with the error.
EXPECTED: dict[str, Text] = {
    "bool_type": Text(zh="true 或 false", en="true or false"),
    "date_type": Text(zh="日期,如 2025-09-01(不加引号)", en="a date such as 2025-09-01, without quotes"),
    "greater_than_equal": Text(zh="不小于 {ge} 的数", en="a number not below {ge}"),
    "less_than_equal": Text(zh="不大于 {le} 的数", en="a number not above {le}"),
    "int_type": Text(zh="整数", en="a whole number"),
    "literal_error": Text(zh="{expected} 之一", en="one of {expected}"),
    "model_type": Text(
        zh="{{ student = ..., mentor = ... }} 或 [学号, 工号]",
        en="{{ student = ..., mentor = ... }} or [student, mentor]",
    ),
    "string_type": Text(zh="文本(加引号)", en="text in quotes"),
    "string_too_short": Text(zh="不为空的文本", en="text that is not empty"),
    "too_short": Text(zh="至少 {min_length} 项的列表", en="a list of at least {min_length}"),
    "too_long": Text(zh="{max_length} 项的列表", en="a list of {max_length}"),
    "tuple_type": Text(zh="列表 [...]", en="a list [...]"),
}


class Rules(BaseModel):
    """What a rules file says; what it does not say stays with the defaults.

    A rule replaces the default rules of its kind and is added where there is none. Stages replace all default stages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mechanism: str | None = Field(default=None, description="two_round, or another of `mentormatch.mechanisms`.")
    priorities: tuple[Tier, ...] | None = Field(default=None, description="The order in which mentors take students.")
    mentor_kinds: tuple[MentorKind, ...] = Field(default=("in_school",), description="Which mentors take part.")
    choice_rounds: tuple[int, ...] = Field(
        default=(), description="How many choices each round takes; default all at once."
    )
    regroup: Regrouping | None = Field(
        default=None, description="Classes that move up, split or merge before the matching."
    )
    survey: SurveyMapping | None = Field(default=None, description="Which question of a survey fills which column.")
    roles: RolePlan | None = Field(default=None, description="Roles beside the primary one, for `mentormatch roles`.")
    growth_groups: GrowthPlan | None = Field(
        default=None, description="Growth groups, for `mentormatch growth-groups`."
    )
    peers: PeerPlan | None = Field(default=None, description="Peer mentors, for `mentormatch peers`.")
    fields: tuple[SchoolField, ...] = Field(
        default=(),
        validation_alias=AliasChoices("field", "fields"),
        serialization_alias="field",
        description="The school's own columns.",
    )
    constraints: tuple[AnyConstraint, ...] = Field(
        default=(),
        validation_alias=AliasChoices("constraint", "constraints"),
        serialization_alias="constraint",
        description="Rules, each with its kind.",
    )
    stages: tuple[AnyStage, ...] | None = Field(
        default=None,
        validation_alias=AliasChoices("stage", "stages"),
        serialization_alias="stage",
        description="Stages, most important first.",
    )

    def applied_to(self, roster: Roster) -> tuple[Roster, Self]:
        """Return a school with its own columns read and its students in their new classes, and the rules less that."""
        roster = with_fields(roster, self.fields)
        if self.regroup is not None:
            roster = regrouped(roster, self.regroup)
        return roster, self.model_copy(update={"regroup": None, "fields": ()})

    def dated(self, on: date | None) -> Self:
        """Return the rules for the day of the matching: entries of rules without a day of their own expire by it."""
        if on is None:
            return self
        dated = tuple(
            rule.model_copy(update={"on": on}) if getattr(rule, "on", on) is None else rule for rule in self.constraints
        )
        return self.model_copy(update={"constraints": dated})


def read_rules(path: str | Path) -> Rules:
    """Read a rules file.

    Parameters
    ----------
    path : str or Path
        TOML with the optional keys ``mechanism``, ``priorities``, ``mentor_kinds`` and ``choice_rounds`` and the tables
        ``[[constraint]]`` and ``[[stage]]``, each with a ``kind`` and that rule's or stage's parameters.

    Raises
    ------
    FileError
        When the file cannot be read.
    RulesError
        When it is no TOML, or says something that makes no sense: all problems at once, each with its place, what was
        given, what was expected, and what may have been meant.
    """
    path = Path(path)
    found = _Findings()
    data = _tuples(_parse(path))
    for key in data:
        if key not in KEYS:
            found.add(key, "没有这个键", "there is no such key", near=get_close_matches(key, KEYS), known=KEYS)
    rules: dict[str, Any] = {
        "mechanism": _mechanism(data.get("mechanism"), found),
        "priorities": _priorities(data.get("priorities"), found),
        "mentor_kinds": _mentor_kinds(data.get("mentor_kinds", ("in_school",)), found),
        "choice_rounds": _choice_rounds(data.get("choice_rounds", ()), found),
        "regroup": _model(Regrouping, data["regroup"], "[regroup]", found) if "regroup" in data else None,
        "survey": _model(SurveyMapping, data["survey"], "[survey]", found) if "survey" in data else None,
        **{name: _model(TEAMS[name], data[name], f"[{name}]", found) for name in TEAMS if name in data},
        "fields": _fields(data.get("field", ()), found),
        "constraints": _tables(data.get("constraint", ()), "constraint", CONSTRAINTS, STAGES, found),
        "stages": _tables(data["stage"], "stage", STAGES, CONSTRAINTS, found) if "stage" in data else None,
    }
    if found.lines:
        raise RulesError(
            Text(
                zh=f"规则文件 {path} 有 {len(found.lines)} 处问题:\n" + "\n".join(line.zh for line in found.lines),
                en=f"The rules file {path} has {len(found.lines)} problem(s):\n"
                + "\n".join(line.en for line in found.lines),
            )
        )
    return Rules.model_validate(rules)


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_decoded(path.read_bytes()))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise FileError(
            Text(zh=f"无法读取规则文件 {path}:{why}。", en=f"Cannot read the rules file {path}: {why}.")
        ) from None
    except UnicodeDecodeError as error:
        raise RulesError(
            Text(
                zh=f"规则文件 {path} 不是 UTF-8 文本(第 {error.start + 1} 字节)。",
                en=f"The rules file {path} is not UTF-8 text (byte {error.start + 1}).",
            ),
            maybe=Text(zh="另存为 UTF-8 编码。", en="save it with the encoding UTF-8."),
        ) from None
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        end = "文件末尾" if "at end of document" in str(error) else "内容"
        zh = f"第 {place[1]} 行第 {place[2]} 列" if place else end
        raise RulesError(
            Text(
                zh=f"规则文件 {path} 不是合法的 TOML:{zh}有误。",
                en=f"The rules file {path} is not TOML: {error}.",
            ),
            maybe=Text(
                zh="文本须加英文引号,列表用 [ ],规则以 [[constraint]] 开头。",
                en="text needs straight quotes, lists need [ ], and each rule starts with [[constraint]].",
            ),
        ) from None


def _decoded(data: bytes) -> str:
    """Return the text of a file; editors on Windows put a byte order mark in front, and PowerShell writes UTF-16."""
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # A TOML file has no zero byte: every second byte is one where plain letters were written as UTF-16 without a mark.
    if not is_utf16 and b"\0" in data[:200]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    return data.decode("utf-16" if is_utf16 else "utf-8-sig").replace("\r\n", "\n")


def _tuples(value: Any) -> Any:
    """Turn lists into tuples: fields are tuples, and are validated strictly so that no value is guessed."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return {key: _tuples(item) for key, item in value.items()} if isinstance(value, dict) else value


class _Findings:
    """The problems of a file, one line each."""

    def __init__(self) -> None:
        self.lines: list[Text] = []

    def add(self, place: str, zh: str, en: str, *, near: Sequence[str] = (), known: Sequence[str] = ()) -> None:
        if near:
            zh, en = f"{zh};或许是 {'、'.join(near)}", f"{en}. Maybe you meant {', '.join(near)}"
        elif known:
            zh, en = f"{zh};可用的有:{'、'.join(known)}", f"{en}; there are: {', '.join(known)}"
        self.lines.append(Text(zh=f"  {place}:{zh}。", en=f"  {place}: {en}."))


def _mechanism(value: Any, found: _Findings) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    found.add(
        "mechanism", f"应为机制名称(加引号),现为 {_shown(value)}", f"must be a name in quotes; got {_shown(value)}"
    )
    return None


def _priorities(value: Any, found: _Findings) -> tuple[Any, ...] | None:
    if value is None:
        return None
    if not isinstance(value, tuple):
        found.add("priorities", f"应为列表 [...],现为 {_shown(value)}", f"must be a list [...]; got {_shown(value)}")
        return None
    tiers: list[Any] = []
    for position, given in enumerate(value, start=1):
        place = f"priorities[{position}]"
        name = _model(PriorityGroup, given, place, found) if isinstance(given, dict) else given
        if name is None:
            continue
        if not isinstance(name, PriorityGroup) and name not in PRIORITIES:
            near = get_close_matches(str(name), PRIORITIES)
            found.add(place, f"没有 {_shown(name)} 这一级", f"there is no {_shown(name)}", near=near, known=PRIORITIES)
        elif name in tiers:
            found.add(place, f"{_shown(given)} 重复", f"{_shown(given)} stands twice")
        tiers.append(name)
    return tuple(tiers)


def _mentor_kinds(value: Any, found: _Findings) -> tuple[Any, ...]:
    known = get_args(MentorKind)
    if not isinstance(value, tuple) or not value:
        found.add("mentor_kinds", f"应为列表 [...],现为 {_shown(value)}", f"must be a list [...]; got {_shown(value)}")
        return ()
    for position, name in enumerate(value, start=1):
        if name not in known:
            near = get_close_matches(str(name), known)
            place = f"mentor_kinds[{position}]"
            found.add(place, f"没有 {_shown(name)} 这一类", f"there is no {_shown(name)}", near=near, known=known)
    return value


def _choice_rounds(value: Any, found: _Findings) -> tuple[Any, ...]:
    whole = isinstance(value, tuple) and all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in value)
    if not whole:
        found.add(
            "choice_rounds",
            f"应为正整数的列表,如 [2, 3],现为 {_shown(value)}",
            f"must be a list of whole numbers above 0, such as [2, 3]; got {_shown(value)}",
        )
        return ()
    return tuple(value)


def _fields(tables: Any, found: _Findings) -> tuple[Any, ...]:
    if not _are_tables(tables, "field", found):
        return ()
    read = (
        _model(SchoolField, table, f"[[field]] {position}", found) for position, table in enumerate(tables, start=1)
    )
    return tuple(field for field in read if field is not None)


def _are_tables(tables: Any, key: str, found: _Findings) -> bool:
    if isinstance(tables, tuple) and all(isinstance(table, dict) for table in tables):
        return True
    found.add(key, f"每条须以双括号 [[{key}]] 开头", f"each one must start with double brackets, [[{key}]]")
    return False


def _tables(
    tables: Any, key: str, classes: Sequence[type[BaseModel]], others: Sequence[type[BaseModel]], found: _Findings
) -> tuple[BaseModel, ...]:
    """Return the models that the tables of one name describe."""
    if not _are_tables(tables, key, found):
        return ()
    by_kind = {model.model_fields["kind"].default: model for model in classes}
    elsewhere = {model.model_fields["kind"].default for model in others}
    models = []
    for position, table in enumerate(tables, start=1):
        kind, place = table.get("kind"), f"[[{key}]] {position}"
        if not isinstance(kind, str):
            found.add(place, '缺少 kind = "..."', "'kind' must be there, in quotes", known=tuple(by_kind))
        elif kind in by_kind:
            model = _model(by_kind[kind], table, f"{place} ({kind})", found)
            models += [] if model is None else [model]
        elif kind in elsewhere:
            other = "stage" if key == "constraint" else "constraint"
            found.add(place, f"{kind} 须写在 [[{other}]] 下", f"{kind} belongs under [[{other}]]")
        else:
            near = get_close_matches(kind, by_kind)
            found.add(place, f"没有 kind = {_shown(kind)}", f"no kind {_shown(kind)}", near=near, known=tuple(by_kind))
    return tuple(models)


def _model(model: type[BaseModel], table: Mapping[str, Any], place: str, found: _Findings) -> BaseModel | None:
    try:
        return model.model_validate(table, strict=True)
    except RulesError as error:
        _add_refusal(place, error, found)
    except ValidationError as error:
        _add_problems(model, place, error, found)
    return None


def _add_refusal(place: str, error: MentorMatchError, found: _Findings) -> None:
    text = error.full_text
    zh, en = (" ".join(part.split("\n")).rstrip("。.") for part in (text.zh, text.en))
    found.add(place, zh, en)


def _add_problems(model: type[BaseModel], place: str, error: ValidationError, found: _Findings) -> None:
    """Add a line for each field; what several branches of a union expect is joined."""
    expected: dict[str, tuple[list[Text], Any]] = {}
    for problem in error.errors(include_url=False):
        where, given = f"{place}, {_path(problem['loc'])}", problem["input"]
        if problem["type"] == "extra_forbidden":
            fields = [name for name in model.model_fields if name != "kind"]
            near = get_close_matches(str(problem["loc"][-1]), fields) if len(problem["loc"]) == 1 else []
            found.add(where, "没有这个参数", "there is no such parameter", near=near, known=fields)
        elif problem["type"] == "missing":
            found.add(where, "缺少此参数", "this parameter is missing")
        else:
            expected.setdefault(where, ([], given))[0].append(_expected(problem))
    for where, (texts, given) in expected.items():
        # One number or a table of numbers: a wrong number within the table says enough.
        if any(other.startswith(f"{where}[") for other in expected):
            continue
        zh = "、或".join(dict.fromkeys(text.zh for text in texts))
        en = ", or ".join(dict.fromkeys(text.en for text in texts))
        found.add(where, f"应为{zh},现为 {_shown(given)}", f"must be {en}; got {_shown(given)}")


def _expected(problem: ErrorDetails) -> Text:
    if problem["type"] not in EXPECTED:
        return Text(zh=f"有效的值({problem['msg']})", en=f"something that fits ({problem['msg']})")
    text, context = EXPECTED[problem["type"]], problem.get("ctx", {})
    in_chinese = {name: str(value).replace(" or ", "、").replace(", ", "、") for name, value in context.items()}
    return Text(zh=text.zh.format(**in_chinese), en=text.en.format(**context))


def _path(location: Sequence[str | int]) -> str:
    """Return ``pairs[1].mentor`` for pydantic's path: counted from one, and without the names of union branches."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step + 1}]"
        elif step.isidentifier() and step not in ("int", "str"):
            path += f".{step}" if path else step
    return path


def _shown(value: Any) -> str:
    """Show what was given as the file writes it, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[...]"
    if isinstance(value, Mapping):
        return "{...}"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."
