"""Write the reference: one page for each public object, under its public name, before the site is built.

What is public stands in ``reference/public.md`` and nowhere else: a bullet an object, or a module whose ``__all__`` is
public. A page shows the docstring; of a model (a rule, a stage, a document) also its fields.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import GenericAlias, ModuleType
from typing import Any

from pydantic import BaseModel

HERE = Path(__file__).resolve().parent
PAGES = HERE / "reference" / "api"
MOST_GUIDES = 6
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^- `(mentormatch(?:\.\w+)+)`", re.MULTILINE)
_TYPES = re.compile(r"typing\.|mentormatch(?:\.\w+)*\.(?=\w)|<class '|'>")


def listed() -> list[str]:
    """Return what the page on what is public lists, in its order."""
    return _ENTRY.findall((HERE / "reference" / "public.md").read_text("utf-8"))


def found(name: str) -> Any:
    """Return a public object, or a module, by its dotted name."""
    home, _, last = name.rpartition(".")
    value = getattr(import_module(home), last, None)
    return import_module(name) if value is None else value


def public_objects() -> dict[str, Any]:
    """Return every public object by its public name; the names of public modules among them."""
    objects: dict[str, Any] = {}
    for name in listed():
        value = found(name)
        if isinstance(value, ModuleType):
            objects |= {f"{name}.{each}": getattr(value, each) for each in value.__all__}
        else:
            objects[name] = value
    return objects


def write_pages(*_: object) -> None:
    """Write the pages; one that says what it said before is not touched, so that it is not built again."""
    pages = {name: "\n".join(_page(name, value)) for name, value in public_objects().items()}
    for module in (name for name in listed() if isinstance(found(name), ModuleType)):
        pages[module] = "\n".join(_module_page(module, [name for name in pages if name.startswith(f"{module}.")]))
    PAGES.mkdir(parents=True, exist_ok=True)
    for old in PAGES.glob("*.rst"):
        if old.stem not in pages:
            old.unlink()
    for name, text in pages.items():
        path = PAGES / f"{name}.rst"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def used_in(name: str) -> list[str]:
    """Return the guides whose programs use a public object, by their paths below this folder, without ending."""
    home, _, last = name.rpartition(".")
    ways = [rf"^from {re.escape(home)} import .*\b{last}\b", rf"\b{home.rpartition('.')[2]}\.{last}\b"]
    if home == "mentormatch":
        ways.append(rf"\bmm\.{last}\b")
    use = re.compile("|".join(ways), re.MULTILINE)
    return [page for page, code in _programs().items() if use.search(code)]


@cache
def _programs() -> dict[str, str]:
    pages = sorted(page for page in HERE.rglob("*.md") if page.parent.name != "reference")
    return {
        page.relative_to(HERE).with_suffix("").as_posix(): "\n".join(_BLOCK.findall(page.read_text("utf-8")))
        for page in pages
    }


def _page(name: str, value: Any) -> Iterator[str]:
    home, _, last = name.rpartition(".")
    yield from (":orphan:", "", name, "=" * len(name), "", f".. currentmodule:: {home}", "")
    if isinstance(value, GenericAlias):  # a name for a type of another library: its page is not ours
        yield from (f".. py:data:: {last}", "", f"   {_first_line(value)}", "")
    elif inspect.isclass(value):
        yield from (f".. autoclass:: {last}", "   :members:", "   :show-inheritance:", "")
        if issubclass(value, BaseModel):
            yield from _fields(value)
    elif callable(value):
        yield from (f".. autofunction:: {last}", "")
    else:
        # A table or a number has no docstring of its own that Python would keep.
        yield from (f".. py:data:: {last}", "", f"   {_first_line(value)}", "")
    guides = used_in(name)
    if guides:
        yield from (".. rubric:: In the guides", "", *(f"- :doc:`/{page}`" for page in guides[:MOST_GUIDES]), "")


def _fields(model: type[BaseModel]) -> Iterator[str]:
    """Tell what a model is made of: its parameters, each with its meaning and its default."""
    fields = {name: field for name, field in model.model_fields.items() if name != "kind"}
    if not fields:
        return
    yield from (".. rubric:: Fields", "")
    for name, field in fields.items():
        kind = _TYPES.sub("", str(field.annotation)).replace("NoneType", "None")
        default = "required" if field.is_required() else f"default ``{field.get_default(call_default_factory=True)!r}``"
        yield from (f"``{name}`` : ``{kind}``, {default}", f"   {field.description or ''}".rstrip(), "")


def _module_page(module: str, names: list[str]) -> Iterator[str]:
    yield from (":orphan:", "", module, "=" * len(module), "", f".. automodule:: {module}", "   :no-members:", "")
    for name in names:
        yield f"- :doc:`{name}`: {_first_line(found(name))}"
    yield ""


def _first_line(value: Any) -> str:
    if isinstance(value, GenericAlias):
        return f"A type: ``{value}``."
    if not (inspect.isclass(value) or callable(value)):
        held = f" with {', '.join(map(str, value))}" if isinstance(value, Mapping) else ""
        return f"A constant: {type(value).__name__}{held}."
    text = inspect.getdoc(value) or ""
    return text.partition("\n\n")[0].replace("\n", " ")
