"""Structural counterparts: the nearest areas abroad of every Mexican area under each lens.

The formulas are in ``docs/methodology.md`` 3 and 4; the arithmetic is in the SQL beside this file. This module only
turns long tables into matrices for what needs linear algebra, and back.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.matching.features import FEATURE, HEADLINE, lens_blocks, within_blocks
from pipeline.matching.nearest import MARGIN, register_nearest, smallest
from schemas.catalogue import methodology, register

CHUNK = 20_000  # pairs compared at a time
AREAS = 64  # compared at a time with all others: their distances are few enough to lie in memory that is used again
EXACT = 12  # decimals of a squared distance: beyond them it depends on the processor


class Pool(NamedTuple):
    """One level under one lens: the areas (n rows), their vectors (n, d) and constants c (n,)."""

    areas: pd.DataFrame
    vectors: np.ndarray
    constant: np.ndarray

    @property
    def is_home(self) -> np.ndarray:
        """Whether each area is Mexican, (n,)."""
        return (self.areas["country"] == methodology()["areas"]["home"]).to_numpy()

    @property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the Mexican areas, and of the ranked areas abroad."""
        return np.flatnonzero(self.is_home), np.flatnonzero(~self.is_home & self.areas["ranked"].to_numpy())


@table("mirrors", "mirror_blocks", "hubness")
def mirrors(
    matching_features: Path, matching_coverage: Path, inclusion_probabilities: Path, country_probabilities: Path
) -> tuple[pd.DataFrame, ...]:
    """The tables ``mirrors`` and ``mirror_blocks``, the mirrors abroad of every Mexican area under each lens; and
    ``hubness``, how unequally the first ten fall on candidates, by distance and by mutual proximity.
    """
    coverage = pd.read_parquet(matching_coverage, filters=[("takes_part", "==", True)])
    found = []
    for level in levels_with_both_sides(coverage):
        areas = coverage[coverage["level"] == level]
        features = pd.read_parquet(
            matching_features, filters=[("level", "==", level), ("ref_area", "in", set(areas["ref_area"]))]
        )
        included = pd.read_parquet(inclusion_probabilities, filters=[("level", "==", level)])
        found.append([table.assign(level=level) for table in _mirrors_of_level(features, areas, included)])
    ranked, shown, hubs = (pd.concat(parts, ignore_index=True) for parts in zip(*found, strict=True))
    ranked = query.run(
        "matching/tiers",
        constants=methodology()["mirrors"] | methodology()["confidence"],
        ranked=ranked,
        country_probabilities=country_probabilities,
        closeness=register("closeness"),
        home_areas=coverage[coverage["country"] == methodology()["areas"]["home"]],
        headline=pd.DataFrame({"lens": [HEADLINE]}),
    )
    shown = shown.drop(columns="level").sort_values(["ref_area", "lens", "counterpart_area", "block"], ignore_index=True)
    return ranked, shown, hubs


def levels_with_both_sides(areas: pd.DataFrame) -> list[str]:
    """The levels at which there are areas to match and ranked areas abroad to match them with; early editions lack some."""
    abroad = areas["country"] != methodology()["areas"]["home"]
    return sorted(set(areas.loc[abroad & areas["ranked"], "level"]) & set(areas.loc[~abroad & areas["takes_part"], "level"]))


def _mirrors_of_level(features: pd.DataFrame, areas: pd.DataFrame, included: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    constants = methodology()["mirrors"] | methodology()["confidence"]
    lenses = {lens: lens_blocks(lens) for lens in dict.fromkeys(register("lenses")["lens"])}
    pools = {lens: build_pool(features, areas, blocks) for lens, blocks in lenses.items()}
    of_each = {lens: constants["mirrors_of_each_country" + ("" if lens == HEADLINE else "_of_other_lenses")] for lens in lenses}
    possible = [included[included["lens"] == lens] for lens in lenses]
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as workers:
        pairs = dict(zip(lenses, workers.map(_pairs, pools.values(), possible, of_each.values()), strict=True))
        sides = dict(zip(lenses, workers.map(partial(neighbourhoods, first=constants["mirrors"]), pools.values()), strict=True))
    distances = _of_lenses({lens: block_distances(features, lenses[lens], pairs[lens]) for lens in lenses})
    ranked = query.run(
        "matching/mirrors",
        constants=constants,
        block_distances=distances,
        pairs=_of_lenses(pairs),
        lens_blocks=pd.concat(lenses.values()),
        lens_countries=pd.DataFrame({"lens": of_each.keys(), "of_each": of_each.values()}),
        included=included,
        neighbourhoods=_of_lenses(sides),
    )
    proximity = stats.norm.sf(ranked.pop("own_position")) * stats.norm.sf(ranked.pop("counterpart_position"))
    ranked = ranked.assign(mutual_proximity=proximity, similarity=np.nan, nearer_at_home=0)
    for lens, rows in ranked.groupby("lens"):
        squared = rows["distance_squared"].to_numpy()
        ranked.loc[rows.index, "similarity"] = similarities(pools[lens], squared, constants["random_pairs"])
        ranked.loc[rows.index, "nearer_at_home"] = nearer_at_home(pools[lens], rows["ref_area"], squared)
    hubs = _hubness(pools[HEADLINE], sides[HEADLINE], constants["mirrors"]).assign(lens=HEADLINE)
    return ranked, distances.merge(ranked[["ref_area", "counterpart_area", "lens"]]), hubs


def _of_lenses(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table.assign(lens=lens) for lens, table in tables.items()], ignore_index=True)


def build_pool(features: pd.DataFrame, areas: pd.DataFrame, lens_blocks: pd.DataFrame) -> Pool:
    """Vectors sqrt(W_b w_k) z and the constants c = sum of W_b w_k variance of the areas, under a lens's block weights."""
    each = features.drop_duplicates(FEATURE)  # every area has the same features in the same order
    count = len(each)
    shape = (len(features) // count, count)
    within = within_blocks(lens_blocks, each) * each["block"].map(lens_blocks.set_index("block")["weight"]).fillna(0)
    weight = np.tile(within.to_numpy(), shape[0])
    names = features["ref_area"].to_numpy()[::count]
    vectors = (np.sqrt(weight) * features["z"].to_numpy()).reshape(shape)
    constant = (weight * features["variance"].to_numpy()).reshape(shape).sum(axis=1)
    return Pool(areas.set_index("ref_area").loc[names].reset_index(), vectors, constant)


def block_distances(features: pd.DataFrame, lens_blocks: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """d^2 of each pair by block, and which part of the block's weight is known of both (methodology 4).

    The expected value of W_b x sum of w_k delta^2_k: (z_i - z_j)^2 + variance_i + variance_j, the variances being 0 for what is
    known. One row per pair and block.
    """
    each = features.drop_duplicates(FEATURE)
    within, block = within_blocks(lens_blocks, each).to_numpy(), each["block"].to_numpy()
    count = len(each)
    z, variance = (features[name].to_numpy().reshape(-1, count) for name in ("z", "variance"))
    known = features["obs_status"].eq("A").to_numpy().reshape(-1, count)
    row_of = pd.Series(np.arange(len(z)), features["ref_area"].to_numpy()[::count])
    left, right = (row_of.loc[pairs[side]].to_numpy() for side in ("ref_area", "counterpart_area"))
    parts = []
    for name, own in lens_blocks.sort_values("block").set_index("block")["weight"].items():
        columns = np.flatnonzero((block == name) & (within > 0))
        weight = within[columns]
        vectors, constant = z[:, columns] * np.sqrt(weight), variance[:, columns] @ weight
        squared, coverage = constant[left] + constant[right], np.zeros(len(pairs))
        for start in range(0, len(pairs), CHUNK):
            rows = slice(start, start + CHUNK)
            difference = vectors[left[rows]] - vectors[right[rows]]
            squared[rows] += np.einsum("ij,ij->i", difference, difference)
            coverage[rows] = (known[left[rows]][:, columns] & known[right[rows]][:, columns]) @ weight
        parts.append(
            pairs[["ref_area", "counterpart_area"]].assign(block=name, distance_squared=own * squared, coverage=coverage)
        )
    table = pd.concat(parts).sort_values(["ref_area", "counterpart_area", "block"], ignore_index=True)
    return table.assign(**table[["distance_squared", "coverage"]].round(EXACT))


def _pairs(pool: Pool, included: pd.DataFrame, of_each_country: int) -> pd.DataFrame:
    """The short list of counterparts of every Mexican area, by the kernel, and those that draws make possible."""
    home, constants = pool.is_home, methodology()["mirrors"] | methodology()["confidence"]
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
            of_each_country,
        )
        return query.run(
            "matching/mirror_candidates",
            connection=connection,
            queries=pd.DataFrame({"ref_area": pool.areas["ref_area"][home].to_numpy(), "vector": list(queries)}),
            possible=included[included["inclusion_probability"] >= constants["possible"]],
            candidates=abroad[["ref_area", "country", "ranked"]].reset_index(names="position"),
        )


def nearer_at_home(pool: Pool, areas: pd.Series, squared: np.ndarray) -> np.ndarray:
    """How many other Mexican areas of the level are nearer to each of ``areas`` than these squared distances, (n,)."""
    home = np.flatnonzero(pool.is_home)
    names, counts = pool.areas["ref_area"].to_numpy(), np.zeros(len(areas), dtype=int)
    rows_of = pd.Series(np.arange(len(areas))).groupby(areas.to_numpy()).indices
    for own, others in _squared_distances(pool, home, home):
        for row, distances in zip(own, others, strict=True):
            rows = rows_of.get(names[row], [])
            distances[np.flatnonzero(home == row)] = np.inf
            counts[rows] = np.searchsorted(np.sort(distances), squared[rows] - MARGIN)
    return counts


def neighbourhoods(pool: Pool, first: int) -> pd.DataFrame:
    """How far the other side lies from each area: ref_area, mean and standard deviation of its distances, and the squared
    distance of its ``first``-th nearest. The other side of a Mexican area are the ranked areas abroad, and the reverse.
    """
    home, ranked = pool.sides
    tables = [_neighbourhoods(pool, rows, others, first) for rows, others in ((home, ranked), (ranked, home))]
    return pd.concat(tables, ignore_index=True)


def _neighbourhoods(pool: Pool, rows: np.ndarray, others: np.ndarray, first: int) -> pd.DataFrame:
    parts, count = [], min(first, len(others))
    for _, squared in _squared_distances(pool, rows, others):
        distance = np.sqrt(np.maximum(squared, 0))
        reach = smallest(squared, count)
        parts.append(np.column_stack([distance.mean(axis=1), distance.std(axis=1, ddof=1), reach]))
    table = pd.DataFrame(np.concatenate(parts), columns=["mean", "standard_deviation", "reach"])
    return table.assign(ref_area=pool.areas["ref_area"].to_numpy()[rows])


def _squared_distances(pool: Pool, rows: np.ndarray, others: np.ndarray) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Expected squared distances between areas, a chunk of ``rows`` at a time: the rows, and (rows, others) distances."""
    against = pool.vectors[others]
    squares = np.einsum("ij,ij->i", against, against) + pool.constant[others]
    for start in range(0, len(rows), AREAS):
        own = rows[start : start + AREAS]
        with threadpool_limits(limits=1, user_api="blas"):
            squared = squares - 2 * (pool.vectors[own] @ against.T)
        yield own, squared + (np.einsum("ij,ij->i", pool.vectors[own], pool.vectors[own]) + pool.constant[own])[:, None]


def _hubness(pool: Pool, sides: pd.DataFrame, first: int) -> pd.DataFrame:
    sides = sides.set_index("ref_area").reindex(pool.areas["ref_area"])
    home, abroad = pool.sides
    mean, deviation = sides["mean"].to_numpy(), sides["standard_deviation"].to_numpy()
    degrees = {"distance": np.zeros(len(abroad), int), "mutual_proximity": np.zeros(len(abroad), int)}
    for own, squared in _squared_distances(pool, home, abroad):
        distance = np.sqrt(np.maximum(squared, 0))
        positions = [(distance - mean[own, None]) / deviation[own, None], (distance - mean[abroad]) / deviation[abroad]]
        scores = {"distance": squared, "mutual_proximity": -stats.norm.sf(positions[0]) * stats.norm.sf(positions[1])}
        for name, score in scores.items():
            nearest = np.argpartition(score, min(first, len(abroad)) - 1, axis=1)[:, :first]
            degrees[name] += np.bincount(nearest.ravel(), minlength=len(abroad))
    rows = [
        (f"{measure}_by_{name}", value)
        for name, degree in degrees.items()
        for measure, value in {
            "skewness_of_in_degree": stats.skew(degree) if degree.std() > 0 else 0.0,
            "largest_share_of_lists": degree.max() / len(home),
            "share_in_no_list": (degree == 0).mean(),
        }.items()
    ]
    return pd.DataFrame(rows, columns=["measure", "value"])


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
