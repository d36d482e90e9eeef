"""The models of all tables by name: keys, references, units, types, and the validation of a table on its way to the disk.

A model is a class in ``schemas/tables/<room>.py``; which tables are published stands here.
"""

import re
from functools import cache

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pyarrow

from schemas import registers
from schemas.catalogue import register
from schemas.tables import areas, decisions, editions, indicators, matching, observations, scoring

DIGITS = 12


class TableError(ValueError):
    """A table that breaks its schema: names the table, the column, the value and the row's key."""


def _models() -> dict[str, type[pa.DataFrameModel]]:
    """The classes of the rooms' modules by table name; a published register has the register's own model."""
    found = dict(registers.MODELS)
    for module in (observations, areas, indicators, matching, scoring, decisions, editions):
        own = [item for item in vars(module).values() if isinstance(item, type) and item.__module__ == module.__name__]
        found |= {re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower(): model for model in own}
    return found


MODELS = _models()

PUBLISHED = [
    "reference_areas", "place_names", "sources", "indicators", "lenses", "pillars", "indicator_values",
    "normalisation_parameters", "matching_features", "lens_features", "between_countries", "mirrors",
    "mirror_countries", "mirror_blocks", "mirror_verdicts", "answers", "nominated_pairs", "outcome_skill",
    "validation", "goalposts", "normalised_values", "pillar_scores", "development_scores", "score_sensitivity",
    "indicator_influence", "area_members", "quarantined_values", "marginalisation", "social_lag", "deprivations",
    "deprivation_values", "comparability", "sectors", "branches", "key_sectors", "sector_growth", "structural_risks",
    "sister_cities", "standings", "opportunities", "pathways", "edition_changes", "mirror_changes", "area_outlines", "blocks",
    "countries", "used_observations", "area_changes", "derivations", "variables", "homicide_rates", "development_levels",
    "level_parts", "level_goalposts", "level_concepts",
]  # fmt: skip
EVIDENCE = {  # what stands behind the answers: large, and compressed where it is text
    "indicator_values", "normalised_values", "matching_features", "mirror_blocks", "edition_changes", "used_observations",
}  # fmt: skip


def csv_file(table: str) -> str:
    """The name of a published table's CSV file: plain, or compressed where it is evidence."""
    return f"{table}.csv.gz" if table in EVIDENCE else f"{table}.csv"


def model_of(table: str) -> type[pa.DataFrameModel]:
    """The model of a table; ``observations_<source>`` has that of ``observations``."""
    return MODELS["observations" if table.startswith("observations_") else table]


def primary_key(table: str) -> list[str]:
    """The columns that tell a table's rows apart."""
    return list(model_of(table).to_schema().unique)


def foreign_keys(table: str) -> list[tuple[list[str], str, list[str]]]:
    """The columns that refer to another table: columns, that table, its columns (``columns.csv``)."""
    names = set(model_of(table).to_schema().columns)
    found = []
    for column, (_, refers_to) in _meanings().items():
        owner, _, columns = column.rpartition(".")
        target, _, others = refers_to.partition(".")
        elsewhere = refers_to and (target, others) != (table, columns)
        if elsewhere and owner in ("", table) and set(columns.split("+")) <= names and _meaning(table, columns)[1] == refers_to:
            found.append((columns.split("+"), target, others.split("+")))
    return found


def unit_of(table: str, column: str) -> str:
    """The unit of a column's numbers (``columns.csv``); empty where it has none."""
    return _meaning(table, column)[0]


def _meaning(table: str, column: str) -> tuple[str, str]:
    """Unit and reference of a column; what is said of the table's own counts before what is said of the name."""
    return _meanings().get(f"{table}.{column}") or _meanings().get(column, ("", ""))


@cache
def _meanings() -> dict[str, tuple[str, str]]:
    return {row.column: (row.unit, row.refers_to) for row in register("columns").fillna("").itertuples()}


def validate(table: str, frame: pd.DataFrame | pyarrow.Table) -> pyarrow.Table:
    """The table with the model's types, columns described. Raises ``TableError``.

    An Arrow table is taken as the union of stored tables, which were validated before: only its columns are checked.
    """
    if isinstance(frame, pyarrow.Table):
        return frame.cast(arrow_schema(table))
    model = model_of(table)
    try:
        frame = model.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise TableError(_first_failure(table, frame, error)) from error
    return pyarrow.Table.from_pandas(_rounded(table, frame), schema=arrow_schema(table), preserve_index=False)


def _rounded(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Computed numbers to 12 significant digits, so that the last bits of a sum are not published; what was read stays exact."""
    if model_of(table) in (observations.Observations, indicators.UsedObservations):
        return frame
    numbers = frame.select_dtypes("float64")
    magnitude = 10.0 ** (DIGITS - 1 - np.floor(np.log10(numbers.abs().where(numbers != 0, 1))))
    return frame.assign(**(numbers * magnitude).round() / magnitude)


def arrow_schema(table: str) -> pyarrow.Schema:
    """The table's Arrow schema, every field with its description and its unit."""
    model = model_of(table)
    fields = []
    for name, column in model.to_schema().columns.items():
        kind = ARROW_TYPES[str(column.dtype)]
        unit = unit_of(table, name)
        notes = {"description": column.description or ""} | ({"unit": unit} if unit else {})
        fields.append(pyarrow.field(name, kind, column.nullable, notes))
    return pyarrow.schema(fields, metadata={"description": model.__doc__ or ""})


ARROW_TYPES = {
    "str": pyarrow.string(),
    "string[pyarrow]": pyarrow.string(),
    "object": pyarrow.string(),
    "int64": pyarrow.int64(),
    "float64": pyarrow.float64(),
    "bool": pyarrow.bool_(),
    "Int64": pyarrow.int64(),
    "boolean": pyarrow.bool_(),
}


def _first_failure(table: str, frame: pd.DataFrame, error: pandera.errors.SchemaErrors) -> str:
    case = error.failure_cases.iloc[0]
    place = ""
    if pd.notna(case["index"]) and not frame.empty:
        row = frame.loc[case["index"]]
        place = " in the row " + ", ".join(f"{key} {row[key]}" for key in primary_key(table) if key in row)
    return f"table {table}, column {case['column']}: {case['failure_case']!r} breaks the rule {case['check']}{place}"
