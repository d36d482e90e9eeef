"""One pandera model per table that a build makes: the schema, the keys and the data dictionary in one place.

``unique`` in a model's Config is the table's primary key. Docstring and descriptions are published as they stand.
"""

from functools import cache

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pyarrow
from pandera.typing import Series

from schemas import registers
from schemas.catalogue import register

STATUS = ["A", "E", "I", "P", "B", "O"]
LEVELS = ["local", "metro", "state"]
FRAMES = ["absolute", "national"]
DIGITS = 12


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


class AreaMembers(pa.DataFrameModel):
    """Which local areas add up to which metropolis or state."""

    parent: Series[str] = pa.Field(description="metropolis or state")
    ref_area: Series[str] = pa.Field(description="local area that is part of it")

    class Config:
        strict = True
        coerce = True
        unique = ["parent", "ref_area"]


class AreaGeography(pa.DataFrameModel):
    """Distances from each area's point, its climate, and whether it touches the coast or its land border."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    distance_coast_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to the nearest coast")
    distance_border_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to its country's land border")
    border_country: Series[str] = pa.Field(nullable=True, description="country on the other side of that border, ISO 3")
    distance_port_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to the nearest seaport")
    distance_airport_km: Series[float] = pa.Field(ge=0, nullable=True, description="kilometres to the nearest large airport")
    climate_class: Series[str] = pa.Field(nullable=True, description="Köppen-Geiger class")
    coastal: Series[bool] = pa.Field(nullable=True, description="whether the area touches the coast")
    on_border: Series[bool] = pa.Field(nullable=True, description="whether the area touches its country's land border")

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


class TransformedValues(pa.DataFrameModel):
    """g(x) of every matching indicator: logarithms of sizes, logits of smoothed shares."""

    ref_area: Series[str] = pa.Field(description="area")
    indicator: Series[str] = pa.Field(description="indicator")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(description="country")
    transformed: Series[float] = pa.Field(nullable=True, description="g(x)")
    standard_error: Series[float] = pa.Field(ge=0, nullable=True, description="of g(x), where its source publishes margins")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator"]


class NormalisationParameters(pa.DataFrameModel):
    """m and s of every matching indicator in each of its frames: z = (g(x) - m) / s."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    indicator: Series[str] = pa.Field(description="indicator")
    frame: Series[str] = pa.Field(isin=FRAMES, description="absolute: all areas of the level; national: those of one country")
    country: Series[str] = pa.Field(description="country of a national frame, empty for the absolute one")
    mean: Series[float] = pa.Field(description="m, of g(x)")
    standard_deviation: Series[float] = pa.Field(gt=0, description="s, of g(x), with n - 1")
    areas: Series[int] = pa.Field(ge=2, description="how many areas it was estimated from")
    frozen: Series[bool] = pa.Field(description="whether the method version has frozen it")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "indicator", "frame", "country"]


class NormalisedFeatures(pa.DataFrameModel):
    """z of every feature that is known."""

    ref_area: Series[str] = pa.Field(description="area")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    block: Series[str] = pa.Field(description="block of the indicator")
    indicator: Series[str] = pa.Field(description="indicator")
    frame: Series[str] = pa.Field(isin=FRAMES, description="frame")
    weight: Series[float] = pa.Field(gt=0, le=1, description="weight within the block")
    z: Series[float] = pa.Field(ge=-3, le=3, description="standardised value, cut at 3")
    standard_error: Series[float] = pa.Field(ge=0, nullable=True, description="of z, where its source publishes margins")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator", "frame"]


class MatchingCoverage(pa.DataFrameModel):
    """How much of the matching weight is known of each area."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(description="country")
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the weight that is known")
    takes_part: Series[bool] = pa.Field(description="whether the area takes part in matching")
    ranked: Series[bool] = pa.Field(description="whether it can be among the first ten, or only the best of its country")
    reason: Series[str] = pa.Field(nullable=True, description="why it does not, or is not ranked")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


class MatchingFeatures(pa.DataFrameModel):
    """Every feature of every area: z where it is known, else its expected value and variance given what is known."""

    ref_area: Series[str] = pa.Field(description="area")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    block: Series[str] = pa.Field(description="block of the indicator")
    indicator: Series[str] = pa.Field(description="indicator")
    frame: Series[str] = pa.Field(isin=FRAMES, description="absolute or national")
    weight: Series[float] = pa.Field(gt=0, le=1, description="weight within the block; the block's weights add up to 1")
    z: Series[float] = pa.Field(description="standardised value, or its conditional mean")
    variance: Series[float] = pa.Field(ge=0, description="conditional variance, 0 where the value is known")
    obs_status: Series[str] = pa.Field(isin=["A", "I"], description="A known, I expected")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator", "frame"]


class InclusionProbabilities(pa.DataFrameModel):
    """Every pair that is among the first ten in one draw at least."""

    ref_area: Series[str] = pa.Field(description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="ranked area abroad")
    lens: Series[str] = pa.Field(description="weights of the blocks (lenses)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of both")
    draws: Series[int] = pa.Field(ge=1, description="how many draws were made")
    inclusion_probability: Series[float] = pa.Field(gt=0, le=1, description="share of them")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "lens"]


class ListOverlaps(pa.DataFrameModel):
    """How much of the first ten stays when one thing alone moves, and when everything does; lens overall."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    perturbation: Series[str] = pa.Field(description="what moves")
    draws: Series[int] = pa.Field(ge=1, description="how many draws were made")
    overlap: Series[float] = pa.Field(ge=0, le=1, description="mean share of the first ten that stays")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "perturbation"]


class Mirrors(pa.DataFrameModel):
    """The mirrors abroad of every Mexican area: the first ten, the best three of each country, and what draws make possible."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad")
    lens: Series[str] = pa.Field(description="weights of the blocks (lenses)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of both")
    country: Series[str] = pa.Field(str_length=3, description="country of the counterpart")
    rank: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="place among the ranked candidates of the level, 1 is nearest; missing if not ranked"
    )
    rank_in_country: Series[int] = pa.Field(ge=1, description="place among those of the counterpart's country")
    inclusion_probability: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="share of draws in which it is among the first ten; missing if not ranked"
    )
    tier: Series[str] = pa.Field(
        isin=["firm", "likely", "possible"],
        nullable=True,
        description="firm from 0.8, likely from 0.5, possible from 0.05 of the draws; missing below, and if not ranked",
    )
    mutual: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="whether the Mexican area is among the ten of its level nearest to the counterpart"
    )
    in_degree: Series[int] = pa.Field(ge=0, description="how many Mexican areas of the level have it among their first ten")
    distance: Series[float] = pa.Field(ge=0, description="d, in standard deviations")
    distance_squared: Series[float] = pa.Field(ge=0, description="d squared, the sum of the blocks in mirror_blocks")
    similarity: Series[float] = pa.Field(ge=0, le=100, description="100 x (1 - share of random pairs that are nearer)")
    mutual_proximity: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="share of both sides' distances that are larger (Schnitzer et al. 2012)"
    )
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the weight that is known of both")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "lens"]


class MirrorVerdicts(pa.DataFrameModel):
    """Whether each Mexican area has a close mirror, and how many of each tier."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    lens: Series[str] = pa.Field(description="weights of the blocks (lenses)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    nearest_distance: Series[float] = pa.Field(ge=0, description="distance of the first mirror")
    distance_limit: Series[float] = pa.Field(ge=0, description="95th percentile of the distances of first mirrors of the level")
    highest_probability: Series[float] = pa.Field(ge=0, le=1, description="highest inclusion probability of its mirrors")
    firm: Series[int] = pa.Field(ge=0, description="mirrors of the tier firm")
    likely: Series[int] = pa.Field(ge=0, description="mirrors of the tier likely")
    possible: Series[int] = pa.Field(ge=0, description="published mirrors of the tier possible")
    mutual_share: Series[float] = pa.Field(ge=0, le=1, description="share of its first ten that are mutual")
    no_close_mirror: Series[bool] = pa.Field(description="whether no counterpart can be named as a close mirror")
    reason: Series[str] = pa.Field(
        isin=["distant", "undecided"],
        nullable=True,
        description="distant: the first mirror is beyond the limit; undecided: none is among the ten in half of the draws",
    )

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "lens"]


class Hubness(pa.DataFrameModel):
    """How unequally the first ten mirrors fall on the candidates of a level."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    lens: Series[str] = pa.Field(description="weights of the blocks (lenses)")
    measure: Series[str] = pa.Field(description="what is measured, and whether lists are by distance or by mutual proximity")
    value: Series[float] = pa.Field(description="the figure")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "lens", "measure"]


class OutcomeSkill(pa.DataFrameModel):
    """Whether mirrors are alike in outcomes that took no part in the matching: 1 - error of mirrors / error of areas as large."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    indicator: Series[str] = pa.Field(description="outcome")
    pairs: Series[int] = pa.Field(ge=1, description="published pairs of which both outcomes are known")
    skill: Series[float] = pa.Field(le=1, description="against areas abroad of the same size; 0 is no better than those")
    skill_in_country: Series[float] = pa.Field(le=1, description="against areas of the same size in the mirror's own country")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "indicator"]


class Validation(pa.DataFrameModel):
    """What the release says about itself, one figure a row."""

    topic: Series[str] = pa.Field(description="confidence, overlap, reciprocity, hubness, outcome_skill, coverage and others")
    level: Series[str] = pa.Field(description="level, or empty")
    lens: Series[str] = pa.Field(description="lens, or empty")
    subject: Series[str] = pa.Field(description="country, outcome, pair or perturbation it is about, or empty")
    measure: Series[str] = pa.Field(description="what is measured")
    value: Series[float] = pa.Field(description="the figure; shares are between 0 and 1")

    class Config:
        strict = True
        coerce = True
        unique = ["topic", "level", "lens", "subject", "measure"]


class MirrorBlocks(pa.DataFrameModel):
    """What each block adds to the squared distance of a pair."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad")
    lens: Series[str] = pa.Field(description="lens")
    block: Series[str] = pa.Field(description="block")
    distance_squared: Series[float] = pa.Field(ge=0, description="the block's part of d squared")
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the block that is known of both")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "lens", "block"]


class NominatedPairs(pa.DataFrameModel):
    """Pairs that editors and readers propose, and what the data say of each."""

    ref_area: Series[str] = pa.Field(description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad")
    lens: Series[str] = pa.Field(description="lens")
    proposed_by: Series[str] = pa.Field(description="who proposes the pair")
    note: Series[str] = pa.Field(description="why")
    rank: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="place among the ranked candidates of the level")
    candidates: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="how many there are")
    rank_in_country: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="place among those of its country")
    candidates_in_country: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="how many there are")
    distance: Series[float] = pa.Field(nullable=True, description="d")
    distance_squared: Series[float] = pa.Field(nullable=True, description="d squared, the sum of the four blocks")
    size: Series[float] = pa.Field(nullable=True, description="part of the block size")
    vocation: Series[float] = pa.Field(nullable=True, description="part of the block vocation")
    geography: Series[float] = pa.Field(nullable=True, description="part of the block geography")
    challenges: Series[float] = pa.Field(nullable=True, description="part of the block challenges")
    country_context: Series[float] = pa.Field(nullable=True, description="part of the block country_context")
    similarity: Series[float] = pa.Field(nullable=True, description="100 x (1 - share of random pairs that are nearer)")
    verdict: Series[str] = pa.Field(description="whether the data support the pair")
    inclusion_probability: Series[float] = pa.Field(
        ge=0,
        le=1,
        nullable=True,
        description="share of draws in which it is among the first ten, where it is published (mirrors)",
    )
    tier: Series[str] = pa.Field(nullable=True, description="firm, likely or possible (mirrors)")
    text_es: Series[str] = pa.Field(description="the answer in Spanish")
    text_en: Series[str] = pa.Field(description="the answer in English")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "lens"]


class Goalposts(pa.DataFrameModel):
    """Lower and upper goalposts of every outcome: 0 and 100 of its score before the direction is applied."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    indicator: Series[str] = pa.Field(description="outcome")
    country: Series[str] = pa.Field(description="country of a national frame, empty for the absolute one")
    lower: Series[float] = pa.Field(description="L, in the indicator's unit")
    upper: Series[float] = pa.Field(description="U, in the indicator's unit")
    mean: Series[float] = pa.Field(description="mean of the same values, for the z-score of the draws")
    standard_deviation: Series[float] = pa.Field(gt=0, description="their standard deviation (n - 1)")
    areas: Series[int] = pa.Field(ge=2, description="how many values it was estimated from")
    frozen: Series[bool] = pa.Field(description="whether the method version has frozen it")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "indicator", "country"]


class NormalisedValues(pa.DataFrameModel):
    """Every outcome between its goalposts, 0 to 100, more is better."""

    ref_area: Series[str] = pa.Field(description="area")
    indicator: Series[str] = pa.Field(description="outcome")
    value: Series[float] = pa.Field(description="value in the indicator's unit")
    score: Series[float] = pa.Field(ge=0, le=100, description="score")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator"]


class PillarScores(pa.DataFrameModel):
    """The pillars of the development score: weighted means of normalised outcomes."""

    ref_area: Series[str] = pa.Field(description="area")
    pillar: Series[str] = pa.Field(description="pillar (pillars)")
    score: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="0 to 100")
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the weight known, of what the country measures")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "pillar"]


class DevelopmentScores(pa.DataFrameModel):
    """The development score: the weighted geometric mean of the pillars, and what 90 of 100 draws of its choices give."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(description="country")
    score: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="0 to 100")
    score_low: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="5th percentile of the score over the draws")
    score_high: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="95th percentile of the score over the draws")
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the weight that is known")
    national_context_share: Series[float] = pa.Field(nullable=True, description="weight of the country's own figures in it")
    rank: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="among the areas of the level, 1 is best")
    rank_low: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="best rank, 5th percentile over the draws")
    rank_high: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="worst rank, 95th percentile over the draws")
    areas: Series[int] = pa.Field(description="how many of the level have a score")
    rank_in_country: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="among those of its country")
    rank_in_country_low: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="best rank in its country, as above")
    rank_in_country_high: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="worst rank in its country, as above")
    areas_in_country: Series[int] = pa.Field(description="how many of them have a score")
    reason: Series[str] = pa.Field(nullable=True, description="why there is no score")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


class ScoreSensitivity(pa.DataFrameModel):
    """Which choice moves the development scores: Sobol indices of the choices that the draws vary, by level and country."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(description="country, empty for all of the level")
    output: Series[str] = pa.Field(
        isin=["score", "rank_shift"],
        description="the areas' scores, or by how many places their ranks move on average (Saisana et al. 2005)",
    )
    choice: Series[str] = pa.Field(
        isin=["indicator_weights", "pillar_weights", "normalisation", "aggregation"], description="what is varied"
    )
    first_order: Series[float] = pa.Field(
        nullable=True,
        description="share of the output's variance that the choice makes alone; an estimate, may fall just below 0",
    )
    total: Series[float] = pa.Field(nullable=True, description="share that it makes alone or together with others")
    mean: Series[float] = pa.Field(description="mean of the output over the draws, in points or places")
    standard_deviation: Series[float] = pa.Field(
        ge=0, description="its standard deviation; of scores, root mean square over areas"
    )
    areas: Series[int] = pa.Field(description="how many areas have a score")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "country", "output", "choice"]


class IndicatorInfluence(pa.DataFrameModel):
    """How much of the differences between scores each outcome and pillar explains, beside its declared weight."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(description="country, empty for all of the level")
    pillar: Series[str] = pa.Field(description="pillar (pillars)")
    component: Series[str] = pa.Field(description="outcome (indicators), or the pillar itself")
    weight: Series[float] = pa.Field(ge=0, le=1, description="its share of the score's weight, mean over the areas")
    influence: Series[float] = pa.Field(
        ge=0,
        le=1,
        nullable=True,
        description="correlation ratio: share of the variance of scores that it explains, linearly or not",
    )
    correlation: Series[float] = pa.Field(ge=-1, le=1, nullable=True, description="linear correlation with the score")
    areas: Series[int] = pa.Field(description="how many areas have both")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "country", "component"]


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


class Marginalisation(pa.DataFrameModel):
    """CONAPO's index of marginalisation of every Mexican municipality, computed anew from its nine deprivations."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="municipality")
    time_period: Series[int] = pa.Field(description="year")
    index_value: Series[float] = pa.Field(
        ge=0, description="DP2, the distance from the worst observed: higher is less marginalised"
    )
    index_normalised: Series[float] = pa.Field(
        ge=0, le=1, description="the index as a share of that of a place without any deprivation; comparable with other years"
    )
    grade: Series[int] = pa.Field(ge=1, le=5, description="1 very low to 5 very high marginalisation")
    grade_es: Series[str] = pa.Field(description="grade in Spanish")
    grade_en: Series[str] = pa.Field(description="grade in English")
    rank: Series[int] = pa.Field(ge=1, description="place among the municipalities of the year, 1 is the most marginalised")
    areas: Series[int] = pa.Field(ge=1, description="how many municipalities there are")
    published_index: Series[float] = pa.Field(nullable=True, description="index_value as CONAPO publishes it")
    published_index_normalised: Series[float] = pa.Field(nullable=True, description="index_normalised as CONAPO publishes it")
    published_grade: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="grade as CONAPO publishes it")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "time_period"]


class SocialLag(pa.DataFrameModel):
    """CONEVAL's social lag of every Mexican municipality since 2000, and how it moved among the others.

    Compare years by percentile and by the percentages in deprivation_values. Index and grade are set anew each year.
    """

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="municipality")
    time_period: Series[int] = pa.Field(description="year; 2015 is a survey, the other years are censuses and a count")
    index_value: Series[float] = pa.Field(
        nullable=True,
        description="index as published: mean 0, standard deviation 1 within the year, higher is more lag; levels of different "
        "years cannot be compared",
    )
    index_recomputed: Series[float] = pa.Field(
        nullable=True,
        description="first principal component of the year's eleven published percentages; the published index follows from "
        "them in 2000, 2010 and 2020, nearly in 2015, and only roughly in 2005",
    )
    grade: Series[pd.Int64Dtype] = pa.Field(
        ge=1,
        le=5,
        nullable=True,
        description="1 very low to 5 very high, as published; cut anew each year, so another grade is not by itself a change",
    )
    grade_es: Series[str] = pa.Field(nullable=True, description="grade in Spanish")
    grade_en: Series[str] = pa.Field(nullable=True, description="grade in English")
    rank: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="place among the municipalities of the year as published, 1 has the most lag"
    )
    areas: Series[int] = pa.Field(ge=1, description="how many municipalities the year has")
    percentile: Series[float] = pa.Field(
        ge=0,
        le=100,
        nullable=True,
        description="share of the others that have more lag: 0 the most lag, 100 the least; comparable",
    )
    territory: Series[str] = pa.Field(
        isin=["same", "new", "reduced"],
        nullable=True,
        description="against the earlier year: same; new: split off since; reduced: a new one was split off from it; "
        "missing: no earlier figure",
    )
    previous_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="earlier year that the changes start from")
    rank_change: Series[pd.Int64Dtype] = pa.Field(
        nullable=True,
        description="rank less that of the earlier year, positive: less lag than others that had less; missing if the territory "
        "is not the same",
    )
    percentile_change: Series[float] = pa.Field(
        nullable=True, description="the same in points of percentile, which the number of municipalities does not move"
    )
    percentile_change_since_2000: Series[float] = pa.Field(
        nullable=True, description="percentile less that of 2000; missing if the territory is not that of 2000"
    )

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "time_period"]


class DeprivationValues(pa.DataFrameModel):
    """The percentages behind marginalisation (2020) and social lag (2000 to 2020); these can be compared over time.

    The dwellings of 2005 are the exception (B): those without information are in the base, and often count as lacking.
    """

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="municipality")
    variable: Series[str] = pa.Field(description="what is lacking (deprivations)")
    time_period: Series[int] = pa.Field(description="year")
    obs_value: Series[float] = pa.Field(ge=0, le=100, description="percentage")
    obs_status: Series[str] = pa.Field(
        isin=["A", "B", "E"],
        description="A counted; E estimated by the survey of 2015; B break: dwellings of 2005, not comparable with other years",
    )

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "variable", "time_period"]


class KeySectors(pa.DataFrameModel):
    """What each area lives on: the share of every sector for which there are figures, against the share in its country."""

    ref_area: Series[str] = pa.Field(description="area")
    sector: Series[str] = pa.Field(description="sector (sectors), or manufacturing_ and a branch of it (branches)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of the area")
    country: Series[str] = pa.Field(str_length=3, description="country of the area")
    basis: Series[str] = pa.Field(
        isin=["employment", "value_added", "establishments"], description="what is counted: people who work, value added, places"
    )
    obs_value: Series[float] = pa.Field(ge=0, description="how many of them the sector has there")
    share: Series[float] = pa.Field(ge=0, le=100.000001, description="% of the area's own total on that basis")
    national_share: Series[float] = pa.Field(gt=0, le=100.000001, description="% in the country")
    location_quotient: Series[float] = pa.Field(ge=0, description="share over national share, of smoothed shares")
    rank: Series[int] = pa.Field(ge=1, description="place by quotient among the area's sectors, or among its branches")
    is_key: Series[bool] = pa.Field(description="whether it is key: a high quotient and not too small a share")
    holds: Series[str] = pa.Field(nullable=True, description="what else the source counts under this sector")
    source: Series[str] = pa.Field(description="source")
    time_period: Series[int] = pa.Field(description="year")
    obs_status: Series[str] = pa.Field(isin=STATUS, description="A counted, E estimated")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "sector"]


class StructuralRisks(pa.DataFrameModel):
    """What an area has to reckon with, each risk placed among the areas of its own country and level."""

    ref_area: Series[str] = pa.Field(description="area")
    risk: Series[str] = pa.Field(description="risk: an indicator of role risk (indicators)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of the area")
    country: Series[str] = pa.Field(str_length=3, description="country of the area")
    obs_value: Series[float] = pa.Field(nullable=True, description="value in unit_measure; deaths are smoothed")
    unit_measure: Series[str] = pa.Field(description="unit")
    percentile: Series[float] = pa.Field(
        ge=0, le=100, nullable=True, description="share of the country's other areas of the level that have less of it, ties half"
    )
    high: Series[pd.BooleanDtype] = pa.Field(nullable=True, description="whether the percentile is high")
    pool_areas: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="how many areas of country and level have a value")
    source: Series[str] = pa.Field(nullable=True, description="source")
    time_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year")
    obs_status: Series[str] = pa.Field(nullable=True, isin=STATUS, description="A counted, E estimated")
    reason: Series[str] = pa.Field(nullable=True, description="why the value or its percentile is missing")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "risk"]


class SisterCities(pa.DataFrameModel):
    """The sister-city ties of Mexican towns by Wikipedia's lists (CC BY-SA 4.0), and the areas in which both ends lie."""

    pair: Series[int] = pa.Field(unique=True, ge=1, description="line of the compiled list")
    name: Series[str] = pa.Field(description="Mexican town, as listed")
    counterpart: Series[str] = pa.Field(description="its sister city, as listed")
    counterpart_country_name: Series[str] = pa.Field(description="country, as listed")
    counterpart_country: Series[str] = pa.Field(nullable=True, str_length=3, description="ISO 3166-1 alpha-3")
    local_area: Series[str] = pa.Field(nullable=True, description="municipality in which the town lies")
    metropolis: Series[str] = pa.Field(nullable=True, description="metropolis that bears its name")
    counterpart_local_area: Series[str] = pa.Field(nullable=True, description="local area in which the sister city lies")
    counterpart_metropolis: Series[str] = pa.Field(nullable=True, description="metropolitan area that bears its name")
    time_period: Series[int] = pa.Field(description="year in which the list was compiled")
    reason: Series[str] = pa.Field(nullable=True, description="why an end was not found among the areas")

    class Config:
        strict = True
        coerce = True
        unique = ["pair"]


class Standings(pa.DataFrameModel):
    """Where each outcome of each area stands among the areas of its country, level and size class."""

    ref_area: Series[str] = pa.Field(description="area")
    indicator: Series[str] = pa.Field(description="outcome (indicators)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of the area")
    country: Series[str] = pa.Field(str_length=3, description="country of the area")
    size_class: Series[float] = pa.Field(
        nullable=True, description="people from which the class counts; 0 for metropolises, states"
    )
    obs_value: Series[float] = pa.Field(description="value in the indicator's unit")
    time_period: Series[int] = pa.Field(description="year")
    denominator: Series[float] = pa.Field(nullable=True, description="people or households that the value is a share of")
    direction: Series[float] = pa.Field(isin=[-1, 1], description="1 more is better, -1 less is better")
    s_level: Series[float] = pa.Field(nullable=True, description="standard deviation over all areas of the level")
    percentile: Series[float] = pa.Field(
        ge=0, le=100, nullable=True, description="share of the others of country, level and size that do worse, ties half"
    )

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator"]


class Opportunities(pa.DataFrameModel):
    """What a Mexican area and its counterpart could do together, best first: the evidence, and a sentence in two languages."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad: a published mirror under the lens overall")
    type: Series[str] = pa.Field(
        isin=["learn", "offer", "co_specialise", "joint_risk", "formalise", "deepen"],
        description="learn from it, offer experience, work on a common speciality or risk, propose or deepen a sister tie",
    )
    subject: Series[str] = pa.Field(description="outcome or risk (indicators), sector (key_sectors), or sister_city")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of both")
    country: Series[str] = pa.Field(str_length=3, description="country of the counterpart")
    rank: Series[int] = pa.Field(ge=1, description="place among the area's opportunities")
    priority: Series[float] = pa.Field(ge=0, description="similarity / 100 x size x confidence, by which they are ranked")
    similarity: Series[float] = pa.Field(ge=0, le=100, description="of the pair (mirrors)")
    confidence: Series[float] = pa.Field(ge=0, le=1, description="share of draws in which it is among the first ten (mirrors)")
    size: Series[float] = pa.Field(ge=0, description="how much there is to it, about in standard deviations")
    comparison: Series[str] = pa.Field(
        isin=["level", "standing"], nullable=True, description="of an outcome: levels, or places within each country"
    )
    value: Series[float] = pa.Field(description="outcome or risk in its unit, share of the sector in %, or similarity")
    counterpart_value: Series[float] = pa.Field(nullable=True, description="the counterpart's")
    standing: Series[float] = pa.Field(
        nullable=True,
        description="percentile in its country, of an outcome among those of its size; of a sector the location quotient",
    )
    counterpart_standing: Series[float] = pa.Field(nullable=True, description="the counterpart's")
    gap: Series[float] = pa.Field(ge=0, nullable=True, description="difference of an outcome in points, or of the percentiles")
    basis: Series[str] = pa.Field(nullable=True, description="of a sector: what is counted (key_sectors)")
    counterpart_basis: Series[str] = pa.Field(nullable=True, description="the counterpart's")
    time_period: Series[int] = pa.Field(description="year")
    counterpart_time_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of the counterpart's")
    text_es: Series[str] = pa.Field(description="sentence in Spanish")
    text_en: Series[str] = pa.Field(description="sentence in English")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "type", "subject"]


class Pathways(pa.DataFrameModel):
    """How far each Mexican area is, in each outcome, from the median of its mirrors, and how fast it came; with a sentence."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    indicator: Series[str] = pa.Field(description="outcome (indicators)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of the area")
    value: Series[float] = pa.Field(nullable=True, description="value in the indicator's unit")
    time_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of the value")
    percentile: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="percentile among Mexican areas (standings)")
    basis: Series[str] = pa.Field(
        isin=["levels", "standings", "similar"],
        nullable=True,
        description="of the target: the mirrors' values; their places at home, carried to Mexico; similar Mexican areas",
    )
    sure: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="of mirrors: whether they are the firm and likely ones, or the first ten; missing for similar"
    )
    peers: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="how many places the target rests on")
    target: Series[float] = pa.Field(nullable=True, description="value to reach, in the indicator's unit")
    target_percentile: Series[float] = pa.Field(
        ge=0, le=100, nullable=True, description="median percentile of the mirrors at home"
    )
    gap: Series[float] = pa.Field(nullable=True, description="direction x (target - value): what is missing, negative if ahead")
    people: Series[float] = pa.Field(ge=0, nullable=True, description="people or households that the gap means")
    people_unit: Series[str] = pa.Field(isin=["persons", "households"], nullable=True, description="what is counted")
    nearest_there: Series[str] = pa.Field(nullable=True, description="the most similar of them that is at the target")
    pace: Series[float] = pa.Field(nullable=True, description="points a year towards better, between pace_from and pace_to")
    pace_from: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="first year of the pace")
    pace_to: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="last year of the pace")
    long_pace: Series[float] = pa.Field(nullable=True, description="points a year since long_pace_from")
    long_pace_from: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="first year on record")
    years: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="years to the target at that pace")
    verdict: Series[str] = pa.Field(
        isin=[
            "already there", "approaching", "too slow", "not approaching", "no history", "territory changed", "no figure",
            "no target",
        ],
        description="whether and why years can be given",
    )  # fmt: skip
    text_es: Series[str] = pa.Field(description="sentence in Spanish")
    text_en: Series[str] = pa.Field(description="sentence in English")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator"]


class SourcesUsed(pa.DataFrameModel):
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


CAUSES = ["new data", "revised data", "method", "pool"]


class IndicatorChanges(pa.DataFrameModel):
    """Every indicator value that is another one than in the edition before, and why."""

    ref_area: Series[str] = pa.Field(description="area")
    indicator: Series[str] = pa.Field(description="indicator")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    before: Series[float] = pa.Field(nullable=True, description="value in the edition before")
    after: Series[float] = pa.Field(nullable=True, description="value in this edition")
    time_period_before: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="its year")
    time_period_after: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="its year")
    cause: Series[str] = pa.Field(isin=CAUSES, description="new data, revised data, or pool")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "indicator"]


class EditionChanges(pa.DataFrameModel):
    """Scores, pillars and indicators that are others than in the edition before, each change split into its causes."""

    ref_area: Series[str] = pa.Field(description="area")
    kind: Series[str] = pa.Field(isin=["score", "pillar", "indicator"], description="score, pillar or indicator")
    measure: Series[str] = pa.Field(description="development, or the code of the pillar or indicator")
    previous_edition: Series[str] = pa.Field(description="the edition before")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    before: Series[float] = pa.Field(nullable=True, description="value in the edition before; missing if it had none")
    after: Series[float] = pa.Field(nullable=True, description="value in this edition; missing if it has none")
    change: Series[float] = pa.Field(nullable=True, description="after - before, the sum of the four parts")
    method: Series[float] = pa.Field(nullable=True, description="part of the change of method")
    revised_data: Series[float] = pa.Field(nullable=True, description="part of figures corrected for the same period")
    new_data: Series[float] = pa.Field(nullable=True, description="part of new periods and sources")
    pool: Series[float] = pa.Field(nullable=True, description="part of areas that came, went or were drawn anew")
    cause: Series[str] = pa.Field(
        isin=[*CAUSES, "others"], description="the largest part; others: the score stands, others moved past it"
    )
    time_period_before: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of an indicator before")
    time_period_after: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of an indicator in this edition")
    rank_before: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="rank of a score among the areas of its country and level, before"
    )
    rank_after: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="the same in this edition")
    beyond_interval: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="whether the score before lies outside this edition's 90 % interval"
    )
    rank_beyond_interval: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="whether the rank before lies outside this edition's 90 % interval"
    )

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "kind", "measure"]


class MirrorChanges(pa.DataFrameModel):
    """The first ten mirrors of this edition and of the one before: new, kept, weakened or lost, and why."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad")
    lens: Series[str] = pa.Field(description="lens; the changes are those of the headline lens")
    previous_edition: Series[str] = pa.Field(description="the edition before")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of both")
    country: Series[str] = pa.Field(str_length=3, description="country of the counterpart")
    status: Series[str] = pa.Field(
        isin=["new", "kept", "weakened", "lost"],
        description="new; kept among the first ten; weakened: behind them, within reach; lost: out of reach",
    )
    cause: Series[str] = pa.Field(isin=CAUSES, nullable=True, description="why it came or went; missing for what stays")
    rank_before: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="place among the first ten before")
    rank_after: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="place among the first ten of this edition")
    distance_before: Series[float] = pa.Field(ge=0, nullable=True, description="d before; missing if one of the two took no part")
    distance_after: Series[float] = pa.Field(ge=0, nullable=True, description="d in this edition; missing if one takes no part")
    reach: Series[float] = pa.Field(ge=0, nullable=True, description="1.25 x the distance of this edition's tenth mirror")
    method: Series[float] = pa.Field(nullable=True, description="part of the change of d that is the method's")
    revised_data: Series[float] = pa.Field(nullable=True, description="part of revised data")
    new_data: Series[float] = pa.Field(nullable=True, description="part of new data")
    pool: Series[float] = pa.Field(nullable=True, description="part of the pool")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "lens"]


class PublishedResults(pa.DataFrameModel):
    """What an edition has published of scores and mirrors, kept for the comparison with later ones."""

    ref_area: Series[str] = pa.Field(description="area")
    measure: Series[str] = pa.Field(description="development, a pillar, or mirror")
    counterpart_area: Series[str] = pa.Field(description="mirror; empty for a score")
    obs_value: Series[float] = pa.Field(description="score, or distance")
    rank: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="rank of the score in its country, or of the mirror")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "measure", "counterpart_area"]


class AreaOutlines(pa.DataFrameModel):
    """Outlines of Mexican municipalities and of the world's countries, generalised by their publishers: for maps only."""

    ref_area: Series[str] = pa.Field(unique=True, description="municipality, or country by ISO 3166-1 alpha-3")
    source: Series[str] = pa.Field(description="source of the outline")
    outline: Series[str] = pa.Field(description="polygon in longitude and latitude, well-known text")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


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


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "observations": Observations,
    "places": Places,
    "area_members": AreaMembers,
    "area_geography": AreaGeography,
    "sector_mix": DerivedObservations,
    "derived_observations": DerivedObservations,
    "reference_areas": ReferenceAreas,
    "indicators": registers.Indicators,
    "lenses": registers.Lenses,
    "pillars": registers.Pillars,
    "quarantined_values": registers.QuarantinedValues,
    "sources": SourcesUsed,
    "indicator_values": IndicatorValues,
    "transformed_values": TransformedValues,
    "normalisation_parameters": NormalisationParameters,
    "normalised_features": NormalisedFeatures,
    "matching_coverage": MatchingCoverage,
    "matching_features": MatchingFeatures,
    "inclusion_probabilities": InclusionProbabilities,
    "list_overlaps": ListOverlaps,
    "mirrors": Mirrors,
    "mirror_blocks": MirrorBlocks,
    "mirror_verdicts": MirrorVerdicts,
    "hubness": Hubness,
    "outcome_skill": OutcomeSkill,
    "validation": Validation,
    "nominated_pairs": NominatedPairs,
    "goalposts": Goalposts,
    "normalised_values": NormalisedValues,
    "pillar_scores": PillarScores,
    "development_scores": DevelopmentScores,
    "score_sensitivity": ScoreSensitivity,
    "indicator_influence": IndicatorInfluence,
    "comparability": Comparability,
    "deprivations": registers.Deprivations,
    "deprivation_values": DeprivationValues,
    "marginalisation": Marginalisation,
    "social_lag": SocialLag,
    "sectors": registers.Sectors,
    "branches": registers.Branches,
    "key_sectors": KeySectors,
    "structural_risks": StructuralRisks,
    "sister_cities": SisterCities,
    "standings": Standings,
    "opportunities": Opportunities,
    "pathways": Pathways,
    "indicator_changes": IndicatorChanges,
    "edition_changes": EditionChanges,
    "mirror_changes": MirrorChanges,
    "published_results": PublishedResults,
    "area_outlines": AreaOutlines,
    "blocks": registers.Blocks,
    "countries": registers.Countries,
    "area_changes": registers.AreaChanges,
    "derivations": registers.Derivations,
    "variables": registers.Variables,
    "used_observations": UsedObservations,
}

PUBLISHED = [
    "reference_areas", "sources", "indicators", "lenses", "pillars", "indicator_values", "normalisation_parameters",
    "matching_features", "mirrors", "mirror_blocks", "mirror_verdicts", "nominated_pairs", "outcome_skill",
    "validation", "goalposts", "normalised_values", "pillar_scores", "development_scores", "score_sensitivity",
    "indicator_influence", "area_members", "quarantined_values", "marginalisation", "social_lag", "deprivations",
    "deprivation_values", "comparability", "sectors", "branches", "key_sectors", "structural_risks", "sister_cities",
    "standings", "opportunities", "pathways", "edition_changes", "mirror_changes", "area_outlines", "blocks",
    "countries", "used_observations", "area_changes", "derivations", "variables",
]  # fmt: skip


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
    if model_of(table) in (Observations, UsedObservations):
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
