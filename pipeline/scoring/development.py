"""The development score: outcomes between goalposts, pillars, and their geometric mean (``docs/methodology.md`` 6).

The engine is ``scoring.py``; this module says what the index asks of it, and ``score_draws.py`` how sure that is.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from scipy.stats import norm

from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.indicators.frozen import definitions, frozen
from pipeline.scoring import score_draws
from pipeline.scoring.engine import composite, normalise
from schemas.catalogue import methodology, register

SCORE = "development"


@table()
def goalposts(observations: Path, indicator_values: Path, places: Path) -> pd.DataFrame:
    """The table ``goalposts``: level, indicator, country (empty: all), lower, upper, mean, standard_deviation, areas."""
    constants = methodology()["development"] | {"smallest_national_frame": methodology()["matching"]["smallest_national_frame"]}
    return query.run(
        "scoring/goalposts",
        constants=constants,
        observations=observations,
        indicator_values=indicator_values,
        places=places,
        indicators=register("indicators"),
        definitions=definitions(),
        frozen=frozen("goalposts"),
    )


@table("normalised_values", "pillar_scores", "development_scores", "score_sensitivity", "indicator_influence")
def development_scores(indicator_values: Path, goalposts: Path, places: Path) -> tuple[pd.DataFrame, ...]:
    """The tables ``normalised_values``, ``pillar_scores``, ``development_scores``, ``score_sensitivity`` and
    ``indicator_influence``.

    Areas of one level and country share their goalposts and are scored together.
    """
    areas, posts = pd.read_parquet(places), pd.read_parquet(goalposts)
    values = _outcomes(indicator_values, areas)
    normalised, pillar_scores, development = _scored(values, posts, areas)
    scored = values[values["ref_area"].isin(set(development.dropna(subset="score")["ref_area"]))]
    z_scores = pd.concat(normalise(rows, structure, _method()) for rows, structure in _frames(scored, z_score_posts(posts)))
    drawn = _drawn(normalised, z_scores.rename(columns={"code": "indicator"}), pillar_scores, development)
    ranges, sensitivity, influence = (pd.concat(parts, ignore_index=True) for parts in zip(*drawn, strict=True))
    return normalised, pillar_scores, development.merge(ranges, how="left", on="ref_area"), sensitivity, influence


def point_scores(indicator_values: Path, goalposts: Path, places: Path) -> tuple[pd.DataFrame, ...]:
    """The first three of these tables, scores and ranks without what the draws say of them."""
    areas = pd.read_parquet(places)
    return _scored(_outcomes(indicator_values, areas), pd.read_parquet(goalposts), areas)


def _outcomes(indicator_values: Path, areas: pd.DataFrame) -> pd.DataFrame:
    outcomes = register("indicators").query("role == 'outcome'")
    values = pd.read_parquet(indicator_values, filters=[("indicator", "in", list(outcomes["indicator"]))])
    return values.merge(areas[["ref_area", "country"]])


def _scored(values: pd.DataFrame, posts: pd.DataFrame, areas: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    return _tables([composite(rows, structure, _method()) for rows, structure in _frames(values, posts)], areas)


def z_score_posts(posts: pd.DataFrame) -> pd.DataFrame:
    """Goalposts that make z-scores: as many standard deviations from the mean as the percentiles of a normal distribution.

    The worse end lies a margin farther, as in ``goalposts.sql``.
    """
    constants = methodology()["development"]
    lower, upper = (norm.ppf(constants[name]) for name in ("lower_percentile", "upper_percentile"))
    more_is_better = posts["indicator"].map(register("indicators").set_index("indicator")["direction"]) > 0
    beyond = constants["margin"] * (upper - lower)
    mean, deviation = posts["mean"], posts["standard_deviation"]
    return posts.assign(
        lower=mean + (lower - beyond * more_is_better) * deviation, upper=mean + (upper + beyond * ~more_is_better) * deviation
    )


def _drawn(normalised: pd.DataFrame, z_scores: pd.DataFrame, pillar_scores: pd.DataFrame, development: pd.DataFrame):
    """Per level: intervals, Sobol indices, influence."""
    for level, areas in score_draws.areas_of_levels(normalised, z_scores, development):
        draws = score_draws.draw(areas)
        yield (
            score_draws.intervals(draws),
            score_draws.score_sensitivity(level, draws),
            score_draws.indicator_influence(level, draws, pillar_scores),
        )


def _frames(values: pd.DataFrame, posts: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """The values, and the structure, of the areas that share their goalposts."""
    own = {(level, country) for level, country in zip(posts["level"], posts["country"], strict=True) if country}
    frame = [
        country if (level, country) in own else "" for level, country in zip(values["level"], values["country"], strict=True)
    ]
    values = values.rename(columns={"obs_value": "value"}).assign(frame=frame)
    for (level, country), rows in values.groupby(["level", "frame"], sort=True):
        known = posts[(posts["level"] == level) & posts["country"].isin(["", country])]
        structure = _structure(known[known["indicator"].isin(rows["indicator"].unique())])
        yield rows.loc[rows["indicator"].isin(structure["code"]), ["ref_area", "indicator", "value"]], structure


def _method() -> dict:
    floor = methodology()["development"]["floor"]
    aggregation = [{"method": "arithmetic"}, {"method": "geometric", "child_floor": floor}]
    return {"normalisation": {"method": "goalposts"}, "aggregation": aggregation}


def _structure(posts: pd.DataFrame) -> pd.DataFrame:
    """The hierarchy of the score; what these areas' countries do not measure is not part of it."""
    outcomes = register("indicators").query("role == 'outcome'").merge(posts[["indicator", "lower", "upper"]])
    pillars = register("pillars")
    pillars = pillars[pillars["pillar"].isin(outcomes["pillar_or_block"])]
    columns = ["code", "parent", "level", "weight", "direction", "goalpost_lower", "goalpost_upper"]
    indicators = outcomes.rename(
        columns={"indicator": "code", "pillar_or_block": "parent", "lower": "goalpost_lower", "upper": "goalpost_upper"}
    ).assign(level=1)
    groups = pillars.rename(columns={"pillar": "code"}).assign(parent=SCORE, level=2, direction=1)
    top = pd.DataFrame({"code": [SCORE], "parent": [""], "level": [3], "weight": [1.0], "direction": [1]})
    return pd.concat([indicators, groups, top]).reindex(columns=columns).reset_index(drop=True)


def _tables(results: list[tuple[pd.DataFrame, pd.DataFrame]], areas: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    pillars = register("pillars")
    normalised = pd.concat(outcomes.dropna(subset=["score"]) for outcomes, _ in results)
    scores = pd.concat(aggregated for _, aggregated in results)
    pillar_scores = scores[scores["code"].isin(pillars["pillar"])].rename(columns={"code": "pillar"})
    development = query.run(
        "scoring/development_scores",
        constants=methodology()["development"],
        places=areas,
        pillar_scores=pillar_scores,
        pillars=pillars,
        scores=scores[scores["code"] == SCORE],
    )
    normalised = normalised.rename(columns={"code": "indicator"})
    return (
        normalised.sort_values(["ref_area", "indicator"], ignore_index=True),
        pillar_scores.sort_values(["ref_area", "pillar"], ignore_index=True),
        development,
    )
