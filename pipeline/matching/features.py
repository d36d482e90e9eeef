"""What is compared: z of every matching indicator where it is known, else what is expected of it.

The formulas are in ``docs/methodology.md`` 3 and 4; the arithmetic is in the SQL beside this file.
"""

from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.indicators.frozen import definitions, frozen
from pipeline.matching.missing_values import Expected, expect, fit_normal
from schemas.catalogue import methodology, register

FEATURE = ["block", "indicator", "frame"]
HEADLINE = "overall"  # the lens of which more is told
DECIMALS = 6  # of a published z: what is computed from it does not depend on the last bits of a matrix product


@table()
def transformed_values(indicator_values: Path, places: Path) -> pd.DataFrame:
    """The table ``transformed_values``: g(x) of every matching indicator."""
    return query.run(
        "matching/transformed_values",
        constants=methodology()["matching"],
        indicator_values=indicator_values,
        places=places,
        indicators=register("indicators"),
        home_country=pd.DataFrame({"home": [methodology()["areas"]["home"]]}),
    )


@table()
def normalisation_parameters(transformed_values: Path) -> pd.DataFrame:
    """The table ``normalisation_parameters``: m and s of every matching indicator in each of its frames."""
    return query.run(
        "matching/normalisation_parameters",
        constants=methodology()["matching"],
        transformed_values=transformed_values,
        indicators=register("indicators"),
        definitions=definitions(),
        frozen=frozen("normalisation_parameters"),
    )


@table()
def normalised_features(transformed_values: Path, normalisation_parameters: Path) -> pd.DataFrame:
    """The table ``normalised_features``: z of everything that is known."""
    return query.run(
        "matching/normalised_features",
        constants=methodology()["regional_figures"],
        transformed_values=transformed_values,
        normalisation_parameters=normalisation_parameters,
        indicators=register("indicators"),
    )


@table()
def matching_coverage(transformed_values: Path, normalised_features: Path, places: Path) -> pd.DataFrame:
    """The table ``matching_coverage``: how much is known of each area, and whether it takes part."""
    return query.run(
        "matching/matching_coverage",
        constants=methodology()["matching"],
        transformed_values=transformed_values,
        normalised_features=normalised_features,
        places=places,
        lens_blocks=lens_blocks(HEADLINE),
    )


def lens_blocks(lens: str) -> pd.DataFrame:
    """Block weights of a lens, adding up to 1, and the patterns of the features that it takes of each block."""
    rows = register("lenses").query("lens == @lens")
    return rows.assign(weight=rows["weight"] / rows["weight"].sum())


@table()
def lens_features(normalised_features: Path) -> pd.DataFrame:
    """The table ``lens_features``: which features each lens takes at each level, and their weight within the block."""
    columns = ["level", *FEATURE, "weight"]
    features = pd.read_parquet(normalised_features, columns=columns).drop_duplicates(columns[:-1]).sort_values(columns[:-1])
    parts = [
        rows.assign(lens=lens, weight=within_blocks(lens_blocks(lens), rows))
        for _, rows in features.groupby("level", sort=True)
        for lens in dict.fromkeys(register("lenses")["lens"])
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[table["weight"] > 0].sort_values(["level", "lens", *FEATURE], ignore_index=True)


def within_blocks(lens_blocks: pd.DataFrame, features: pd.DataFrame) -> pd.Series:
    """Weights of features (rows with block, indicator, frame and weight) within their blocks under a lens, adding up to 1.

    A lens that names no features of a block takes all; else those whose ``indicator@frame`` fits one of its patterns.
    """
    patterns = lens_blocks.set_index("block")["features"].fillna("*").to_dict()
    taken = [
        any(fnmatchcase(f"{row.indicator}@{row.frame}", pattern) for pattern in patterns.get(row.block, "").split(";"))
        for row in features.itertuples()
    ]
    weight = features["weight"] * taken
    total = weight.groupby(features["block"]).transform("sum")
    return weight / total.where(total > 0, 1)


@table()
def matching_features(normalised_features: Path, places: Path) -> pd.DataFrame:
    """The table ``matching_features``: every feature of every area, z where known, else its expected value and variance."""
    features, areas = pd.read_parquet(normalised_features), pd.read_parquet(places)
    parts = [_expected(rows, areas[areas["level"] == level]) for level, rows in features.groupby("level", sort=True)]
    return pd.concat(parts, ignore_index=True)


def _expected(rows: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    wide = wide_features(rows, places["ref_area"])
    expected = expected_features(wide)
    features = wide.columns.to_frame(index=False)
    weights = rows.drop_duplicates(FEATURE).set_index(FEATURE)["weight"]
    areas, count = len(wide), len(features)
    return pd.DataFrame(
        {
            "ref_area": np.repeat(wide.index.to_numpy(), count),
            "level": rows["level"].iloc[0],
            **{name: np.tile(features[name].to_numpy(), areas) for name in FEATURE},
            "weight": np.tile(weights.reindex(wide.columns).to_numpy(), areas),
            "z": expected.mean.ravel().round(DECIMALS) + 0.0,
            "variance": expected.variance.ravel().round(DECIMALS) + 0.0,
            "obs_status": np.where(np.isnan(wide.to_numpy().ravel()), "I", "A"),
        }
    )


def wide_features(rows: pd.DataFrame, areas: pd.Series, column: str = "z") -> pd.DataFrame:
    """One row per area in the order of their codes, one column per feature (block, indicator, frame); NaN where not known."""
    wide = rows.pivot(index="ref_area", columns=FEATURE, values=column).sort_index(axis=1)
    return wide.reindex(np.sort(areas.to_numpy()))


def expected_features(wide: pd.DataFrame) -> Expected:
    """What is expected of each feature of (n, k) areas, and the part of its variance that counts; see ``missing_values``.

    Counted whole, what is unknown keeps an area out of all lists; left out, it brings it into too many. ``unknown_counts`` is
    the part with which areas of which a block is hidden are found about as often as when it is known (methodology 4).

    A country's own figures are fitted apart: with four countries a slope on them would be a slope on the country's name.
    """
    constants = methodology()["matching"]
    values = wide.to_numpy(dtype=float)
    formulas = register("indicators").set_index("indicator")["formula"]
    of_country = (formulas.reindex(wide.columns.get_level_values("indicator")) == "country_value").to_numpy()
    mean, variance, residuals = values.copy(), np.zeros_like(values), []
    for columns in (np.flatnonzero(~of_country), np.flatnonzero(of_country)):
        if not np.isnan(values[:, columns]).any():
            continue
        normal = fit_normal(
            values[:, columns], ridge=constants["ridge"], tolerance=constants["tolerance"], iterations=constants["iterations"]
        )
        part = expect(values[:, columns], normal)
        counts = constants["unknown_counts"]
        mean[:, columns], variance[:, columns] = part.mean, counts * part.variance
        residuals += [
            residual._replace(missing=columns[residual.missing], root=np.sqrt(counts) * residual.root)
            for residual in part.residuals
        ]
    return Expected(mean, variance, residuals)
