"""What documents share: JSON in and out, and what is said of one that cannot be read."""

import json
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.documents.version import check_version


class JsonDocument(BaseModel):
    """A document with a format and a version; properties of a newer minor version are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the document that a text holds.

        Raises
        ------
        InputError
            When it is no JSON, no document of this format, of a newer major version, or says what makes no sense: with
            the place, and without a value.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(
                Text(zh=f"不是合法的 JSON:{error}。", en=f"This is not JSON: {error}."),
            ) from None
        return cls.from_data(data)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the document of data that JSON gave; the exceptions are those of `from_json`."""
        check_version(data, cls.model_fields["format"].default)
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            places = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:20]]
            raise InputError(
                Text(zh="文档内容有误:\n" + "\n".join(places), en="The document is wrong:\n" + "\n".join(places))
            ) from None

    def to_json(self) -> str:
        """Return the document as JSON, the same text for the same document."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")) + "\n"

    @property
    def unknown(self) -> tuple[str, ...]:
        """The properties that this version of the package does not know; they are kept."""
        return tuple(self.model_extra or ())
