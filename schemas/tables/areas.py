"""The tables of areas and places."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import LEVELS, STATUS


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


class AreaMembers(pa.DataFrameModel):
    """Which local areas add up to which metropolis or state."""

    parent: Series[str] = pa.Field(description="metropolis or state")
    ref_area: Series[str] = pa.Field(description="local area that is part of it")

    class Config:
        strict = True
        coerce = True
        unique = ["parent", "ref_area"]


class AreaGeography(pa.DataFrameModel):
    """Distances from each area's point, its climate and altitude, and whether it touches the coast or its land border."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    distance_coast_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to the nearest coast")
    distance_border_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to its country's land border")
    border_country: Series[str] = pa.Field(nullable=True, description="country on the other side of that border, ISO 3")
    distance_home_border_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="kilometres to the border with Mexico where its country has one, else to its land border"
    )
    distance_port_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to the nearest seaport")
    distance_airport_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to the nearest airport")
    climate_class: Series[str] = pa.Field(nullable=True, description="Köppen-Geiger class")
    climate_status: Series[str] = pa.Field(
        nullable=True, isin=STATUS, description="A as mapped, E where its own rainfall says otherwise"
    )
    altitude: Series[float] = pa.Field(nullable=True, description="metres above the sea of where people live")
    altitude_status: Series[str] = pa.Field(
        nullable=True, isin=STATUS, description="A of the town at its seat, E of one near it or of the territory"
    )
    coastal: Series[bool] = pa.Field(nullable=True, description="whether the area touches the coast")
    on_border: Series[bool] = pa.Field(nullable=True, description="whether the area touches its country's land border")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


class AreaOutlines(pa.DataFrameModel):
    """Outlines of Mexican municipalities and of the world's countries, generalised by their publishers: for maps only."""

    ref_area: Series[str] = pa.Field(unique=True, description="municipality, or country by ISO 3166-1 alpha-3")
    source: Series[str] = pa.Field(description="source of the outline")
    outline: Series[str] = pa.Field(description="polygon in longitude and latitude, well-known text")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


class DerivedObservations(pa.DataFrameModel):
    """Observations that follow from several sources together."""

    ref_area: Series[str] = pa.Field(description="area")
    variable: Series[str] = pa.Field(description="what is counted")
    time_period: Series[int] = pa.Field(ge=1900, le=2100, description="year")
    obs_value: Series[float] = pa.Field(description="the number")
    obs_status: Series[str] = pa.Field(isin=STATUS, description="A counted, E estimated")
    margin_of_error: Series[float] = pa.Field(nullable=True, ge=0, description="half-width of the 90 % interval, if known")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "variable", "time_period"]


class ReferenceAreas(pa.DataFrameModel):
    """Every area of the three levels: who it is, where it lies, how many live there, and whether it takes part in matching."""

    ref_area: Series[str] = pa.Field(unique=True, description="code of the area")
    level: Series[str] = pa.Field(isin=LEVELS, description="local, metro or state: like is matched with like")
    kind: Series[str] = pa.Field(description="kind of area")
    country: Series[str] = pa.Field(str_length=3, description="ISO 3166-1 alpha-3")
    parent: Series[str] = pa.Field(nullable=True, description="state-level area it lies in")
    metropolis: Series[str] = pa.Field(nullable=True, description="metropolis it belongs to")
    name: Series[str] = pa.Field(description="name as the publisher writes it")
    latitude: Series[float] = pa.Field(ge=-90, le=90, nullable=True, description="degrees north, of the seat or largest town")
    longitude: Series[float] = pa.Field(ge=-180, le=180, nullable=True, description="degrees east")
    area_km2: Series[float] = pa.Field(gt=0, nullable=True, description="land area in square kilometres")
    population: Series[float] = pa.Field(ge=0, nullable=True, description="people")
    population_year: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of the population")
    altitude: Series[float] = pa.Field(nullable=True, description="metres above the sea")
    climate_class: Series[str] = pa.Field(nullable=True, description="Köppen-Geiger class at the point")
    distance_coast_km: Series[float] = pa.Field(nullable=True, description="kilometres from the point to the nearest coast")
    distance_border_km: Series[float] = pa.Field(nullable=True, description="kilometres to the country's land border")
    border_country: Series[str] = pa.Field(nullable=True, description="country on the other side of that border, ISO 3")
    distance_port_km: Series[float] = pa.Field(nullable=True, description="kilometres to the nearest seaport")
    distance_airport_km: Series[float] = pa.Field(nullable=True, description="kilometres to the nearest large airport")
    coastal: Series[pd.BooleanDtype] = pa.Field(nullable=True, description="whether the area touches the coast")
    on_border: Series[pd.BooleanDtype] = pa.Field(nullable=True, description="whether it touches its country's land border")
    matching_coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the matching weight that is known")
    takes_part: Series[bool] = pa.Field(description="whether it takes part in matching")
    ranked: Series[bool] = pa.Field(description="whether it can be among the first ten, or only the best of its country")
    reason: Series[str] = pa.Field(nullable=True, description="why it does not take part, or is not ranked")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


class HomicideRates(pa.DataFrameModel):
    """Homicides per 100,000 people and year of Mexico's municipalities, smoothed over years and by size, with an interval."""

    ref_area: Series[str] = pa.Field(unique=True, description="municipality")
    time_period: Series[int] = pa.Field(ge=2000, description="newest of the years that count; older ones count less")
    years: Series[float] = pa.Field(gt=0, description="years that count; half a year is 0.5")
    deaths: Series[float] = pa.Field(ge=0, description="homicides of these years, case files as victims by the state's ratio")
    people: Series[float] = pa.Field(gt=0, description="residents in the newest year")
    mean_rate: Series[float] = pa.Field(ge=0, description="mean of the years' own rates, per 100,000 people and year")
    rate: Series[float] = pa.Field(ge=0, description="smoothed rate, per 100,000 people and year")
    low: Series[float] = pa.Field(ge=0, description="lower end of the interval that holds the rate with 95 % probability")
    high: Series[float] = pa.Field(ge=0, description="upper end of the interval that holds the rate with 95 % probability")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]
