"""The tables of the matching."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.codes import FRAMES, LEVELS


class TransformedValues(pa.DataFrameModel):
    """g(x) of every matching indicator: logarithms of sizes, logits of smoothed shares."""

    ref_area: Series[str] = pa.Field(description="area")
    indicator: Series[str] = pa.Field(description="indicator")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(description="country")
    transformed: Series[float] = pa.Field(nullable=True, description="g(x)")
    standard_error: Series[float] = pa.Field(ge=0, nullable=True, description="of g(x), where its source publishes margins")
    regional: Series[bool] = pa.Field(description="whether it is the share of the region that the area lies in")

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
    z: Series[float] = pa.Field(ge=-10, le=10, description="standardised value, beyond 2 by its logarithm")
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


class BetweenCountries(pa.DataFrameModel):
    """How much of a matching indicator's variance lies between countries, and how it enters the distance therefore."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    block: Series[str] = pa.Field(description="block of the indicator")
    indicator: Series[str] = pa.Field(description="indicator")
    frames: Series[str] = pa.Field(
        isin=["absolute", "national", "absolute;national"], description="frames in which it is compared"
    )
    weight: Series[float] = pa.Field(gt=0, le=1.000001, description="weight within the block")
    countries: Series[int] = pa.Field(ge=2, description="countries with areas of which it is known")
    areas: Series[int] = pa.Field(ge=2, description="areas of which it is known")
    intraclass_correlation: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="share of the variance that lies between countries, before any frame"
    )
    reason: Series[str] = pa.Field(
        isin=["counted differently", "differs by nature"],
        description="counted differently, so only its part in the country counts; or different by nature, so it counts as it is",
    )

    class Config:
        strict = True
        coerce = True
        unique = ["level", "indicator"]


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


class LensFeatures(pa.DataFrameModel):
    """The features that each lens takes at each level, with their weights within the block."""

    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    lens: Series[str] = pa.Field(description="lens (lenses)")
    block: Series[str] = pa.Field(description="block (blocks)")
    indicator: Series[str] = pa.Field(description="indicator (indicators)")
    frame: Series[str] = pa.Field(isin=FRAMES, description="absolute: all countries, national: its own country")
    weight: Series[float] = pa.Field(gt=0, le=1, description="weight within the block; those of a block add up to 1")

    class Config:
        strict = True
        coerce = True
        unique = ["level", "lens", "block", "indicator", "frame"]


class CountryProbabilities(pa.DataFrameModel):
    """How often each area abroad is among the first three of its country in the draws of the lens overall."""

    ref_area: Series[str] = pa.Field(description="Mexican area")
    counterpart_area: Series[str] = pa.Field(description="area abroad that takes part")
    level: Series[str] = pa.Field(isin=LEVELS, description="level of both")
    draws: Series[int] = pa.Field(ge=1, description="how many draws were made")
    probability_in_country: Series[float] = pa.Field(gt=0, le=1, description="share of them")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area"]


class MirrorCountries(pa.DataFrameModel):
    """How many of the ten nearest lie in each country: the sum of the inclusion probabilities of its areas."""

    ref_area: Series[str] = pa.Field(str_startswith="MX-", description="Mexican area")
    lens: Series[str] = pa.Field(description="weights of the blocks (lenses)")
    level: Series[str] = pa.Field(isin=LEVELS, description="level")
    country: Series[str] = pa.Field(str_length=3, description="country of the counterparts")
    expected: Series[float] = pa.Field(gt=0, le=10.0001, description="expected number of the ten nearest that lie there")
    candidates: Series[int] = pa.Field(ge=1, description="ranked areas of the country at that level")
    expected_by_numbers: Series[float] = pa.Field(gt=0, le=10.0001, description="ten times its share of all ranked areas")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "lens", "country"]


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
    position: Series[pd.Int64Dtype] = pa.Field(
        ge=1,
        nullable=True,
        description="place in the list that readers see: tier, then probability, then distance; missing if not ranked",
    )
    rank_in_country: Series[int] = pa.Field(ge=1, description="place among those of the counterpart's country")
    inclusion_probability: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="share of draws in which it is among the first ten; missing if not ranked"
    )
    tier: Series[str] = pa.Field(
        isin=["firm", "likely", "possible"],
        nullable=True,
        description="firm from 0.8 of the draws and near enough to be close, likely from 0.5, possible from 0.05; missing below",
    )
    probability_in_country: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="share of draws in which it is among the first three of its country; lens overall"
    )
    tier_in_country: Series[str] = pa.Field(
        isin=["firm", "likely", "possible"], nullable=True, description="the same limits for the probability in its country"
    )
    nearer_at_home: Series[int] = pa.Field(ge=0, description="Mexican areas of the level that are nearer than this mirror")
    closeness: Series[int] = pa.Field(
        ge=1, le=5, description="1 very alike to 5 distant, by the share of Mexican areas that are nearer (closeness)"
    )
    mutual: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="whether the Mexican area is among the ten of its level nearest to the counterpart"
    )
    in_degree: Series[int] = pa.Field(ge=0, description="how many Mexican areas of the level have it among their first ten")
    distance: Series[float] = pa.Field(ge=0, description="d, in standard deviations")
    distance_squared: Series[float] = pa.Field(ge=0, description="d squared, the sum of the blocks in mirror_blocks")
    similarity: Series[float] = pa.Field(
        ge=0, le=100, description="deprecated, see nearer_at_home: 100 x (1 - share of random pairs that are nearer)"
    )
    mutual_proximity: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="share of both sides' distances that are larger (Schnitzer et al. 2012)"
    )
    coverage: Series[float] = pa.Field(ge=0, le=1.000001, description="share of the weight that is known of both")

    class Config:
        strict = True
        coerce = True
        unique = ["ref_area", "counterpart_area", "lens"]


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
