"""What a study runs on: anything with a name that draws a market from a seed, and how it is told apart."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from mentormatch.documents.open_school import read_roster
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.io.instances.preflib import read_preflib
from mentormatch.io.instances.preflib_graph import read_preflib_graph
from mentormatch.io.instances.table_files import market_from_files
from mentormatch.market.market import Market
from mentormatch.school.candidates import market_from_roster
from mentormatch.study.described import fingerprint_of


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
    .toc, .toi, .cat) and its weighted graphs (.wmd); anything else is read as the Glasgow text format.

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
        if ending in {".soc", ".soi", ".toc", ".toi", ".cat"}:
            return read_preflib(path, quotas=self.seats)
        if ending == ".wmd":
            return read_preflib_graph(path)
        if ending in {".csv", ".parquet"}:
            market = market_from_files(path)
            return market.replace(mentor_upper=np.full(market.num_mentors, self.seats))
        return read_glasgow(path)


def fingerprint(instance: Instance) -> str:
    """Return what tells an instance from any other in the log of a study: a hash of its description and its code.

    Two descriptions that differ in any field differ; a file counts by its content; an instance of one's own by its
    fields and by the code of its class.
    """
    if isinstance(instance, MarketFile):
        seats = [instance.seats] if instance.seats != 1 else []
        return fingerprint_of([instance.name, _content(Path(instance.path)), *seats])
    return fingerprint_of(instance)


def _content(path: Path) -> str:
    files = sorted(path.rglob("*")) if os.path.isdir(path) else [path]  # noqa: PTH112
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        if os.path.isfile(file):  # noqa: PTH113
            digest.update(file.read_bytes())
    return digest.hexdigest()
