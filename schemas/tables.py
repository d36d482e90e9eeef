"""One pandera model per table that a build makes: the schema, the keys and the data dictionary in one place.

``unique`` in a model's Config is the table's primary key. Docstring and descriptions are published as they stand.
"""

import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pyarrow
from pandera.typing import Series

STATUS = ["A", "E", "I", "P", "B", "O"]
LEVELS = ["local", "metro", "state"]
FRAMES = ["absolute", "national"]


class TableError(ValueError):
    """A table that breaks its schema: names the table, the column, the value and the row's key."""


class Observations(pa.DataFrameModel):
    """What the readers took from the publishers' files, one row per number or text, with its provenance."""

    source: Series[str] = pa.Field(description="code of the publisher's product (sources)")
    vintage: Series[str] = pa.Field(description="release of the product")
    licence: Series[str] = pa.Field(description="licence of the product")
    source_file: Series[str] = pa.Field(description="file that was read, with !member for a member of a zip")
    sha256: Series[str] = pa.Field(description="sha256 of the file that was read")
    source_row: Series[int] = pa.Field(ge=1, description="line of the file, counted from 1")
    ref_area: Series[str] = pa.Field(description="area or point")
    variable: Series[str] = pa.Field(description="what is counted (variables)")
    time_period: Series[int] = pa.Field(ge=1900, le=2100, description="year")
    obs_value: Series[float] = pa.Field(nullable=True, description="the number, in the unit of the variable")
    obs_text: Series[str] = pa.Field(nullable=True, description="the text, for what is not a number")
    obs_status: Series[str] = pa.Field(isin=STATUS, description="SDMX CL_OBS_STATUS")
    margin_of_error: Series[float] = pa.Field(
        nullable=True, description="half-width of the 90 % interval, where the publisher gives one"
    )

    class Config:
        strict = True
        coerce = True
        unique = ["source", "ref_area", "variable", "time_period"]


class Places(pa.DataFrameModel):
    """Every area of the three levels and the point from which its geography is measured."""

    ref_area: Series[str] = pa.Field(unique=True, description="code of the area")
    kind: Series[str] = pa.Field(description="kind of area (area_kinds)")
    level: Series[str] = pa.Field(isin=LEVELS, description="local, metro or state: like is matched with like")
    country: Series[str] = pa.Field(str_length=3, description="ISO 3166-1 alpha-3")
    parent: Series[str] = pa.Field(nullable=True, description="state-level area it lies in")
    metropolis: Series[str] = pa.Field(nullable=True, description="metropolis it belongs to")
    name: Series[str] = pa.Field(description="name as the publisher writes it")
    latitude: Series[float] = pa.Field(ge=-90, le=90, nullable=True, description="degrees north")
    longitude: Series[float] = pa.Field(ge=-180, le=180, nullable=True, description="degrees east")
    area_km2: Series[float] = pa.Field(gt=0, nullable=True, description="land area in square kilometres")
    altitude: Series[float] = pa.Field(ge=-500, le=6500, nullable=True, description="metres above the sea")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


MODELS: dict[str, type[pa.DataFrameModel]] = {"observations": Observations, "places": Places}


def model_of(table: str) -> type[pa.DataFrameModel]:
    """The model of a table; ``observations_<source>`` has that of ``observations``."""
    return MODELS["observations" if table.startswith("observations_") else table]


def primary_key(table: str) -> list[str]:
    """The columns that tell a table's rows apart."""
    return list(model_of(table).to_schema().unique)


def validate(table: str, frame: pd.DataFrame) -> pyarrow.Table:
    """The table with the model's types, columns described. Raises ``TableError``."""
    model = model_of(table)
    try:
        frame = model.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise TableError(_first_failure(table, frame, error)) from error
    return pyarrow.Table.from_pandas(frame, schema=arrow_schema(table), preserve_index=False)


def arrow_schema(table: str) -> pyarrow.Schema:
    """The table's Arrow schema, every field with its description."""
    model = model_of(table)
    fields = []
    for name, column in model.to_schema().columns.items():
        kind = ARROW_TYPES[str(column.dtype)]
        fields.append(pyarrow.field(name, kind, column.nullable, {"description": column.description or ""}))
    return pyarrow.schema(fields, metadata={"description": model.__doc__ or ""})


ARROW_TYPES = {
    "str": pyarrow.string(),
    "string[pyarrow]": pyarrow.string(),
    "object": pyarrow.string(),
    "int64": pyarrow.int64(),
    "float64": pyarrow.float64(),
    "bool": pyarrow.bool_(),
}


def _first_failure(table: str, frame: pd.DataFrame, error: pandera.errors.SchemaErrors) -> str:
    case = error.failure_cases.iloc[0]
    place = ""
    if pd.notna(case["index"]) and not frame.empty:
        row = frame.loc[case["index"]]
        place = " in the row " + ", ".join(f"{key} {row[key]}" for key in primary_key(table) if key in row)
    return f"table {table}, column {case['column']}: {case['failure_case']!r} breaks the rule {case['check']}{place}"
