"""The tables of indicators and of where they come from."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import FRAMES, LEVELS, STATUS


class IndicatorValues(pa.DataFrameModel):
    """Numerator, denominator and value of every indicator of every area."""

    ref_area: Series[str] = pa.Field(description="area")
    indicator: Series[str] = pa.Field(description="indicator (indicators)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of the area")
    time_period: Series[int] = pa.Field(description="year of the numerator, the newest where members differ")
    numerator: Series[float] = pa.Field(nullable=True, description="numerator")
    denominator: Series[float] = pa.Field(nullable=True, description="denominator, 1 for what is no ratio")
    obs_value: Series[float] = pa.Field(nullable=True, description="value in the indicator's unit")
    obs_status: Series[str] = pa.Field(isin=STATUS, description="A counted, E estimated, P provisional")
    standard_error: Series[float] = pa.Field(ge=0, nullable=True, description="of the value, where its source publishes margins")
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the area's people that the value covers")
    source: Series[str] = pa.Field(description="source of the numerator")
    numerator_variables: Series[str] = pa.Field(
        nullable=True, description="variables of the numerator in used_observations, joined by +; missing for a sum of members"
    )
    denominator_variables: Series[str] = pa.Field(nullable=True, description="the same for the denominator")
    denominator_source: Series[str] = pa.Field(nullable=True, description="source of the denominator")
    denominator_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of the denominator")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator"]


class Comparability(pa.DataFrameModel):
    """How each country defines every indicator that several of them measure, and what that does to the comparison."""

    indicator: Series[str] = pa.Field(description="indicator (indicators)")
    country: Series[str] = pa.Field(
        description="ISO 3166-1 alpha-3; EUR: cities of Europe, WUP: agglomerations of the United Nations, ALL: one way for all"
    )
    frame: Series[str] = pa.Field(
        isin=[*FRAMES, "both"],
        description="absolute: levels are compared across countries; national: places within their country; both: half each",
    )
    comparable: Series[str] = pa.Field(
        isin=["yes", "partly", "no"],
        description="whether levels compare across countries: yes; partly, with the bias that the effect states; no",
    )
    definition_es: Series[str] = pa.Field(description="what is counted there, in Spanish")
    definition_en: Series[str] = pa.Field(description="what is counted there, in English")
    effect_es: Series[str] = pa.Field(description="what that does to the comparison, in Spanish")
    effect_en: Series[str] = pa.Field(description="what that does to the comparison, in English")

    class Config:
        strict = True
        coerce = True
        unique = ["indicator", "country"]


class Sources(pa.DataFrameModel):
    """The files behind the edition, with publisher, licence, citation and hash."""

    source: Series[str] = pa.Field(description="code of the product")
    vintage: Series[str] = pa.Field(description="release of it that the edition uses")
    source_file: Series[str] = pa.Field(description="file that was read")
    sha256: Series[str] = pa.Field(description="sha256 of the file")
    known_file: Series[bool] = pa.Field(description="whether it is the file that the register knows")
    observations: Series[int] = pa.Field(ge=1, description="how many observations were taken from it")
    missing: Series[int] = pa.Field(ge=0, description="how many of them the publisher leaves empty or masks")
    publisher: Series[str] = pa.Field(description="publisher")
    title: Series[str] = pa.Field(description="title")
    url: Series[str] = pa.Field(description="address at the publisher")
    licence: Series[str] = pa.Field(description="licence")
    citation: Series[str] = pa.Field(description="citation")
    released: Series[str] = pa.Field(description="day of publication")
    official: Series[str] = pa.Field(description="official, or compiled by others")

    class Config:
        strict = True
        coerce = True
        unique = ["source", "source_file"]


class UsedObservations(pa.DataFrameModel):
    """The observations that the indicator values rest on, each with the file and the row that it was read from."""

    source: Series[str] = pa.Field(description="code of the publisher's product (sources), derived for what follows from several")
    ref_area: Series[str] = pa.Field(description="area or country")
    variable: Series[str] = pa.Field(description="what is counted")
    time_period: Series[int] = pa.Field(ge=1900, le=2100, description="year")
    obs_value: Series[float] = pa.Field(description="the number, exactly as published")
    obs_status: Series[str] = pa.Field(isin=STATUS, description="SDMX CL_OBS_STATUS")
    source_file: Series[str] = pa.Field(nullable=True, description="file that was read (sources has its hash)")
    source_row: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="line of the file, counted from 1")

    class Config:
        strict = True
        coerce = True
        unique = ["source", "ref_area", "variable", "time_period"]


class SectorMix(pa.DataFrameModel):
    """People employed, jobs and establishments by sector in every Mexican municipality."""

    ref_area: Series[str] = pa.Field(description="municipality")
    variable: Series[str] = pa.Field(description="what is counted")
    time_period: Series[int] = pa.Field(ge=1900, le=2100, description="year")
    obs_value: Series[float] = pa.Field(nullable=True, description="people or establishments")
    obs_status: Series[str] = pa.Field(isin=STATUS, description="A counted, E estimated")
    standard_error: Series[float] = pa.Field(nullable=True, ge=0, description="standard error of the estimate")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "variable", "time_period"]


class SectorGrowth(pa.DataFrameModel):
    """How the groups of an area's economy grew between economic censuses: with the nation, with its mix, and by itself."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    variable: Series[str] = pa.Field(description="people; production, value_added, capital_formation in thousand pesos")
    sector_group: Series[str] = pa.Field(description="primary, construction, manufacturing, trade, services, or total")
    first_period: Series[int] = pa.Field(ge=1990, le=2100, description="year of the earlier census")
    last_period: Series[int] = pa.Field(ge=1990, le=2100, description="year of the later census")
    first_value: Series[float] = pa.Field(description="figure of the earlier census")
    last_value: Series[float] = pa.Field(description="figure of the later census")
    change: Series[float] = pa.Field(description="last_value less first_value; the sum of national, mix and local")
    national: Series[float] = pa.Field(description="what growth at the nation's rate would have added")
    mix: Series[float] = pa.Field(description="what the group's growth in the nation, above all growth, would have added")
    local: Series[float] = pa.Field(description="the rest: growth beyond that of the group in the nation")
    growth: Series[float] = pa.Field(nullable=True, description="change in percent of the first figure")
    growth_of_state: Series[float] = pa.Field(nullable=True, description="the same for the group in the state")
    growth_of_nation: Series[float] = pa.Field(nullable=True, description="the same for the group in the nation")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "variable", "sector_group", "first_period"]
