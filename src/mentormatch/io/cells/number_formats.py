"""What a sheet shows for a number: 00123 where the file holds 123 and the format 00000."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*")|\\(?P<escaped>.)|(?P<bracket>\[[^\]]*\])|_(?P<space>.)|\*(?P<fill>.)|(?P<digits>[0#?]+)|(?P<other>.)""",
    re.DOTALL,
)
_LITERAL = frozenset("-+() :!^&'~{}<>=$ ￥¥第号届级")
_PLAIN = frozenset(("general", "@", "0", "#", "g/通用格式", "[dbnum0]general"))
_HARMLESS_BRACKET = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color\d+|\$-[0-9a-f]+|黑色|红色|蓝色)\]", re.IGNORECASE
)
_DECIMALS = re.compile(r"(?:[#,]*0?[#,0]*)(?:\.[0#?]*)?(?:[_*].)*")


@dataclass(frozen=True, slots=True)
class FormattedNumber:
    """A number whose cell shows more than the number.

    Parameters
    ----------
    number : int or float
    number_format : str
        As the workbook writes it, such as ``00000000`` or ``"S"0000``.
    """

    number: int | float
    number_format: str

    def __str__(self) -> str:
        seen = shown_number(self.number, self.number_format)
        return str(self.number) if seen is None else seen


def is_plain(number_format: str) -> bool:
    """Tell whether a format shows a whole number as its digits, with or without separators of thousands."""
    first = number_format.partition(";")[0].strip()
    if first.casefold() in _PLAIN:
        return True
    zeros = re.match(r"[#,]*(0*)", first)
    return _DECIMALS.fullmatch(first) is not None and zeros is not None and len(zeros[1].replace(",", "")) <= 1


def shown_number(number: int | float, number_format: str) -> str | None:
    """Return what a cell shows for a whole number that is not negative; None where that is not certain.

    Understood are zeros in front, signs between the digits, and texts round them; not decimals, percentages,
    fractions, conditions and forms of dates.

    Examples
    --------
    >>> shown_number(123, "00000"), shown_number(12345, '"S"000-000'), shown_number(5, "0.0%")
    ('00123', 'S012-345', None)
    """
    if number < 0 or number != int(number):
        return None
    parts: list[str | int] = []  # texts, and how many digits stand together at least
    for token in _TOKEN.finditer(number_format.split(";")[0]):
        part = _part(token)
        if part is None:
            return None
        parts.append(part)
    places = [part for part in parts if isinstance(part, int)]
    if not places:
        return None
    return _with_digits(parts, str(int(number)))


def _part(token: re.Match[str]) -> str | int | None:
    """Return a literal, or the places of a run of digits (optional ones negative); None for what is not understood."""
    if token["quoted"] is not None:
        return token["quoted"][1:-1]
    if token["escaped"] is not None:
        return token["escaped"]
    if token["bracket"] is not None:
        return "" if _HARMLESS_BRACKET.fullmatch(token["bracket"]) else None
    if token["space"] is not None or token["fill"] is not None:
        return ""
    digits = token["digits"]
    if digits is None:
        return token["other"] if token["other"] in _LITERAL or token["other"] > "\u2e7f" else None
    return len(digits) if set(digits) == {"0"} else -len(digits) if set(digits) == {"#"} else None


def _with_digits(parts: list[str | int], digits: str) -> str | None:
    """Put digits into the places from the right, as a spreadsheet does; what is left over stands at the first place."""
    if any(isinstance(part, int) and part < 0 for part in parts[1:]) and len([p for p in parts if p != ""]) > 1:
        return None  # optional places among texts: programs differ
    shown: list[str] = []
    rest = digits
    runs = [at for at, part in enumerate(parts) if isinstance(part, int)]
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if isinstance(part, str):
            shown.append(part)
        elif at == runs[0]:
            shown.append(rest.rjust(part, "0") if part > 0 else rest)
        else:
            taken, rest = rest[-part:], rest[:-part]
            shown.append(taken.rjust(part, "0"))
    return "".join(reversed(shown))
