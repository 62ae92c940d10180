"""The rules file: TOML to rules, stages, priorities and mechanism."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mentormatch.candidates import Priority
from mentormatch.constraints import AnyConstraint
from mentormatch.errors import FileError, RulesError
from mentormatch.objectives import AnyStage
from mentormatch.text import Text


class Rules(BaseModel):
    """What a rules file says; what it does not say stays with the defaults.

    A rule replaces the default rule of its kind and is added where there is none. Stages replace all default stages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mechanism: str | None = Field(None, description="two_round, optimal or deferred_acceptance.")
    priorities: tuple[Priority, ...] | None = Field(None, description="The order in which mentors take students.")
    constraints: tuple[AnyConstraint, ...] = Field((), alias="constraint", description="Rules, each with its kind.")
    stages: tuple[AnyStage, ...] | None = Field(None, alias="stage", description="Stages, most important first.")


def read_rules(path: str | Path) -> Rules:
    """Read a rules file.

    Parameters
    ----------
    path : str or Path
        TOML with the optional keys ``mechanism`` and ``priorities`` and the tables ``[[constraint]]`` and ``[[stage]]``,
        each with a ``kind`` and that rule's or stage's parameters.

    Raises
    ------
    FileError
        When the file cannot be read.
    RulesError
        When it is no TOML, or says something that makes no sense; with the place and what was expected.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FileError(
            Text(
                zh=f"无法读取规则文件 {path}:{error.strerror}。",
                en=f"Cannot read the rules file {path}: {error.strerror}.",
            )
        ) from None
    except UnicodeDecodeError:
        raise RulesError(
            Text(zh=f"规则文件 {path} 不是 UTF-8 文本。", en=f"The rules file {path} is not UTF-8 text.")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise RulesError(
            Text(zh=f"规则文件 {path} 不是合法的 TOML:{error}。", en=f"The rules file {path} is not TOML: {error}.")
        ) from None
    try:
        return Rules.model_validate(data)
    except ValidationError as error:
        raise _rules_error(path, error) from None


def _rules_error(path: Path, error: ValidationError) -> RulesError:
    lines = [_line(problem) for problem in error.errors(include_url=False, include_context=True)]
    return RulesError(
        Text(
            zh=f"规则文件 {path} 有 {len(lines)} 处问题:\n" + "\n".join(line.zh for line in lines),
            en=f"The rules file {path} has {len(lines)} problem(s):\n" + "\n".join(line.en for line in lines),
        )
    )


def _line(problem: Any) -> Text:
    """Say where, what was given, and what was expected."""
    place = _place(problem["loc"])
    message = problem["msg"]
    given = problem["input"]
    shown = f"{given!r}" if isinstance(given, (str, int, float, bool)) else type(given).__name__
    if problem["type"] == "extra_forbidden":
        return Text(zh=f"  {place}:没有这个键。", en=f"  {place}: there is no such key.")
    if problem["type"] == "missing":
        return Text(zh=f"  {place}:缺少此键。", en=f"  {place}: this key is missing.")
    return Text(zh=f"  {place}:{message}(现为 {shown})。", en=f"  {place}: {message} (got {shown}).")


def _place(location: tuple[str | int, ...]) -> str:
    """Return ``constraint[1].upper`` for pydantic's path, with tables counted from one and union tags left out."""
    parts: list[str] = []
    for position, step in enumerate(location):
        if isinstance(step, int):
            parts[-1] += f"[{step + 1}]"
        elif position != 2 or location[0] not in ("constraint", "stage"):
            parts.append(str(step))
    return ".".join(parts)
