"""Change a few places of an XML part and leave every other byte alone.

Reading a workbook into a model and writing it again loses what the model does not know (pictures, pivots, signatures of
other programs). So tags are only located, with a real parser, and replaced where they stand.
"""

import re
from collections.abc import Callable

from mentormatch.io.files.workbook_parts import new_parser

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

OnTag = Callable[[str, dict[str, str], int], None]


class XmlPart:
    """The bytes of an XML part and the changes to be made to them.

    Parameters
    ----------
    data : bytes
        Well-formed XML. UTF-16 is turned into UTF-8 first, because places are counted in bytes.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_UTF16):
            text = re.sub(r'(<\?xml[^>]*?)encoding="[^"]*"', r'\1encoding="UTF-8"', data.decode("utf-16"), count=1)
            data = text.encode()
        self.data = data
        self._edits: list[tuple[int, int, bytes]] = []

    def walk(self, start: OnTag, end: OnTag | None = None) -> None:
        """Call `start` and `end` with the local name, the attributes and the place of every tag, in order."""
        parser = new_parser()
        parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes, parser.CurrentByteIndex)
        if end is not None:
            parser.EndElementHandler = lambda tag: end(local(tag), {}, parser.CurrentByteIndex)
        parser.Parse(self.data, True)

    def tag(self, at: int) -> bytes:
        """Return the whole tag that begins at a place."""
        found = _TAG.match(self.data, at)
        if found is None:
            raise ValueError("no tag stands there")
        return found[0]

    def replace(self, at: int, old: bytes, new: bytes) -> None:
        """Put `new` in the place of `old`, which stands at `at`; an empty `old` inserts."""
        self._edits.append((at, at + len(old), new))

    def insert_inside(self, at: int, end: int, content: bytes) -> None:
        """Add content at the end of an element whose start tag stands at `at` and whose end tag at `end`."""
        tag = self.tag(at)
        if tag.endswith(b"/>"):  # it has no end tag
            self.replace(at, tag, tag[:-2].rstrip() + b">" + content + b"</" + tag_name(tag) + b">")
        else:
            self.replace(end, b"", content)

    def result(self) -> bytes:
        """Return the part with all changes made."""
        pieces, last = [], 0
        for start, end, new in sorted(self._edits, key=lambda edit: (edit[0], edit[1])):
            pieces += [self.data[last:start], new]
            last = end
        return b"".join([*pieces, self.data[last:]])


def local(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rpartition(":")[2]


def tag_name(tag: bytes) -> bytes:
    """Return the name in a start tag, with its prefix."""
    found = re.match(rb"</?([^\s/>]+)", tag)
    if found is None:
        raise ValueError("not a tag")
    return found[1]


def prefix_of(tag: bytes) -> bytes:
    """Return the prefix of a tag with its colon; empty where it has none."""
    name = tag_name(tag)
    return name[: name.index(b":") + 1] if b":" in name else b""


def with_attribute(tag: bytes, name: bytes, value: bytes) -> bytes:
    """Return a start tag with an attribute set."""
    pattern = re.compile(rb"(\s)" + re.escape(name) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    setting = name + b'="' + value + b'"'
    if pattern.search(tag):
        return pattern.sub(lambda found: found[1] + setting, tag, count=1)
    cut = -2 if tag.endswith(b"/>") else -1
    return tag[:cut].rstrip() + b" " + setting + tag[cut:]
