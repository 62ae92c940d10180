"""The exceptions of mentormatch.

::

    MentorMatchError
    ├── InputError            the user's file, arguments or data cannot be used (exit code 2)
    │   ├── FileError         a file is missing, unreadable, of the wrong kind, or cannot be written
    │   ├── DataRefusedError  rows were refused and the caller did not accept that
    │   ├── RulesError        a rules file or a rule's parameters make no sense
    │   ├── MarketError       arrays, dictionaries or a text instance do not describe a market
    │   └── NoMatchingError   a matching was asked for where there is none; its text says why
    ├── UnsupportedError      an engine was forced that cannot take the problem exactly
    └── InternalError         the independent checker disagreed with an engine: a bug of ours (exit code 1)

An infeasible problem is not an exception: it is a `Result` whose status is ``infeasible`` and which says why.
"""

from collections.abc import Iterable

from mentormatch.base.text import SPACE, Text


class MentorMatchError(Exception):
    """Base of all exceptions of mentormatch.

    Parameters
    ----------
    text : Text or str
        What is wrong, where, and how to mend it. A plain string stands for both languages.
    maybe : Text or str, optional
        Advice when the intent can be guessed; shown on a line of its own that starts with "Maybe".

    Attributes
    ----------
    text, maybe : Text
    """

    def __init__(self, text: Text | str, *, maybe: Text | str | None = None) -> None:
        self.text: Text = text if isinstance(text, Text) else Text(zh=text, en=text)
        self.maybe: Text | None = Text(zh=maybe, en=maybe) if isinstance(maybe, str) else maybe
        super().__init__(self.full_text.en)

    @property
    def full_text(self) -> Text:
        """The message together with its advice."""
        if self.maybe is None:
            return self.text
        return self.text + Text("\n或许:", "\nMaybe ") + self.maybe


class InputError(MentorMatchError):
    """The user's file, arguments or data cannot be used."""


class FileError(InputError):
    """A file is missing, unreadable, of the wrong kind, or cannot be written."""


class DataRefusedError(InputError):
    """Rows of the input were refused and the caller did not accept that."""


class RulesError(InputError):
    """A rules file or a rule's parameters make no sense."""


class MarketError(InputError):
    """Arrays, dictionaries or a text instance do not describe a market."""


class NoMatchingError(InputError):
    """A matching was asked for where there is none."""


class UnsupportedError(MentorMatchError):
    """An engine was forced that cannot take the problem exactly."""


class InternalError(MentorMatchError):
    """The independent checker disagreed with an engine, or an engine broke its contract."""


def raise_disagreement(whom: Text, failures: Iterable[Text]) -> None:
    """Raise `InternalError` where the independent checker found something untrue; `whom` says whose answer it was."""
    failures = tuple(failures)
    if failures:
        said = Text(
            "独立校验与{whom}不一致(这是程序错误,请报告):{what}",
            "The checker disagrees with {whom} (a bug of ours, please report): {what}",
        )
        raise InternalError(said.format(whom=whom, what=SPACE.join(failures)))
