"""All stages by their kind: the files of this folder, and the entry points of the group ``mentormatch.stages``."""

from typing import Annotated, Any

from pydantic import BaseModel

from mentormatch.base.by_kind import ByKind, kind_of
from mentormatch.base.registry import Registry, offered
from mentormatch.base.text import Text
from mentormatch.objectives.stage import Stage


def is_stage(value: object) -> bool:
    """Tell whether something is a class of stages that fixes its kind and leaves nothing undone."""
    is_class = isinstance(value, type) and issubclass(value, Stage) and bool(kind_of(value))
    return is_class and not getattr(value, "__abstractmethods__", None)


STAGE_KINDS: Registry[type[Stage]] = Registry(
    "mentormatch.objectives",
    "mentormatch.stages",
    Text(zh="目标", en="stage"),
    is_part=is_stage,
    name_of=kind_of,
    former=lambda stage: stage.formerly,
)

AnyStage = Annotated[Stage, ByKind(STAGE_KINDS, Stage)]
"""A field that holds any stage: an object, or a table with its `kind`."""


def offered_names() -> dict[str, Any]:
    """Return what the package offers: every stage, the tables within them, and what they are built of."""
    own = {"STAGES": STAGE_KINDS.shipped, "AnyStage": AnyStage, "Stage": Stage}
    return {**offered("mentormatch.objectives", _is_offered), **own}


def _is_offered(value: object) -> bool:
    # A class that only others build on is neither.
    is_table = isinstance(value, type) and issubclass(value, BaseModel) and not issubclass(value, Stage)
    return is_table or is_stage(value)
