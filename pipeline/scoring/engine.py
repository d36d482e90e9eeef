"""Composite indicators: normalise, aggregate level by level, rank (OECD/JRC Handbook, steps 5, 6 and 9).

The formulas stand in ``sql/normalised_values.sql``, ``sql/aggregated_scores.sql`` and ``sql/score_ranks.sql``. They
follow COINr 1.1.14, so that an index made there can be checked here. Which index is scored is not known here, and data
are imputed and treated before they arrive. Results depend neither on the order of the rows nor on the number of
threads: every sum is compensated and taken in the order of the codes.

Normalisations, and the parameters they read: from a column of the structure, else from the method, else as shown.

=====================  =====================================  ==================================
minmax                 minmax_lower 0, minmax_upper 100       n_minmax
zscore                 zscore_mean 0, zscore_sd 1             n_zscore, sd with n - 1
scaled                 scaled_lower 0, scaled_upper 100       n_scaled
goalposts              goalpost_lower, goalpost_upper,        n_goalposts
                       goalpost_scale 100,
                       goalpost_truncate true
rank, borda                                                   n_rank, n_borda: more is more
percentile_rank                                               n_prank: (rank - 1) / (known - 1)
distance_to_maximum                                           n_dist2max
distance_to_target     target, target_cap false               n_dist2targ, target in the unit of the value
distance_to_reference  reference: an area's code,             n_dist2ref (there the area's position, iref)
                       reference_cap false
fraction_of_maximum                                           n_fracmax
none                                                          none: the value times direction
=====================  =====================================  ==================================

Aggregations: ``arithmetic``, ``geometric``, ``harmonic`` and ``copeland`` (a_amean, a_gmean, a_hmean, a_copeland), with
``least_children``, the share of the children that must be known (COINr's ``dat_thresh``; as there, not for copeland);
``least_weight``, the share of the weight, down to the indicators, that must be known; and ``child_floor``: a child's
lower score enters as this one. Weights are relative: they add up to 1 again over the children that are known.

As in COINr: direction is applied once, before the normalisation; ties take the least rank; what is missing has no rank
and is left out of means; a threshold is passed by a share equal to it; all-missing children give no score; values that
are all equal have no score by ``minmax``, ``zscore`` or ``distance_to_maximum``, and rank 1 by ``rank``; a geometric
mean of a score that is not above 0, or a harmonic one of 0, is refused, whatever its weight. Otherwise than in COINr:

- copeland gives an area of which no child is known no score; COINr gives it one that depends on its place in the list
- where the denominator is 0 (a target at the minimum, a maximum of 0) there is no score; COINr has infinity
- goalposts whose lower is above the upper are refused; COINr turns the scale round
- functions of one's own, and ``a_genmean``, do not exist here

COINr's get_noisy_weights is ``weight_draws.noisy_weights``.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.foundation import query

NORMALISATION = {
    "normalisation": "minmax",
    "minmax_lower": 0.0,
    "minmax_upper": 100.0,
    "zscore_mean": 0.0,
    "zscore_sd": 1.0,
    "scaled_lower": 0.0,
    "scaled_upper": 100.0,
    "goalpost_lower": np.nan,
    "goalpost_upper": np.nan,
    "goalpost_scale": 100.0,
    "goalpost_truncate": True,
    "target": np.nan,
    "target_cap": False,
    "reference": "",
    "reference_cap": False,
}
AGGREGATION = {"aggregation": "arithmetic", "least_children": 0.0, "least_weight": 0.0, "child_floor": np.nan}
METHODS = {
    "normalisation": [
        "minmax", "zscore", "scaled", "goalposts", "rank", "borda", "percentile_rank", "distance_to_maximum",
        "distance_to_target", "distance_to_reference", "fraction_of_maximum", "none",
    ],
    "aggregation": ["arithmetic", "geometric", "harmonic", "copeland"],
}  # fmt: skip
COINR = {  # COINr's names and ours
    "iCode": "code", "Parent": "parent", "Level": "level", "Weight": "weight", "Direction": "direction",
    "uCode": "ref_area", "Target": "target", "dist2targ_cap_max": "target_cap",
    "goalpost_trunc2posts": "goalpost_truncate", "dat_thresh": "least_children", "f_n": "method", "f_ag": "method",
    "n_minmax": "minmax", "n_zscore": "zscore", "n_scaled": "scaled", "n_goalposts": "goalposts", "n_rank": "rank",
    "n_borda": "borda", "n_prank": "percentile_rank", "n_dist2max": "distance_to_maximum",
    "n_dist2targ": "distance_to_target", "n_dist2ref": "distance_to_reference", "n_fracmax": "fraction_of_maximum",
    "a_amean": "arithmetic", "a_gmean": "geometric", "a_hmean": "harmonic", "a_copeland": "copeland",
}  # fmt: skip
FLAGS = ["goalpost_truncate", "target_cap", "reference_cap"]
WORDS = ["normalisation", "aggregation", "reference"]


class ScoringError(ValueError):
    """A structure, a value or a method that cannot be scored: names the code and the area and says what to do."""


class Scores(NamedTuple):
    """The three tables of ``score``."""

    normalised: pd.DataFrame  # ref_area, code, value (its unit), score (of the normalisation)
    aggregated: pd.DataFrame  # ref_area, code, score, coverage (0-1): indicators and every level above them
    ranks: pd.DataFrame  # grouping, group_code, code, ref_area, score, rank (1 is best)


def score(values: pd.DataFrame, structure: pd.DataFrame, method: Mapping, groups: pd.DataFrame | None = None) -> Scores:
    """Scores and ranks of every area in every indicator and aggregate.

    ``values``: ref_area, indicator, value; one row per area and indicator, missing where empty or absent.
    ``structure``: code, parent, level (1 = indicator), weight (among its siblings, any scale), direction (1 or -1), and
    any parameter of the module's table. ``method``: ``normalisation``, a table of defaults for the indicators, and
    ``aggregation``, one table for all levels or a list of one per level, the lowest first. ``groups``: ref_area,
    grouping, group_code; ranks are also taken within them.
    Raises ``ScoringError`` for what cannot be scored, and where a geometric or harmonic mean does not exist.
    """
    normalised, scores = composite(values, structure, method)
    if groups is None:
        groups = pd.DataFrame({"ref_area": [], "grouping": [], "group_code": []}, dtype="str")
    return Scores(normalised, scores, query.run("scoring/score_ranks", scores=scores, groups=groups))


def composite(values: pd.DataFrame, structure: pd.DataFrame, method: Mapping) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first two tables of ``score``: what has no use for ranks does not wait for them."""
    structure = complete_structure(structure, method)
    normalised = _normalised(values, structure)
    return normalised, aggregate(normalised, structure)


def aggregate(normalised: pd.DataFrame, structure: pd.DataFrame) -> pd.DataFrame:
    """The second table of ``score`` from the first and a complete structure."""
    known = normalised.assign(coverage=normalised["score"].notna().astype("float64"))
    scores = known[["ref_area", "code", "score", "coverage"]]
    for level in range(2, int(structure["level"].max()) + 1):
        above = query.run("scoring/aggregated_scores", constants={"level": level}, scores=scores, structure=structure)
        refuse_undefined(above, scores)
        scores = pd.concat([scores, above.drop(columns="refused_child")], ignore_index=True)
    return scores


def normalise(values: pd.DataFrame, structure: pd.DataFrame, method: Mapping) -> pd.DataFrame:
    """The first table of ``score`` alone."""
    return _normalised(values, complete_structure(structure, method))


def _normalised(values: pd.DataFrame, structure: pd.DataFrame) -> pd.DataFrame:
    return query.run("scoring/normalised_values", raw_values=checked_values(values, structure), structure=structure)


def complete_structure(structure: pd.DataFrame, method: Mapping) -> pd.DataFrame:
    """The structure with every parameter in a column of its own: the row's own, else the method's, else the default."""
    table = structure.rename(columns=COINR).reset_index(drop=True)
    require_columns(table, ["code", "parent", "level", "weight", "direction"], "the structure")
    defaults = {**NORMALISATION, **parameters("normalisation", method.get("normalisation", {}))}
    for name, value in defaults.items():
        table[name] = table[name].where(table[name].notna(), value) if name in table else value
    table["normalisation"] = table["normalisation"].replace(COINR)
    above = aggregations(method, int(table["level"].max()))
    for name, value in AGGREGATION.items():
        table[name] = [above.get(level, {}).get(name, value) for level in table["level"]]
    table[["code", "parent"]] = table[["code", "parent"]].fillna("").astype("str")
    for name in ["level", "weight", "direction", *NORMALISATION, *AGGREGATION]:
        table[name] = table[name].astype("str" if name in WORDS else "bool" if name in FLAGS else "float64")
    check_structure(table)
    return table[["code", "parent", "level", "weight", "direction", *NORMALISATION, *AGGREGATION]]


def aggregations(method: Mapping, top: int) -> dict[int, dict]:
    """The parameters of each level from 2 to ``top``: one table of the method serves all levels, a list one each."""
    given = method.get("aggregation", {})
    given = [given] * (top - 1) if isinstance(given, Mapping) else list(given)
    if len(given) == 1:
        given = given * (top - 1)
    if len(given) != top - 1:
        raise ScoringError(f"the method has {len(given)} aggregations for {top - 1} levels; give one, or one per level")
    return {level: parameters("aggregation", table) for level, table in enumerate(given, start=2)}


def parameters(step: str, table: Mapping) -> dict:
    """One table of the method with the engine's names: ``method`` and COINr's names are translated."""
    known = NORMALISATION if step == "normalisation" else AGGREGATION
    named = {COINR.get(name, name): value for name, value in table.items()}
    named = {step if name == "method" else name: value for name, value in named.items()}
    for name in named:
        if name not in known:
            raise ScoringError(f"the method's {step} has no parameter {name!r}; it has {', '.join(known)}")
    if step in named:
        named[step] = COINR.get(named[step], named[step])
        if named[step] not in METHODS[step]:
            raise ScoringError(f"{named[step]!r} is no {step}; choose one of {', '.join(METHODS[step])}")
    return named


def check_structure(table: pd.DataFrame) -> None:
    """Refuse a structure that is no hierarchy, or whose parameters cannot be used."""
    leaf = table["level"] == 1
    upper = table["parent"].map(dict(zip(table["code"], table["level"], strict=True)))
    goalposts = leaf & (table["normalisation"] == "goalposts")
    rules = {
        "needs a level, 1 for an indicator": ~(table["level"] >= 1),
        "stands twice": table["code"].duplicated(),
        "has a parent that is not in the structure": (table["parent"] != "") & upper.isna(),
        "must stand on a lower level than its parent": upper <= table["level"],
        "is an aggregate without children": ~leaf & ~table["code"].isin(table["parent"]),
        "needs a weight that is not negative": (table["parent"] != "") & ~(table["weight"] >= 0),
        "needs a direction, 1 or -1": leaf & ~table["direction"].isin([1, -1]),
        "is an aggregate and cannot have the direction -1; turn its indicators": ~leaf & (table["direction"] == -1),
        "has an unknown normalisation": leaf & ~table["normalisation"].isin(METHODS["normalisation"]),
        "needs a lower goalpost below the upper one": goalposts & ~(table["goalpost_lower"] < table["goalpost_upper"]),
        "needs scaled_lower and scaled_upper to differ": table["scaled_lower"] == table["scaled_upper"],
        "needs a reference, the code of an area": leaf
        & (table["normalisation"] == "distance_to_reference")
        & (table["reference"] == ""),
        "needs a target": leaf & (table["normalisation"] == "distance_to_target") & table["target"].isna(),
    }
    for problem, wrong in rules.items():
        if wrong.any():
            raise ScoringError(f"{table['code'][wrong.idxmax()]} {problem}; correct the structure")


def checked_values(values: pd.DataFrame, structure: pd.DataFrame) -> pd.DataFrame:
    """The values of the structure's indicators; refuses what is infinite, stands twice, or belongs to no indicator."""
    require_columns(values, ["ref_area", "indicator", "value"], "the table of values")
    indicators = structure.loc[structure["level"] == 1, "code"]
    number = values["value"].astype("float64")
    rules = {
        "is no indicator of the structure": ~values["indicator"].isin(indicators),
        "stands twice": values.duplicated(["ref_area", "indicator"]),
        "is infinite": np.isinf(number),
    }
    for problem, wrong in rules.items():
        if wrong.any():
            row = values[wrong].iloc[0]
            raise ScoringError(f"{row['indicator']} of {row['ref_area']} {problem}; correct the values")
    referred = structure[structure["normalisation"] == "distance_to_reference"]
    unknown = referred[~referred["reference"].isin(values["ref_area"].unique())]
    if len(unknown):
        raise ScoringError(f"{unknown.iloc[0]['code']} refers to {unknown.iloc[0]['reference']}, which has no values; correct it")
    absent = indicators[~indicators.isin(values["indicator"].unique())]
    if len(absent):
        raise ScoringError(f"{absent.iloc[0]} has no values; add them, or take it out of the structure")
    return values.assign(value=number)[["ref_area", "indicator", "value"]]


def refuse_undefined(above: pd.DataFrame, scores: pd.DataFrame) -> None:
    """Refuse a geometric mean of scores that are not above 0, or a harmonic mean of a score of 0."""
    wrong = above[above["refused_child"].notna()]
    if not wrong.empty:
        row = wrong.iloc[0]
        child = scores[(scores["ref_area"] == row["ref_area"]) & (scores["code"] == row["refused_child"])].iloc[0]
        raise ScoringError(
            f"{row['code']} of {row['ref_area']} has no such mean: {row['refused_child']} scores {child['score']:.6g}; "
            "set child_floor above 0, normalise onto positive scores, or use the arithmetic mean"
        )


def require_columns(table: pd.DataFrame, columns: list[str], what: str) -> None:
    """Refuse a table without one of the columns."""
    for column in columns:
        if column not in table:
            raise ScoringError(f"{what} has no column {column}; it needs {', '.join(columns)}")


class Registers(NamedTuple):
    """What the files of a folder describe; the first four are the arguments of ``score``."""

    values: pd.DataFrame
    structure: pd.DataFrame
    method: dict
    groups: pd.DataFrame
    weight_sets: pd.DataFrame | None  # draw, code, weight


def score_registers(folder: Path) -> Scores:
    """Scores an index that is described by files, so that anyone can score data of their own: see ``read_registers``."""
    return score(*read_registers(folder)[:4])


def read_registers(folder: Path) -> Registers:
    """The files that describe an index.

    ``structure.csv``  one row per indicator and aggregate: code, parent, level, weight, direction, parameters if any;
                       COINr's iMeta serves as it is (rows whose Type is neither Indicator nor Aggregate are left out).
    ``values.csv``     one row per area: ref_area (or uCode) and one column per indicator; COINr's iData serves too.
    ``weights.csv``    optional, code (or iCode) and weight: weights that replace the structure's, matched by code. With a
                       column ``draw`` it holds several sets, which do not replace but are compared with them.
    ``method.toml``    ``groups = ["column of values.csv"]`` if any, ``[normalisation]``, and one ``[[aggregation]]``
                       for all levels or one per level, the lowest first; each with ``method`` and its parameters.
                       Empty: min-max onto 0-100 and arithmetic means. ``[noise]`` asks for noisy weights:
                       ``draws = 100``, ``seed = 1`` and, by level, ``factors = { 1 = 0.25, 2 = 0.25 }``.
    """
    method = tomllib.loads((folder / "method.toml").read_text(encoding="utf-8"))
    structure = read_table(folder / "structure.csv")
    if "Type" in structure:
        structure = structure[structure["Type"].isin(["Indicator", "Aggregate"])]
    for name in structure.columns.intersection(["level", "weight", "direction", *NORMALISATION]).difference(WORDS):
        structure[name] = flags(structure[name]) if name in FLAGS else numbers(structure[name], structure["code"])
    weights = read_table(folder / "weights.csv") if (folder / "weights.csv").is_file() else None
    if weights is not None and "draw" not in weights:
        structure, weights = with_weights(structure, weights), None
    values = read_table(folder / "values.csv")
    groups = values.melt("ref_area", method.get("groups", []), "grouping", "group_code")
    wide = {code: numbers(values[code], values["ref_area"]) for code in structure.loc[structure["level"] == 1, "code"]}
    long = pd.DataFrame({"ref_area": values["ref_area"], **wide}).melt("ref_area", var_name="indicator")
    return Registers(long, structure, method, groups, weights)


def with_weights(structure: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """The structure with other weights, matched by code and never by position."""
    weights = weights.rename(columns=COINR)
    by_code = numbers(weights["weight"], weights["code"]).set_axis(weights["code"])
    for problem, codes in {
        "stands twice in": by_code.index[by_code.index.duplicated()],
        "is not in the structure but in": by_code.index.difference(structure["code"]),
        "is not in": pd.Index(structure["code"]).difference(by_code.index),
    }.items():
        if len(codes):
            raise ScoringError(f"{codes[0]} {problem} the weights; correct them")
    return structure.assign(weight=structure["code"].map(by_code))


def read_table(path: Path) -> pd.DataFrame:
    """A CSV file as text with the engine's column names; empty cells and R's NA are missing, except in codes."""
    if not path.is_file():
        raise ScoringError(f"{path.name} is missing; put it into {path.parent.name}")
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig").rename(columns=COINR)
    require_columns(table, ["ref_area" if path.stem == "values" else "code"], path.name)
    codes = [name for name in ("ref_area", "code") if name in table]
    return table.mask(table.isin(["", "NA"])).assign(**table[codes])


def numbers(cells: pd.Series, codes: pd.Series) -> pd.Series:
    """Numbers from text; the first cell that is neither a number nor missing is named."""
    values = pd.to_numeric(cells, errors="coerce").astype("float64")
    wrong = values.isna() & cells.notna()
    if wrong.any():
        row = wrong.idxmax()
        raise ScoringError(f"{cells.name} of {codes[row]} is {cells[row]!r}, not a number; correct it")
    return values


def flags(cells: pd.Series) -> pd.Series:
    """True and false from text, however they are written (true, TRUE, 1)."""
    return cells.str.lower().map({"true": True, "1": True, "false": False, "0": False})
