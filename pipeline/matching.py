"""Structural counterparts: features with their expected values, and the nearest areas abroad under each lens.

The formulas are in ``docs/methodology.md`` 3 and 4; the arithmetic is in ``pipeline/sql``. This module only turns
long tables into matrices for the two steps that need linear algebra, and back.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline import query
from pipeline.frozen import definitions, frozen
from pipeline.missing_values import expect, fit_normal
from pipeline.nearest import register_nearest
from schemas.catalogue import methodology, register

FEATURE = ["block", "indicator", "frame"]
DECIMALS = 6  # of a published z: what is computed from it does not depend on the last bits of a matrix product


class Pool(NamedTuple):
    """One level under one lens: the areas (n rows), their vectors (n, d) and constants c (n,)."""

    areas: pd.DataFrame
    vectors: np.ndarray
    constant: np.ndarray

    @property
    def is_home(self) -> np.ndarray:
        """Whether each area is Mexican, (n,)."""
        return (self.areas["country"] == methodology()["areas"]["home"]).to_numpy()


def transformed_values(indicator_values: Path, places: Path) -> pd.DataFrame:
    """The table ``transformed_values``: g(x) of every matching indicator."""
    return query.run(
        "transformed_values",
        constants=methodology()["matching"],
        indicator_values=indicator_values,
        places=places,
        indicators=register("indicators"),
    )


def normalisation_parameters(transformed_values: Path) -> pd.DataFrame:
    """The table ``normalisation_parameters``: m and s of every matching indicator in each of its frames."""
    return query.run(
        "normalisation_parameters",
        constants=methodology()["matching"],
        transformed_values=transformed_values,
        indicators=register("indicators"),
        definitions=definitions(),
        frozen=frozen("normalisation_parameters"),
    )


def normalised_features(transformed_values: Path, normalisation_parameters: Path) -> pd.DataFrame:
    """The table ``normalised_features``: z of everything that is known."""
    return query.run(
        "normalised_features",
        transformed_values=transformed_values,
        normalisation_parameters=normalisation_parameters,
        indicators=register("indicators"),
    )


def matching_coverage(transformed_values: Path, normalised_features: Path, places: Path) -> pd.DataFrame:
    """The table ``matching_coverage``: how much is known of each area, and whether it takes part."""
    return query.run(
        "matching_coverage",
        constants=methodology()["matching"],
        transformed_values=transformed_values,
        normalised_features=normalised_features,
        places=places,
        lens_blocks=lens_blocks("overall"),
    )


def lens_blocks(lens: str) -> pd.DataFrame:
    """Block weights of a lens, adding up to 1."""
    rows = register("lenses").query("lens == @lens")
    return rows.assign(weight=rows["weight"] / rows["weight"].sum())


def matching_features(normalised_features: Path, places: Path) -> pd.DataFrame:
    """The table ``matching_features``: every feature of every area, z where known, else its expected value and variance."""
    constants = methodology()["matching"]
    features, areas = pd.read_parquet(normalised_features), pd.read_parquet(places)
    parts = [_expected(rows, areas[areas["level"] == level], constants) for level, rows in features.groupby("level", sort=True)]
    return pd.concat(parts, ignore_index=True)


def _expected(rows: pd.DataFrame, places: pd.DataFrame, constants: dict) -> pd.DataFrame:
    wide = rows.pivot(index="ref_area", columns=FEATURE, values="z").sort_index(axis=1)
    wide = wide.reindex(np.sort(places["ref_area"].to_numpy()))
    values = wide.to_numpy(dtype=float)
    normal = fit_normal(values, ridge=constants["ridge"], tolerance=constants["tolerance"], iterations=constants["iterations"])
    expected = expect(values, normal)
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
            "obs_status": np.where(np.isnan(values.ravel()), "I", "A"),
        }
    )


def mirrors(matching_features: Path, matching_coverage: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``mirrors`` and ``mirror_blocks``: the nearest areas abroad of every Mexican area, under each lens."""
    features, coverage = pd.read_parquet(matching_features), pd.read_parquet(matching_coverage)
    coverage = coverage[coverage["takes_part"]]
    found = [
        _mirrors_of(rows[rows["ref_area"].isin(coverage["ref_area"])], coverage[coverage["level"] == level], lens)
        for level, rows in features.groupby("level", sort=True)
        for lens in dict.fromkeys(register("lenses")["lens"])
    ]
    return tuple(pd.concat(parts, ignore_index=True) for parts in zip(*found, strict=True))


def _mirrors_of(features: pd.DataFrame, areas: pd.DataFrame, lens: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    constants = methodology()["mirrors"]
    blocks = lens_blocks(lens)
    pool = build_pool(features, areas, blocks)
    pairs = _pairs(pool, constants)
    distances = query.run("mirror_distances", pairs=pairs, features=features, lens_blocks=blocks)
    ranked = query.run("mirrors", constants=constants, block_distances=distances, pairs=pairs, lens_blocks=blocks)
    similarity = similarities(pool, ranked["distance_squared"].to_numpy(), constants["random_pairs"])
    shown = distances.merge(ranked[["ref_area", "counterpart_area"]])
    return ranked.assign(lens=lens, level=features["level"].iloc[0], similarity=similarity), shown.assign(lens=lens)


def build_pool(features: pd.DataFrame, areas: pd.DataFrame, lens_blocks: pd.DataFrame) -> Pool:
    """Vectors sqrt(W_b w_k) z and the constants c = sum of W_b w_k variance of the areas, under a lens's block weights."""
    weight = features["weight"] * features["block"].map(lens_blocks.set_index("block")["weight"]).fillna(0)
    count = len(features.drop_duplicates(FEATURE))
    shape = (len(features) // count, count)
    names = features["ref_area"].to_numpy()[::count]
    vectors = (np.sqrt(weight) * features["z"]).to_numpy().reshape(shape)
    constant = (weight * features["variance"]).to_numpy().reshape(shape).sum(axis=1)
    return Pool(areas.set_index("ref_area").loc[names].reset_index(), vectors, constant)


def _pairs(pool: Pool, constants: dict) -> pd.DataFrame:
    """The short list of counterparts of every Mexican area, by the kernel: ref_area, counterpart_area, nearer."""
    home = pool.is_home
    candidates = np.column_stack([pool.vectors, np.sqrt(pool.constant)])[~home]
    queries = np.column_stack([pool.vectors, np.zeros(len(home))])[home]
    abroad = pool.areas[~home].reset_index(drop=True)
    with query.connect() as connection:
        register_nearest(
            connection,
            candidates,
            pd.factorize(abroad["country"], sort=True)[0],
            abroad["ranked"].to_numpy(),
            constants["mirrors"],
            constants["mirrors_of_each_country"],
        )
        return query.run(
            "mirror_candidates",
            connection=connection,
            queries=pd.DataFrame({"ref_area": pool.areas["ref_area"][home].to_numpy(), "vector": list(queries)}),
            candidates=abroad[["ref_area", "country", "ranked"]].reset_index(names="position"),
        )


def similarities(pool: Pool, squared: np.ndarray, random_pairs: int) -> np.ndarray:
    """100 x (1 - share of random Mexico-foreign pairs of the level that are nearer), from a fixed sample of pairs."""
    home = pool.is_home
    queries, candidates = np.flatnonzero(home), np.flatnonzero(~home)
    each = min(len(candidates), -(-random_pairs // len(queries)))
    stride = len(candidates) // each
    left = np.repeat(queries, each)
    start, step = np.repeat(np.arange(len(queries)), each) * 7919, np.tile(np.arange(each), len(queries)) * stride
    right = candidates[(start + step) % len(candidates)]
    difference = pool.vectors[left] - pool.vectors[right]
    sample = np.sort(np.einsum("ij,ij->i", difference, difference) + pool.constant[left] + pool.constant[right])
    return (100 * (1 - np.searchsorted(sample, squared) / len(sample))).round(4)
