"""Parts by their names: what a folder of this package holds, and what other packages offer as entry points.

Nobody keeps a list. A part of ours is a file in its folder; a part of somebody else's is an entry point of a group:

    [project.entry-points."mentormatch.constraints"]
    quiet_rooms = "their_package.quiet_rooms:QuietRooms"

The name of an entry point is the part's own name (the `kind` of a rule or a stage). Entry points are loaded when their
name is asked for, or when all parts are.
"""

import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import Generic, TypeVar

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

P = TypeVar("P")


class Registry(Generic[P]):
    """The parts of one sort: rules, stages, mechanisms, ...

    Parameters
    ----------
    package : str
        The folder of ours that holds them, as a package's name.
    group : str
        The group of entry points.
    word : Text
        What such a part is called in a message.
    is_part : callable
        Tells whether an object is such a part, complete and ready to be used.
    name_of : callable
        Returns a part's own name.
    former : callable, optional
        Returns the names that a part had before.
    """

    def __init__(
        self,
        package: str,
        group: str,
        word: Text,
        *,
        is_part: Callable[[object], bool],
        name_of: Callable[[P], str],
        former: Callable[[P], Sequence[str]] = lambda part: (),
    ) -> None:
        self.package, self.group, self.word = package, group, word
        self._is_part, self._name_of, self._former = is_part, name_of, former

    @cached_property
    def shipped(self) -> tuple[P, ...]:
        """The parts that this package brings, by name."""
        found: dict[str, P] = {}
        for module in iter_modules(import_module(self.package).__path__):
            for value in vars(import_module(f"{self.package}.{module.name}")).values():
                if self._is_part(value):
                    found[self._name_of(value)] = value
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def _by_name(self) -> dict[str, P]:
        return {self._name_of(part): part for part in self.shipped}

    @cached_property
    def _by_former_name(self) -> dict[str, P]:
        return {name: part for part in self.shipped for name in self._former(part)}

    @property
    def _installed(self) -> dict[str, EntryPoint]:
        """The entry points of other packages by name; `InputError` for a name that is taken."""
        found: dict[str, EntryPoint] = {}
        for entry in _entry_points(self.group, tuple(sys.path)):
            if entry.name in self._by_name or entry.name in found:
                raise self._clash(entry)
            found[entry.name] = entry
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, ours first; nothing of other packages is loaded for it."""
        return (*self._by_name, *sorted(self._installed))

    def all(self) -> tuple[P, ...]:
        """Return all parts, ours first; `InputError` for an entry point that cannot be loaded."""
        return (*self.shipped, *(self._load(entry) for _, entry in sorted(self._installed.items())))

    def find(self, name: str) -> P | None:
        """Return a part by its name, or by one that it had before; None where there is none.

        Raises
        ------
        InputError
            When an entry point of that name cannot be loaded, or is no such part.
        """
        installed = self._installed
        if name in installed:
            return self._load(installed[name])
        return self._by_name.get(name) or self._by_former_name.get(name)

    def name_now(self, name: str) -> str | None:
        """Return the present name of a part that is asked for by a former one, else None."""
        part = None if name in self._by_name else self._by_former_name.get(name)
        return None if part is None else self._name_of(part)

    def former_names(self, part: P) -> Sequence[str]:
        """Return the names that a part had before."""
        return self._former(part)

    def get(self, name: str) -> P:
        """Return a part by its name; `InputError` with what there is where there is none."""
        found = self.find(name)
        if found is not None:
            return found
        known, near = ", ".join(self.names), get_close_matches(name, self.names)
        raise InputError(
            Text(
                zh=f"没有名为“{name}”的{self.word.zh};可用的有:{known}。",
                en=f"There is no {self.word.en} '{name}'; there are: {known}.",
            ),
            maybe=Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.") if near else None,
        )

    def _load(self, entry: EntryPoint) -> P:
        try:
            part = entry.load()
        except Exception as error:  # whatever a third party's module raises is told, not thrown at the user
            raise self._unusable(entry, f"{type(error).__name__}: {error}") from error
        if not self._is_part(part):
            raise self._unusable(entry, f"{entry.value} is no {self.word.en}")
        if self._name_of(part) != entry.name:
            raise self._unusable(entry, f"it calls itself '{self._name_of(part)}'")
        return part  # type: ignore[no-any-return]  # asked for above

    def _unusable(self, entry: EntryPoint, why: str) -> InputError:
        return InputError(
            Text(
                zh=f"软件包 {_owner(entry)} 提供的{self.word.zh}“{entry.name}”无法使用:{why}。",
                en=f"The {self.word.en} '{entry.name}' of the package {_owner(entry)} cannot be used: {why}.",
            ),
            maybe=Text(zh="更新或卸载该软件包。", en="update or uninstall that package."),
        )

    def _clash(self, entry: EntryPoint) -> InputError:
        return InputError(
            Text(
                zh=f"{self.word.zh}“{entry.name}”重名:软件包 {_owner(entry)} 用了已有的名称。",
                en=f"The name of the {self.word.en} '{entry.name}' of the package {_owner(entry)} is taken.",
            ),
            maybe=Text(zh="请其作者改名,或卸载该软件包。", en="its author has to rename it, or you uninstall it."),
        )


def offered(package: str, is_offered: Callable[[object], bool]) -> dict[str, object]:
    """Return what the files of a folder define and offer under their own names, sorted by name.

    Parameters
    ----------
    package : str
    is_offered : callable
        Tells whether an object belongs to what the folder offers.
    """
    homes = [f"{package}.{module.name}" for module in iter_modules(import_module(package).__path__)]
    found = {
        name: value
        for home in homes
        for name, value in vars(import_module(home)).items()
        if not name.startswith("_") and getattr(value, "__module__", home) == home and is_offered(value)
    }
    return dict(sorted(found.items()))


@lru_cache(maxsize=64)
def _entry_points(group: str, path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group; looked up again only where the path has changed."""
    return tuple(sorted(set(entry_points(group=group)), key=lambda entry: (entry.name, entry.value)))


def _owner(entry: EntryPoint) -> str:
    return entry.value.split(":")[0] if entry.dist is None else entry.dist.name
