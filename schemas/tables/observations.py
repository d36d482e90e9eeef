"""What the readers took."""

import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import STATUS


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
