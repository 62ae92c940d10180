"""The styles of a workbook, with coloured twins of those that coloured cells have."""

from mentormatch.io.marked.xml_edits import XmlPart, prefix_of, tag_name, with_attribute
from mentormatch.roster.vocabulary import Severity

FILLS: dict[Severity, str] = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}
"""Red and yellow, as Excel's own bad and neutral cells."""

EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    b'</fills><borders count="1"><border/></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""The part that a workbook without styles gets."""


class Styles:
    """The part ``xl/styles.xml``, and the twins that are to be added to it.

    Parameters
    ----------
    data : bytes
    """

    def __init__(self, data: bytes) -> None:
        self._part = XmlPart(data)
        self._formats: list[bytes] = []
        self._fills = self._cell_formats = (0, 0)
        self._num_fills = 0
        self._twins: dict[tuple[int, Severity], int] = {}
        self._locate()

    def twin(self, style: int, severity: Severity) -> int:
        """Return the number of the style that looks like `style` but is coloured for a severity."""
        known = 0 <= style < len(self._formats)
        key = (style if known else 0, severity)
        return self._twins.setdefault(key, len(self._formats) + len(self._twins))

    def result(self) -> bytes:
        """Return the part with all twins."""
        fill_tag, format_tag = self._part.tag(self._fills[0]), self._part.tag(self._cell_formats[0])
        prefix = prefix_of(fill_tag)
        fill = b'<%bfill><%bpatternFill patternType="solid"><%bfgColor rgb="%b"/></%bpatternFill></%bfill>'
        fills = b"".join(fill % (prefix, prefix, prefix, colour.encode(), prefix, prefix) for colour in FILLS.values())
        number_of = {severity: self._num_fills + at for at, severity in enumerate(FILLS)}
        twins = b"".join(self._coloured(self._formats[style], number_of[severity]) for style, severity in self._twins)
        self._extend(self._fills, fill_tag, self._num_fills + len(FILLS), fills)
        self._extend(self._cell_formats, format_tag, len(self._formats) + len(self._twins), twins)
        return self._part.result()

    def _extend(self, place: tuple[int, int], tag: bytes, count: int, content: bytes) -> None:
        self._part.replace(place[0], tag, with_attribute(tag, b"count", str(count).encode()))
        self._part.replace(place[1], b"", content)

    @staticmethod
    def _coloured(whole: bytes, fill: int) -> bytes:
        tag = whole[: whole.index(b">") + 1]
        new = with_attribute(with_attribute(tag, b"fillId", str(fill).encode()), b"applyFill", b"1")
        return new + whole[len(tag) :]

    def _locate(self) -> None:
        """Find the lists of fills and of cell formats, and each cell format as it is written."""
        depth: list[str] = []
        began: dict[str, int] = {}

        def start(name: str, _: dict[str, str], at: int) -> None:
            depth.append(name)
            if name in {"fills", "cellXfs", "xf"}:
                began[name] = at
            if depth[-2:] == ["fills", "fill"]:
                self._num_fills += 1

        def end(name: str, _: dict[str, str], at: int) -> None:
            if name == "fills":
                self._fills = (began[name], at)
            elif name == "cellXfs":
                self._cell_formats = (began[name], at)
            elif depth[-2:] == ["cellXfs", "xf"]:
                tag = self._part.tag(began["xf"])
                closing = b"" if tag.endswith(b"/>") else b"</" + tag_name(tag) + b">"
                whole = tag if not closing else self._part.data[began["xf"] : at] + closing
                self._formats.append(whole)
            depth.pop()

        self._part.walk(start, end)
        if not self._formats or not self._num_fills:
            raise ValueError("the workbook's styles have no cell formats")
