"""All rules by their kind: the files of this folder, and the entry points of the group ``mentormatch.constraints``."""

from typing import Annotated, Any

from pydantic import BaseModel

from mentormatch.base.by_kind import ByKind, kind_of
from mentormatch.base.registry import Registry, offered
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation


def is_constraint(value: object) -> bool:
    """Tell whether something is a class of rules that fixes its kind and leaves nothing undone."""
    is_class = isinstance(value, type) and issubclass(value, Constraint) and bool(kind_of(value))
    return is_class and not getattr(value, "__abstractmethods__", None)


CONSTRAINT_KINDS: Registry[type[Constraint]] = Registry(
    "mentormatch.constraints",
    "mentormatch.constraints",
    Text(zh="规则", en="rule"),
    is_part=is_constraint,
    name_of=kind_of,
    former=lambda rule: rule.formerly,
)

AnyConstraint = Annotated[Constraint, ByKind(CONSTRAINT_KINDS, Constraint)]
"""A field that holds any rule: an object, or a table with its `kind`."""


def offered_names() -> dict[str, Any]:
    """Return what the package offers: every rule, the tables within them, and what they are built of."""
    own = {
        "CONSTRAINTS": CONSTRAINT_KINDS.shipped,
        "AnyConstraint": AnyConstraint,
        "Constraint": Constraint,
        "Scope": Scope,
        "Violation": Violation,
    }
    return {**offered("mentormatch.constraints", _is_offered), **own}


def _is_offered(value: object) -> bool:
    # A class that only others build on is neither.
    is_table = isinstance(value, type) and issubclass(value, BaseModel) and not issubclass(value, Constraint)
    return is_table or is_constraint(value)
