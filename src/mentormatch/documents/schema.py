"""The published JSON Schemas of the documents, as files of the package."""

import json
from pathlib import Path
from typing import Any

from mentormatch.documents.json_text import JsonDocument
from mentormatch.documents.result_document import ResultDocument
from mentormatch.documents.school_document import SchoolDocument

FOLDER = Path(__file__).with_name("schemas")
"""Where they lie: ``school.schema.json`` and ``result.schema.json``."""

DOCUMENTS: dict[str, type[JsonDocument]] = {"school": SchoolDocument, "result": ResultDocument}


def schema_text(name: str) -> str:
    """Return the JSON Schema of a document as it is published.

    Parameters
    ----------
    name : {"school", "result"}
    """
    schema: dict[str, Any] = DOCUMENTS[name].model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
