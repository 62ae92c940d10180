"""The rules file as a JSON schema, for editors that complete and check while somebody writes."""

from typing import Any

from mentormatch.rules.rules_file import Rules

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rules_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a rules file.

    TOML has the same values as JSON but for dates, which an editor hands on as text.
    """
    schema = Rules.model_json_schema(by_alias=True)
    return {
        "$schema": _DIALECT,
        "title": "mentormatch rules",
        **{key: value for key, value in schema.items() if key != "title"},
    }
