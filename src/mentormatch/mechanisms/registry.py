"""All mechanisms by name: the files of this folder, and the entry points of the group ``mentormatch.mechanisms``."""

from mentormatch.base.registry import Registry
from mentormatch.base.text import Text
from mentormatch.mechanisms.mechanism import Mechanism

DEFAULT_NAME = "two_round"

MECHANISM_NAMES: Registry[Mechanism] = Registry(
    "mentormatch.mechanisms",
    "mentormatch.mechanisms",
    Text(zh="机制", en="mechanism"),
    is_part=lambda value: isinstance(value, Mechanism),
    name_of=lambda mechanism: mechanism.name,
)


def shipped_mechanisms() -> tuple[Mechanism, ...]:
    """Return our mechanisms, the default first."""
    return tuple(sorted(MECHANISM_NAMES.shipped, key=lambda mechanism: mechanism.name != DEFAULT_NAME))
