"""The tables that an edition says of itself and of the one before."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import LEVELS

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
