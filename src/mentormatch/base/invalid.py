"""What pydantic finds wrong with a rule, a stage or a table, in the words of somebody who wrote it."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mentormatch.base.errors import MentorMatchError
from mentormatch.base.text import Text

# What pydantic's errors mean; {expected}, {ge}, ... come with the error.
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


class Findings:
    """The problems of what somebody wrote, one line each."""

    def __init__(self) -> None:
        self.lines: list[Text] = []

    def add(self, place: str, zh: str, en: str, *, near: Sequence[str] = (), known: Sequence[str] = ()) -> None:
        """Add a problem, with what may have been meant, or else with what there is."""
        if near:
            zh, en = f"{zh};或许是 {'、'.join(near)}", f"{en}. Maybe you meant {', '.join(near)}"
        elif known:
            zh, en = f"{zh};可用的有:{'、'.join(known)}", f"{en}; there are: {', '.join(known)}"
        self.lines.append(Text(zh=f"  {place}:{zh}。", en=f"  {place}: {en}."))

    def add_refusal(self, place: str, error: MentorMatchError) -> None:
        """Add an error of ours."""
        text = error.full_text
        zh, en = (" ".join(part.split("\n")).rstrip("。.") for part in (text.zh, text.en))
        self.add(place, zh, en)

    def add_invalid(self, model: type[BaseModel], place: str, error: ValidationError) -> None:
        """Add a line for each field of a model; what several branches of a union expect is joined."""
        expected: dict[str, tuple[list[Text], Any]] = {}
        for problem in error.errors(include_url=False):
            where, given = f"{place}, {_path(problem['loc'])}", problem["input"]
            if problem["type"] == "extra_forbidden":
                fields = [name for name in model.model_fields if name != "kind"]
                near = get_close_matches(str(problem["loc"][-1]), fields) if len(problem["loc"]) == 1 else []
                self.add(where, "没有这个参数", "there is no such parameter", near=near, known=fields)
            elif problem["type"] == "missing":
                self.add(where, "缺少此参数", "this parameter is missing")
            else:
                expected.setdefault(where, ([], given))[0].append(_expected(problem))
        for where, (texts, given) in expected.items():
            # One number or a table of numbers: a wrong number within the table says enough.
            if any(other.startswith(f"{where}[") for other in expected):
                continue
            zh = "、或".join(dict.fromkeys(text.zh for text in texts))
            en = ", or ".join(dict.fromkeys(text.en for text in texts))
            self.add(where, f"应为{zh},现为 {shown(given)}", f"must be {en}; got {shown(given)}")

    def told(self, head: Text) -> Text:
        """Return all lines under a heading."""
        return Text(
            zh="\n".join([head.zh, *(line.zh for line in self.lines)]),
            en="\n".join([head.en, *(line.en for line in self.lines)]),
        )


def shown(value: Any) -> str:
    """Show what was given as a file writes it, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[...]"
    if isinstance(value, Mapping):
        return "{...}"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."


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
