"""The development score: outcomes between goalposts, pillars, and their geometric mean (``docs/methodology.md`` 6).

The engine is ``scoring.py``; this module says what the index asks of it.
"""

from pathlib import Path

import pandas as pd

from pipeline import query
from pipeline.frozen import definitions, frozen
from pipeline.scoring import score
from schemas.catalogue import methodology, register

SCORE = "development"


def goalposts(observations: Path, indicator_values: Path, places: Path) -> pd.DataFrame:
    """The table ``goalposts``: level, indicator, country (empty: all), lower, upper, areas."""
    constants = methodology()["development"] | {"smallest_national_frame": methodology()["matching"]["smallest_national_frame"]}
    return query.run(
        "goalposts",
        constants=constants,
        observations=observations,
        indicator_values=indicator_values,
        places=places,
        indicators=register("indicators"),
        definitions=definitions(),
        frozen=frozen("goalposts"),
    )


def development_scores(indicator_values: Path, goalposts: Path, places: Path) -> tuple[pd.DataFrame, ...]:
    """The tables ``normalised_values``, ``pillar_scores`` and ``development_scores``.

    Areas of one level and country share their goalposts and are scored together.
    """
    outcomes = register("indicators").query("role == 'outcome'")
    areas, posts = pd.read_parquet(places), pd.read_parquet(goalposts)
    values = pd.read_parquet(indicator_values, filters=[("indicator", "in", list(outcomes["indicator"]))])
    values = values.merge(areas[["ref_area", "country"]])
    own = {(level, country) for level, country in zip(posts["level"], posts["country"], strict=True) if country}
    frame = [
        country if (level, country) in own else "" for level, country in zip(values["level"], values["country"], strict=True)
    ]
    normalised, scores = [], []
    for (level, country), rows in values.assign(frame=frame).groupby(["level", "frame"], sort=True):
        result = _score(rows, posts[(posts["level"] == level) & posts["country"].isin(["", country])])
        normalised.append(result.normalised.dropna(subset=["score"]))
        scores.append(result.aggregated)
    return _tables(pd.concat(normalised), pd.concat(scores), areas)


def _score(values: pd.DataFrame, posts: pd.DataFrame):
    rows = values.rename(columns={"obs_value": "value"})[["ref_area", "indicator", "value"]]
    method = {
        "normalisation": {"method": "goalposts"},
        "aggregation": [
            {"method": "arithmetic"},
            {"method": "geometric", "child_floor": methodology()["development"]["floor"]},
        ],
    }
    structure = _structure(posts[posts["indicator"].isin(rows["indicator"].unique())])
    return score(rows[rows["indicator"].isin(structure["code"])], structure, method)


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


def _tables(normalised: pd.DataFrame, scores: pd.DataFrame, areas: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    pillars = register("pillars")
    pillar_scores = scores[scores["code"].isin(pillars["pillar"])].rename(columns={"code": "pillar"})
    development = query.run(
        "development_scores",
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
