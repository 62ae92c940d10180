"""The table of a study: one number a row."""

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.instances.table_files import write_table


@dataclass(frozen=True, slots=True)
class Row:
    """One number.

    Parameters
    ----------
    instance, mechanism : str
    seed : int
    metric : str
        Such as ``rank_1`` or ``blocking_pairs``.
    value : float
    """

    instance: str
    seed: int
    mechanism: str
    metric: str
    value: float


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in one cell.

    Parameters
    ----------
    instance, mechanism : str
    seed : int
    metric : str
        The metric that failed; empty where the market could not be drawn or the mechanism found no matching.
    error : str
    """

    instance: str
    seed: int
    mechanism: str
    metric: str
    error: str


@dataclass(frozen=True, repr=False)
class StudyTable:
    """All numbers of a study, in the order of instances, seeds and mechanisms: the same whatever the workers did.

    Parameters
    ----------
    rows : tuple of Row
    failures : tuple of Failure
    """

    rows: tuple[Row, ...]
    failures: tuple[Failure, ...] = ()

    def __repr__(self) -> str:
        return f"StudyTable({len(self.rows)} numbers, {len(self.failures)} failures)"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The mechanisms in order."""
        return tuple(dict.fromkeys(row.mechanism for row in self.rows))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the numbers in order."""
        return tuple(dict.fromkeys(row.metric for row in self.rows))

    def where(self, **equal: Any) -> "StudyTable":
        """Return the rows whose fields have these values: ``table.where(metric="rank_1")``."""
        return StudyTable(
            tuple(row for row in self.rows if all(getattr(row, name) == value for name, value in equal.items()))
        )

    def csv(self) -> str:
        """Return the rows as CSV; floats read back exactly."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field.name for field in fields(Row))
        writer.writerows(astuple(row) for row in self.rows)
        return stream.getvalue()

    def write_csv(self, path: Path) -> None:
        """Write the rows as CSV, whole or not at all; `FileError` when that is not possible."""
        with atomic_path(path) as temp:
            temp.write_text(self.csv(), "utf-8")

    def columns(self) -> dict[str, list[Any]]:
        """Return the rows as columns by name."""
        return {field.name: [getattr(row, field.name) for row in self.rows] for field in fields(Row)}

    def write_parquet(self, path: Path) -> None:
        """Write the rows as a Parquet file, whole or not at all; `InputError` where pyarrow is not installed."""
        write_table(self.columns(), path)

    def to_polars(self) -> Any:
        """Return the rows as a polars frame; `ImportError` where polars is not installed."""
        import polars

        return polars.DataFrame(self.columns(), schema_overrides={"value": polars.Float64})

    def to_pandas(self) -> Any:
        """Return the rows as a pandas frame; `ImportError` where pandas is not installed."""
        import pandas

        return pandas.DataFrame([astuple(row) for row in self.rows], columns=[field.name for field in fields(Row)])
