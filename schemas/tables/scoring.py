"""The tables of composite indices."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import LEVELS

PARTS = ["income", "schooling", "health", "services"]
KNOWN = ["own", "region", "state", "country", "expected"]


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
    """Standing in the country: the weighted geometric mean of the pillars, and what 90 of 100 draws of its choices give."""

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


class LevelParts(pa.DataFrameModel):
    """Every figure behind the levels of development, on one scale for all countries: of which area it is, and how sure."""

    ref_area: Series[str] = pa.Field(description="area")
    figure: Series[str] = pa.Field(description="figure (level_goalposts)")
    part: Series[str] = pa.Field(isin=PARTS, description="part of the level that it belongs to")
    concept: Series[str] = pa.Field(
        description="how it is published (level_concepts), or the country's variable; mean_of_places: of the country's own"
    )
    value: Series[float] = pa.Field(description="in the unit of the figure, on the scale of the country's own figure")
    standard_error: Series[float] = pa.Field(ge=0, description="of the value, as a figure of this area")
    score: Series[float] = pa.Field(ge=0, le=100, description="0 to 100 between the goalposts")
    score_error: Series[float] = pa.Field(ge=0, description="standard error of the score")
    published_value: Series[float] = pa.Field(
        nullable=True, description="the number that it comes from, as the concept counts it"
    )
    time_period: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year of that number")
    source: Series[str] = pa.Field(nullable=True, description="source (sources); empty: the mean of the country's places")
    of_area: Series[str] = pa.Field(description="area, region of NUTS or country whose figure it is")
    known: Series[str] = pa.Field(
        isin=["own", "region", "state", "country"],
        description="whose figure: its own, its region's, its state's, its country's (also where only its schooling is its own)",
    )
    obs_status: Series[str] = pa.Field(isin=["A", "E"], description="A as published, but for the scale; E estimated")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "figure"]


class DevelopmentLevels(pa.DataFrameModel):
    """The level of development on one scale for the world: the geometric mean of income, schooling, health and services."""

    ref_area: Series[str] = pa.Field(unique=True, description="area")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of areas")
    country: Series[str] = pa.Field(description="country")
    development_level: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="0 to 100")
    development_level_low: Series[float] = pa.Field(
        ge=0, le=100, nullable=True, description="lower end of the interval of 90 %: errors of the figures, choices of the method"
    )
    development_level_high: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="upper end of the same")
    rank: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="among the areas of all countries and its level, 1 is best"
    )
    areas: Series[int] = pa.Field(description="how many of them have a level")
    income: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="score of the part")
    schooling: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="score of the part")
    health: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="score of the part")
    services: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="score of the part")
    income_of: Series[str] = pa.Field(
        isin=KNOWN, nullable=True, description="whose figure it is (level_parts); expected: of no one"
    )
    schooling_of: Series[str] = pa.Field(isin=KNOWN, nullable=True, description="the same of schooling")
    health_of: Series[str] = pa.Field(isin=KNOWN, nullable=True, description="the same of health")
    services_of: Series[str] = pa.Field(isin=KNOWN, nullable=True, description="the same of services")
    parts_known: Series[int] = pa.Field(ge=0, le=4, description="how many parts are known, be it of the country")
    parts_own: Series[int] = pa.Field(ge=0, le=4, description="how many are the area's own")
    reason: Series[str] = pa.Field(nullable=True, description="why there is no level")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]
