"""Formats and versions of documents: what an older reader may still read."""

from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

MAJOR = 1
VERSION = "1.0"
"""Of all documents. A further property is a minor change, which older readers pass over; any other is a major one."""


def check_version(data: Any, name: str) -> None:
    """Refuse what is no document of a format, or one of a newer major version.

    Parameters
    ----------
    data : object
        As JSON gives it.
    name : str
        The format, such as ``mentormatch-school``.

    Raises
    ------
    InputError
    """
    if not isinstance(data, dict) or data.get("format") != name:
        given = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise InputError(
            Text(
                zh=f"不是“{name}”文档:format 为 {given!r}。",
                en=f"This is no '{name}' document: its format is {given!r}.",
            ),
            maybe=Text(zh=f'写明 "format": "{name}"。', en=f'say "format": "{name}".'),
        )
    version = str(data.get("version", VERSION))
    major = version.partition(".")[0]
    if not major.isdecimal() or int(major) > MAJOR:
        raise InputError(
            Text(
                zh=f"文档版本 {version} 比本程序认识的 {VERSION} 新。",
                en=f"The document has version {version}; this package reads up to {MAJOR}.x.",
            ),
            maybe=Text(zh="请升级 mentormatch。", en="upgrade mentormatch."),
        )
