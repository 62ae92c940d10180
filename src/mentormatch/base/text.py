"""Text in both languages of a school: every message a school user sees is a `Text`. Texts compose like strings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Text:
    """One message in Chinese and in English.

    Parameters
    ----------
    zh, en : str
        The same statement in both languages. Neither may hold a pupil's name.

    Examples
    --------
    >>> COMMA.join([Text("甲", "one"), Text("乙", "two"), "3"]) + Text("。", ".")
    Text(zh='甲、乙、3。', en='one, two, 3.')
    >>> Text("共 {n} 人:{who}", "{n} people: {who}").format(n=2, who=Text("师生", "a pair"))
    Text(zh='共 2 人:师生', en='2 people: a pair')
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en

    def __add__(self, other: "Text | str") -> "Text":
        return Text(self.zh + _part(other, "zh"), self.en + _part(other, "en"))

    def __radd__(self, other: str) -> "Text":
        return Text(other + self.zh, other + self.en)

    def in_language(self, lang: Language) -> str:
        """Return the message in one language."""
        return self.zh if lang == "zh" else self.en

    def join(self, parts: "Iterable[Text | str]") -> "Text":
        """Return the parts with this text between them, as `str.join` does; a plain string is the same in both."""
        parts = tuple(parts)
        return Text(
            self.zh.join(_part(part, "zh") for part in parts), self.en.join(_part(part, "en") for part in parts)
        )

    def format(self, *args: Any, **kwargs: Any) -> "Text":
        """Return the text with its fields filled in, as `str.format` does; a `Text` is filled in in its language."""

        def filled(lang: Language) -> str:
            named = {name: _part(value, lang) for name, value in kwargs.items()}
            return self.in_language(lang).format(*(_part(value, lang) for value in args), **named)

        return Text(filled("zh"), filled("en"))

    @property
    def clause(self) -> "Text":
        """The text without the full stop at its end, to stand within a longer sentence."""
        return Text(self.zh.rstrip("。"), self.en.rstrip("."))

    @property
    def sentence(self) -> "Text":
        """The text with one full stop at its end."""
        clause = self.clause
        return Text(f"{clause.zh}。", f"{clause.en}.")

    def as_data(self) -> dict[str, str]:
        """Return the text as plain data, for JSON."""
        return {"zh": self.zh, "en": self.en}


def _part(value: Any, lang: Language) -> Any:
    return value.in_language(lang) if isinstance(value, Text) else value


NOTHING = Text("", "")
SPACE = Text("", " ")
COMMA = Text("、", ", ")
SEMICOLON = Text(";", "; ")


def sentences(texts: Iterable[Text]) -> Text:
    """Return statements one after the other, each with a full stop."""
    return SPACE.join(text.sentence for text in texts)


def clauses(texts: Iterable[Text]) -> Text:
    """Return statements as one sentence, with semicolons between them and a full stop at the end."""
    return SEMICOLON.join(text.clause for text in texts).sentence
