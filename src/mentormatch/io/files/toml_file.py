"""A TOML file as data: any encoding that editors use, any content; whatever is wrong becomes one sentence."""

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import Text

_LARGEST = 4 << 20
"""Bytes. A file that somebody wrote by hand has a few thousand."""


def read_toml(
    path: Path, *, what: Text, error: type[InputError] = FileError, maybe: Text | None = None
) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : Path
        UTF-8 with or without a byte order mark, or UTF-16 as PowerShell writes it.
    what : Text
        What the file is, such as "the rules file".
    error : type of InputError
        What is raised for a file that is no TOML.
    maybe : Text, optional
        Advice for that case.

    Returns
    -------
    dict

    Raises
    ------
    FileError
        The file cannot be read, or has more than 4 MiB.
    InputError
        Of the given type: the file is no text, or no TOML. The message names the place.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise FileError(
            Text(zh=f"无法读取{what.zh} {path}:{why}。", en=f"Cannot read {what.en} {path}: {why}.")
        ) from None
    except ValueError:  # a NUL in the path
        raise FileError(Text(zh=f"文件名无效:{str(path)!r}", en=f"Not a file name: {str(path)!r}")) from None
    if len(data) > _LARGEST:
        raise FileError(
            Text(
                zh=f"文件过大,不像手写的设置文件:{path}",
                en=f"Too large for a file of settings that somebody wrote: {path}",
            )
        )
    try:
        return tomllib.loads(_decoded(data))
    except UnicodeDecodeError as fault:
        raise error(
            Text(
                zh=f"{what.zh} {path} 不是 UTF-8 文本(第 {fault.start + 1} 字节)。",
                en=f"{what.en.capitalize()} {path} is not UTF-8 text (byte {fault.start + 1}).",
            ),
            maybe=Text(zh="另存为 UTF-8 编码。", en="save it with the encoding UTF-8."),
        ) from None
    except (ValueError, RecursionError, OverflowError) as fault:
        raise error(_not_toml(what, path, fault), maybe=maybe) from None


def _not_toml(what: Text, path: Path, fault: Exception) -> Text:
    place = re.search(r"at line (\d+), column (\d+)", str(fault))
    end = "文件末尾" if "at end of document" in str(fault) else "内容"
    where = f"第 {place[1]} 行第 {place[2]} 列" if place else end
    why = str(fault)
    # Python's own words on these two speak of its settings.
    if isinstance(fault, RecursionError):
        where, why = "嵌套过深,", "it is nested too deeply"
    elif "integer string conversion" in why:
        where, why = "有数字位数过多,", "a number has too many digits"
    return Text(
        zh=f"{what.zh} {path} 不是合法的 TOML:{where}有误。", en=f"{what.en.capitalize()} {path} is not TOML: {why}."
    )


def _decoded(data: bytes) -> str:
    """Return the text of a file; editors on Windows put a byte order mark in front, and PowerShell writes UTF-16."""
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # A TOML file has no zero byte: every second byte is one where plain letters were written as UTF-16 without a mark.
    if not is_utf16 and b"\0" in data[:200]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    return data.decode("utf-16" if is_utf16 else "utf-8-sig").replace("\r\n", "\n")
