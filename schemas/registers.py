"""One pandera model per register. A column's description is its documentation.

Only the registers that people edit stand here; the tables that a build makes stand in ``tables.py``.
"""

import pandera.pandas as pa
from pandera.typing import Series

CODE = r"^[a-z][a-z0-9_]*$"


class Sources(pa.DataFrameModel):
    """One row per publisher's product and vintage."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product")
    vintage: Series[str] = pa.Field(str_matches=r"^[0-9][0-9a-z-]*$", description="code of the vintage")
    reader: Series[str] = pa.Field(str_matches=CODE, description="module in pipeline/sources that reads it")
    publisher: Series[str] = pa.Field(description="organisation that publishes it")
    title: Series[str] = pa.Field(description="title as published")
    url: Series[str] = pa.Field(str_startswith="http", description="address at the publisher")
    licence: Series[str] = pa.Field(description="licence or terms of use")
    citation: Series[str] = pa.Field(description="how the publisher asks to be cited")
    released: Series[str] = pa.Field(str_matches=r"^\d{4}-\d{2}-\d{2}$", description="day of publication")
    official: Series[str] = pa.Field(isin=["official", "compiled"], description="as published, or compiled by others")

    class Config:
        strict = True
        unique = ["source", "vintage"]


class SourceFiles(pa.DataFrameModel):
    """One row per file of a source and vintage, with the hash of the file that the readers were written for."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product")
    vintage: Series[str] = pa.Field(description="code of the vintage")
    file: Series[str] = pa.Field(description="path below data/raw/<source>/<vintage>/")
    sha256: Series[str] = pa.Field(str_matches=r"^[0-9a-f]{64}$", description="sha256 of the file")

    class Config:
        strict = True
        unique = ["source", "vintage", "file"]


class Variables(pa.DataFrameModel):
    """One row per published number that is read."""

    source: Series[str] = pa.Field(str_matches=CODE, description="code of the product it is read from")
    publisher_code: Series[str] = pa.Field(description="the publisher's own name or code of the number")
    variable: Series[str] = pa.Field(str_matches=CODE, description="our code, one for all publishers of the same concept")
    unit_measure: Series[str] = pa.Field(description="unit")
    additive: Series[bool] = pa.Field(description="whether the number may be summed over areas")
    definition: Series[str] = pa.Field(description="what the publisher counts, in a sentence")

    class Config:
        strict = True
        unique = ["source", "publisher_code", "variable"]


MODELS = {"sources": Sources, "source_files": SourceFiles, "variables": Variables}
