"""Structural counterparts: features with their expected values, and the nearest areas abroad under each lens.

The formulas are in ``docs/methodology.md`` 3 and 4; the arithmetic is in ``pipeline/sql``. This module only turns
long tables into matrices for the two steps that need linear algebra, and back.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline import query
from pipeline.missing_values import expect, fit_normal
from pipeline.nearest import register_nearest

FEATURE = ["block", "indicator", "frame"]
DECIMALS = 6  # of a published z: what is computed from it does not depend on the last bits of a matrix product


class Pool(NamedTuple):
    """One level under one lens: areas (n,), whether each is Mexican (n,), vectors (n, d) and the constant c (n,)."""

    areas: pd.DataFrame
    vectors: np.ndarray
    constant: np.ndarray


def matching_features(normalised_features: pd.DataFrame, places: pd.DataFrame, constants: dict) -> pd.DataFrame:
    """Every feature of every area: z where it is known, else its expected value with its variance.

    Columns ref_area, level, block, indicator, frame, weight (within the block, adds up to 1), z, variance, obs_status
    (A known, I expected).
    """
    parts = [
        _expected(rows, places[places["level"] == level], constants)
        for level, rows in normalised_features.groupby("level", sort=True)
    ]
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


def mirrors(features: pd.DataFrame, participation: pd.DataFrame, lenses: pd.DataFrame, constants: dict) -> dict[str, pd.DataFrame]:
    """The tables ``mirrors`` and ``mirror_blocks``: the nearest areas abroad of every Mexican area, per lens."""
    found: dict[str, list[pd.DataFrame]] = {"mirrors": [], "mirror_blocks": []}
    for level, rows in features.groupby("level", sort=True):
        taking_part = participation[(participation["level"] == level) & participation["takes_part"]]
        rows = rows[rows["ref_area"].isin(taking_part["ref_area"])]
        for lens, weights in lenses.groupby("lens", sort=False):
            blocks = weights.assign(weight=weights["weight"] / weights["weight"].sum())
            pool = build_pool(rows, taking_part, blocks)
            pairs = _pairs(pool, constants)
            short = query.run("mirror_distances", pairs=pairs, features=rows, lens_blocks=blocks)
            ranked = query.run("mirrors", block_distances=short, pairs=pairs, places=taking_part, constants=constants)
            similar = _similarity(pool, ranked["distance_squared"].to_numpy(), constants)
            found["mirrors"].append(ranked.assign(lens=lens, level=level, similarity=similar))
            found["mirror_blocks"].append(short.merge(ranked[["ref_area", "counterpart_area"]]).assign(lens=lens))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}


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
    home = (pool.areas["country"] == constants["home"]).to_numpy()
    candidates = np.column_stack([pool.vectors, np.sqrt(pool.constant)])[~home]
    queries = np.column_stack([pool.vectors, np.zeros(len(home))])[home]
    abroad = pool.areas[~home].reset_index(drop=True)
    with query.connect() as connection:
        register_nearest(
            connection, candidates, pd.factorize(abroad["country"], sort=True)[0],
            constants["mirrors"], constants["mirrors_of_each_country"],
        )
        return query.run(
            "mirror_candidates",
            connection=connection,
            queries=pd.DataFrame({"ref_area": pool.areas["ref_area"][home].to_numpy(), "vector": list(queries)}),
            candidates=abroad[["ref_area", "country"]].reset_index(names="position"),
        )


def _similarity(pool: Pool, squared: np.ndarray, constants: dict) -> np.ndarray:
    """100 x (1 - share of random Mexico-foreign pairs of the level that are nearer), from a fixed sample of pairs."""
    home = (pool.areas["country"] == constants["home"]).to_numpy()
    queries, candidates = np.flatnonzero(home), np.flatnonzero(~home)
    each = min(len(candidates), -(-constants["random_pairs"] // len(queries)))
    stride = len(candidates) // each
    left = np.repeat(queries, each)
    right = candidates[(np.repeat(np.arange(len(queries)), each) * 7919 + np.tile(np.arange(each), len(queries)) * stride) % len(candidates)]
    difference = pool.vectors[left] - pool.vectors[right]
    sample = np.sort(np.einsum("ij,ij->i", difference, difference) + pool.constant[left] + pool.constant[right])
    return (100 * (1 - np.searchsorted(sample, squared) / len(sample))).round(4)
