"""What a study runs on: anything with a name that draws a market from a seed, and how it is told apart."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from pydantic import BaseModel

from mentormatch.documents.open_school import read_roster
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.io.instances.preflib import read_preflib
from mentormatch.io.instances.preflib_graph import read_preflib_graph
from mentormatch.io.instances.table_files import market_from_files
from mentormatch.market.market import Market
from mentormatch.school.candidates import market_from_roster


class Instance(Protocol):
    """A description of a market; it pickles, so that workers can draw the market."""

    @property
    def name(self) -> str:
        """Names the instance in tables; distinct within a study."""
        ...

    def market(self, seed: int) -> Market:
        """Return the market: a pure function of the description and the seed."""
        ...


@dataclass(frozen=True, eq=False)
class GivenMarket:
    """A market as it is; the seed serves the mechanisms only.

    Parameters
    ----------
    name : str
    given : Market
    """

    name: str
    given: Market

    def market(self, seed: int) -> Market:
        """Return the market."""
        return self.given


@dataclass(frozen=True)
class MarketFile:
    """A market in a file, read where it is needed.

    A school's workbook or folder of CSV files; a table of pairs (.csv, .parquet); PrefLib's ordinal files (.soc, .soi,
    .toc, .toi) and its weighted graphs (.wmd); anything else is read as the Glasgow text format.

    Parameters
    ----------
    name : str
    path : str
    seats : int
        Seats of each mentor, where the file says nothing of them: tables of pairs and ordinal PrefLib files.
    """

    name: str
    path: str
    seats: int = 1

    def market(self, seed: int) -> Market:
        """Read the market; `InputError` for what cannot be read."""
        path = Path(self.path)
        # A name that no file can have is told by the reader; `Path.is_dir` would raise.
        is_folder = os.path.isdir(path)  # noqa: PTH112
        ending = "" if is_folder else path.suffix.lower()
        if is_folder or ending in {".xlsx", ".xlsm", ".xls", ".ods"}:
            return market_from_roster(read_roster(path))
        if ending in {".soc", ".soi", ".toc", ".toi"}:
            return read_preflib(path, quotas=self.seats)
        if ending == ".wmd":
            return read_preflib_graph(path)
        if ending in {".csv", ".parquet"}:
            market = market_from_files(path)
            return market.replace(mentor_upper=np.full(market.num_mentors, self.seats))
        return read_glasgow(path)


def fingerprint(instance: Instance) -> str:
    """Return what tells an instance from any other in the log of a study: a hash of its description.

    Two descriptions that differ in any field differ; a file counts by its content. Of an object that is neither a
    dataclass nor a pydantic model nothing is known but its class and its name.
    """
    text = json.dumps(_described(instance), sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _described(value: Any) -> Any:
    if isinstance(value, MarketFile):
        return [value.name, _content(Path(value.path)), *([value.seats] if value.seats != 1 else [])]
    if isinstance(value, BaseModel):
        return [type(value).__name__, value.model_dump(mode="json")]
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, {field.name: _described(getattr(value, field.name)) for field in fields(value)}]
    if isinstance(value, np.ndarray):
        content = hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=16).hexdigest()
        return [str(value.dtype), value.shape, content]
    if isinstance(value, Mapping):
        return {str(key): _described(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple, range)):
        return [_described(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return [type(value).__name__, str(getattr(value, "name", ""))]


def _content(path: Path) -> str:
    files = sorted(path.rglob("*")) if os.path.isdir(path) else [path]  # noqa: PTH112
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        if os.path.isfile(file):  # noqa: PTH113
            digest.update(file.read_bytes())
    return digest.hexdigest()
