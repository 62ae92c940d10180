"""The number formats of a workbook's cell styles, as far as they show more than the number."""

import zipfile
from collections.abc import Callable

from mentormatch.io.cells.number_formats import is_plain
from mentormatch.io.files.workbook_parts import MAX_OTHER_BYTES, local_name, new_parser, unpack

_BUILT_IN = {9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 48: "##0.0E+0"}
"""Built-in formats that show something else than the digits; dates come as dates already."""


def styles_with_formats(archive: zipfile.ZipFile) -> dict[int, str]:
    """Return the number format of each cell style that shows more than a number's own digits.

    Parameters
    ----------
    archive : ZipFile
        The workbook.

    Returns
    -------
    dict of int to str
        By the number of the style, as cells name it.
    """
    member = next((name for name in archive.namelist() if name.lower() == "xl/styles.xml"), None)
    if member is None:
        return {}
    codes = dict(_BUILT_IN)
    ids: list[int] = []
    inside = [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs"}:
            inside[0] = name
        elif name == "xf" and inside[0] == "cellXfs":
            number = attributes.get("numFmtId", "0")
            ids.append(int(number) if number.isdecimal() and len(number) < 10 else 0)

    def end(tag: str) -> None:
        if local_name(tag) in {"cellXfs", "cellStyleXfs"}:
            inside[0] = ""

    _parse(archive, member, start, end)
    return {at: codes[number] for at, number in enumerate(ids) if number in codes and not is_plain(codes[number])}


def _parse(
    archive: zipfile.ZipFile,
    member: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
) -> None:
    parser = new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    for chunk in unpack(archive, member, MAX_OTHER_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
