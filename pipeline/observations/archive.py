"""The compact copy of what the readers took, committed, so that a build needs no network.

One Parquet file per source and vintage, one row group per file read; source, vintage, licence and the sha256 of
the file read stand in columns that are constant within a row group, so every row carries its provenance at no cost.
"""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.foundation.errors import SourceError

SCHEMA = pa.schema(
    [
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("vintage", pa.dictionary(pa.int32(), pa.string())),
        ("licence", pa.dictionary(pa.int32(), pa.string())),
        ("source_file", pa.dictionary(pa.int32(), pa.string())),
        ("sha256", pa.dictionary(pa.int32(), pa.string())),
        ("source_row", pa.int32()),
        ("ref_area", pa.string()),
        ("variable", pa.dictionary(pa.int32(), pa.string())),
        ("time_period", pa.int32()),
        ("obs_value", pa.float64()),
        ("obs_text", pa.string()),
        ("obs_status", pa.dictionary(pa.int32(), pa.string())),
        ("margin_of_error", pa.float64()),
    ]
)
DICTIONARIES = ["source", "vintage", "licence", "source_file", "sha256", "variable", "obs_status", "obs_value"]
DELTAS = {"source_row": "DELTA_BINARY_PACKED", "ref_area": "DELTA_BYTE_ARRAY", "obs_text": "DELTA_LENGTH_BYTE_ARRAY"}


def write_archive(path: Path, observations: pd.DataFrame) -> None:
    """Write observations with provenance (the columns of ``SCHEMA``), one row group per file read; equal rows, equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with pq.ParquetWriter(
        partial,
        SCHEMA,
        compression="zstd",
        compression_level=19,
        use_dictionary=DICTIONARIES,
        column_encoding=DELTAS,
        write_page_checksum=True,
        dictionary_pagesize_limit=2**22,
        version="2.6",
    ) as writer:
        for _, group in observations.groupby("source_file", sort=True):
            rows = group.sort_values(["variable", "time_period", "source_row", "ref_area"], kind="stable")
            writer.write_table(
                pa.Table.from_pandas(rows[SCHEMA.names], schema=SCHEMA, preserve_index=False), row_group_size=len(rows)
            )
    partial.replace(path)


def read_archive(path: Path) -> pd.DataFrame:
    """The observations of an archive file, text as text. Raises ``SourceError`` for a missing or damaged file."""
    if not path.is_file():
        raise SourceError(path, "the archive file is missing", advice="restore it from version control or run mirrors archive")
    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(path, f"the archive file is damaged ({error})", advice="restore it from version control") from error
    if table.schema.names != SCHEMA.names:
        raise SourceError(path, f"holds the columns {table.schema.names}", advice="restore it from version control")
    return as_observations(table)


def as_observations(table: pa.Table | pd.DataFrame) -> pd.DataFrame:
    """The same types and the same order of rows, wherever the observations come from."""
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table[SCHEMA.names], schema=SCHEMA, preserve_index=False)
    plain = pa.schema([(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in SCHEMA])
    keys = ["source_file", "variable", "time_period", "ref_area"]
    return table.cast(plain).sort_by([(key, "ascending") for key in keys]).to_pandas()


KEYS = ["ref_area", "variable", "time_period"]
MOST_SHOWN = 5


class Difference(NamedTuple):
    """What new observations change in old ones: rows added, removed and changed, and the largest changes."""

    added: int
    removed: int
    changed: int
    lost: list[str]  # what is gone, as variables with their numbers of rows
    largest: list[str]

    def lines(self) -> list[str]:
        """The difference in words."""
        counts = f"{self.added:,} rows added, {self.removed:,} removed, {self.changed:,} changed"
        return [counts, *(f"removed: {item}" for item in self.lost), *(f"changed: {item}" for item in self.largest)]


def difference(old: pd.DataFrame, new: pd.DataFrame, keys: list[str] = KEYS) -> Difference:
    """What ``new`` changes in ``old``; rows are the same if their ``keys`` are."""
    both = old.drop_duplicates(keys, keep="last").merge(
        new.drop_duplicates(keys, keep="last"), on=keys, how="outer", suffixes=("_old", "_new"), indicator="found"
    )
    shared, removed = both[both["found"] == "both"], both[both["found"] == "left_only"]
    moved = shared["obs_value_old"].fillna(0) != shared["obs_value_new"].fillna(0)
    moved |= shared["obs_value_old"].isna() != shared["obs_value_new"].isna()
    moved |= shared["obs_text_old"].fillna("") != shared["obs_text_new"].fillna("")
    moved |= shared["obs_status_old"] != shared["obs_status_new"]
    changed = shared[moved]
    size = (changed["obs_value_new"] / changed["obs_value_old"] - 1).abs().fillna(float("inf"))
    order = changed.assign(size=size).sort_values(["size", *keys], ascending=[False, *[True] * len(keys)]).head(MOST_SHOWN)
    counts = removed.groupby("variable").size().sort_values(ascending=False)
    lost = [f"{variable}, {rows:,} rows" for variable, rows in counts.head(MOST_SHOWN).items()]
    largest = [_change(row, keys) for row in order.to_dict("records")]
    return Difference(int((both["found"] == "right_only").sum()), len(removed), len(changed), lost, largest)


def _change(row: dict, keys: list[str]) -> str:
    sides = []
    for side in ("old", "new"):
        number, text = row[f"obs_value_{side}"], row[f"obs_text_{side}"]
        shown = f"{number:,.10g}" if pd.notna(number) else str(text)[:40] if pd.notna(text) else "missing"
        sides.append(f"{shown} ({row[f'obs_status_{side}']})")
    return f"{' '.join(str(row[key]) for key in keys)}: {sides[0]} to {sides[1]}"
