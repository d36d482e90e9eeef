"""The tables a city hall acts on."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import LEVELS, STATUS


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
    high: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="whether it is high: by the classes of the source where it gives them, else by the percentile"
    )
    pool_areas: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="how many areas of country and level have a value")
    sector: Series[str] = pa.Field(nullable=True, description="of the dependence on a branch: which (key_sectors)")
    trend: Series[float] = pa.Field(
        nullable=True, description="change a year between trend_from and trend_to, in unit_measure; deaths are not smoothed"
    )
    trend_sign: Series[str] = pa.Field(
        nullable=True,
        isin=["rising", "falling", "steady", "expected to rise"],
        description="whether the risk rises; expected: by the source's own scenarios",
    )
    trend_from: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="first year of the trend")
    trend_to: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="last year of the trend")
    trend_reason: Series[str] = pa.Field(nullable=True, description="why there is no trend")
    theme: Series[str] = pa.Field(description="what it is about (risks.csv)")
    leads: Series[int] = pa.Field(
        isin=[1, 2, 3], description="in which order risks lead a page (risks.csv); 3 is stated and never offered first"
    )
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
    rank: Series[int] = pa.Field(
        ge=1, description="place among the area's opportunities: by priority, common risks among themselves by risks.csv"
    )
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
    start_period: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="of learn: newest year in which it was where the area is or behind, else the first known"
    )
    start_standing: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="its percentile in that year")
    ahead_since: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="first year on record from which it is ahead of where the area is"
    )
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
    median: Series[float] = pa.Field(nullable=True, description="where the peers are: their median, in the indicator's unit")
    target: Series[float] = pa.Field(nullable=True, description="value to reach: the median, where the area is behind it")
    target_percentile: Series[float] = pa.Field(
        ge=0, le=100, nullable=True, description="median percentile of the mirrors at home"
    )
    gap: Series[float] = pa.Field(nullable=True, description="direction x (median - value): what is missing, negative if ahead")
    people: Series[float] = pa.Field(ge=0, nullable=True, description="people or households that the gap means")
    people_unit: Series[str] = pa.Field(isin=["persons", "households"], nullable=True, description="what is counted")
    gain: Series[float] = pa.Field(nullable=True, description="points that the development score would rise by")
    first_step: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="place among the steps to start with, three at most, each of another pillar"
    )
    nearest_there: Series[str] = pa.Field(nullable=True, description="the most similar of them that is at the target")
    pace: Series[float] = pa.Field(nullable=True, description="points a year towards better, between pace_from and pace_to")
    pace_from: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="first year of the pace")
    pace_to: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="last year of the pace")
    long_pace: Series[float] = pa.Field(nullable=True, description="points a year since long_pace_from")
    long_pace_from: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="first year on record")
    years: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="years from the edition to the target, at that pace")
    arrival: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="year in which it would be there")
    verdict: Series[str] = pa.Field(
        isin=[
            "already there", "due", "approaching", "too slow", "not approaching", "no history", "territory changed", "no figure",
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


class Answers(pa.DataFrameModel):
    """What is said first of each Mexican area under the lens overall: whom it is like, how surely, and why."""

    ref_area: Series[str] = pa.Field(unique=True, str_startswith="MX-", description="Mexican area that has mirrors")
    verdict: Series[str] = pa.Field(
        isin=["firm", "likely", "none"], description="tier of its surest mirror; none where it has no close one (mirror_verdicts)"
    )
    counterpart_area: Series[str] = pa.Field(description="its first mirror (position 1 in mirrors)")
    blocks_alike: Series[str] = pa.Field(description="blocks in which they are most alike against what is usual, by semicolons")
    block_apart: Series[str] = pa.Field(description="block in which they differ most against what is usual")
    indicators_alike: Series[str] = pa.Field(
        nullable=True, description="indicators of these blocks that lie closest against what is usual, by semicolons"
    )
    indicator_apart: Series[str] = pa.Field(nullable=True, description="indicator that most sets them apart")
    lead_es: Series[str] = pa.Field(description="whom the area is like, in Spanish")
    lead_en: Series[str] = pa.Field(description="whom the area is like, in English")
    why_es: Series[str] = pa.Field(description="why it and its first mirror are alike and what sets them apart, in Spanish")
    why_en: Series[str] = pa.Field(description="why it and its first mirror are alike and what sets them apart, in English")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area"]


class PlaceNames(pa.DataFrameModel):
    """Every name that an area answers to, in small letters without accents: its own, its parts, what people call it."""

    ref_area: Series[str] = pa.Field(description="area")
    name: Series[str] = pa.Field(description="name in small letters without accents")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "name"]


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
    verdict: Series[str] = pa.Field(
        description="supported (among the first ten), near (in the first 5 % or of its country's first), not near, not evaluated"
    )
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
