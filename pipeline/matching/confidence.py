"""How sure a mirror is: the share of draws in which it is among the first ten (``docs/methodology.md`` 5).

A draw moves everything that could have been otherwise: the weights, the transform of the features, one indicator left out,
errors of measurement, and the values that are not known. A draw is searched exactly: one pass over a matrix product in
single precision finds all that can be among the first, and those few are ranked in double precision, ties by code. Of a
large pool, areas that are alike are searched together, among the candidates that are near one of them in a few pilot
draws (``screened``): what never comes near has no probability to speak of. What is random comes from the number of the
draw alone, so nothing depends on threads.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

from pipeline.foundation.tables import table
from pipeline.matching.features import FEATURE, HEADLINE, expected_features, lens_blocks, wide_features, within_blocks
from pipeline.matching.mirrors import levels_with_both_sides
from pipeline.matching.nearest import upper_bounds
from schemas.catalogue import methodology, register

TRANSFORMS = ("standard", "robust", "rank_normal")
CHUNK = 64  # areas searched at a time: their distances to a pool stay in the processor's cache
TIED = 12  # decimals of a squared distance: what differs beyond them differs by the order of a sum
PILOTS = 12  # draws over the whole pool, of which each area keeps so many of the nearest candidates
KEPT = 100
LARGE = 4_000  # candidates from which a pool is screened


class Scheme(NamedTuple):
    """The features under one transform: value or conditional mean (n, k), its variance, and what is left open of it."""

    mean: np.ndarray
    variance: np.ndarray
    residuals: list


class Pool(NamedTuple):
    """The areas of one level that take part: n of them, k features."""

    areas: pd.DataFrame  # ref_area, country, ranked, by code
    features: pd.DataFrame  # block, indicator, frame, weight within the block
    schemes: dict[str, Scheme]
    error: np.ndarray  # (n, k), standard deviation of a known value in units of the frame's s; 0 where it is not known
    home: np.ndarray  # rows of the Mexican areas
    candidates: np.ndarray  # rows of the ranked areas abroad

    @property
    def indicators(self) -> list[str]:
        """The indicators, by name."""
        return sorted(set(self.features["indicator"]))


class Perturbation(NamedTuple):
    """One draw: its number, which seeds what is random, and what it moves."""

    number: int = 0
    transform: str = "standard"
    left_out: str = ""  # indicator
    weights: bool = False
    errors: bool = False
    missing: bool = False


def draws(count: int, indicators: list[str]) -> list[Perturbation]:
    """``count`` draws that move everything; transforms and left-out indicators take turns."""
    turns = [(transform, left_out) for left_out in indicators for transform in TRANSFORMS]
    return [Perturbation(number, *turns[number % len(turns)], True, True, True) for number in range(count)]


def single_causes(count: int, indicators: list[str]) -> dict[str, list[Perturbation]]:
    """Draws that move one thing alone, by its name."""
    numbers = range(count)
    return {
        "weights": [Perturbation(number, weights=True) for number in numbers],
        "measurement_error": [Perturbation(number, errors=True) for number in numbers],
        "missing_values": [Perturbation(number, missing=True) for number in numbers],
        **{f"transform_{name}": [Perturbation(transform=name)] for name in TRANSFORMS[1:]},
        "left_out_indicator": [Perturbation(left_out=name) for name in indicators],
    }


@table("inclusion_probabilities", "list_overlaps", "country_probabilities")
def confidence(normalised_features: Path, matching_coverage: Path) -> tuple[pd.DataFrame, ...]:
    """The tables ``inclusion_probabilities``, ``list_overlaps`` and ``country_probabilities``.

    The first has every pair that is among the first ten in one draw at least, under each lens; the second the share of the
    first ten that stays when one thing alone moves, and when all do; the third every pair of which the area abroad is among
    the first of its country in one draw at least, under the lens overall.
    """
    found, kept, within = [], [], []
    for level, pool in _pools(normalised_features, matching_coverage):
        some, many = _counts_of_everything(pool)
        overlaps = _overlaps(pool, some)
        kept += [{"level": level, "perturbation": name, **row} for name, row in overlaps.items()]
        within.append(_of_countries(pool).assign(level=level))
        found += [_pairs(pool, counts).assign(level=level, lens=lens, draws=count) for lens, (counts, count) in many.items()]
    table = pd.concat(found, ignore_index=True)
    table["inclusion_probability"] = table.pop("included") / table["draws"]
    overlaps = pd.DataFrame(kept).sort_values(["level", "perturbation"], ignore_index=True)
    countries = pd.concat(within).sort_values(["ref_area", "counterpart_area"], ignore_index=True)
    return table.sort_values(["ref_area", "lens", "counterpart_area"], ignore_index=True), overlaps, countries


def _of_countries(pool: Pool) -> pd.DataFrame:
    """How often each area abroad is among the first of its country, whether or not it is ranked: the pairs and the share."""
    moved = draws(methodology()["confidence"]["draws_in_countries"], pool.indicators)
    abroad = np.setdiff1d(np.arange(len(pool.areas)), pool.home)
    country = pool.areas["country"].to_numpy()
    pools = [pool._replace(candidates=abroad[country[abroad] == name]) for name in sorted(set(country[abroad]))]
    first = methodology()["mirrors"]["mirrors_of_each_country"]
    counted = count_inclusions_of(pools, HEADLINE, moved, first)
    table = pd.concat([_pairs(part, counts) for part, counts in zip(pools, counted, strict=True)], ignore_index=True)
    return table.assign(draws=len(moved), probability_in_country=table.pop("included") / len(moved))


def _counts_of_everything(pool: Pool) -> tuple[np.ndarray, dict[str, tuple[np.ndarray, int]]]:
    """Counts of the first draws of the lens overall, and per lens those of all its draws with their number."""
    constants = methodology()["confidence"]
    few, all_draws = constants["draws_of_other_lenses"], draws(constants["draws"], pool.indicators)
    counts = {lens: (count_inclusions(pool, lens, all_draws[:few]), few) for lens in dict.fromkeys(register("lenses")["lens"])}
    some = counts[HEADLINE][0]
    counts[HEADLINE] = (some + count_inclusions(pool, HEADLINE, all_draws[few:]), len(all_draws))
    return some, counts


def _overlaps(pool: Pool, counts_of_everything: np.ndarray) -> dict[str, dict]:
    """Per perturbation, ``draws`` and ``overlap``."""
    constants = methodology()["confidence"]
    base = count_inclusions(pool, HEADLINE, [Perturbation()]) > 0
    causes = single_causes(constants["draws_of_one_cause"], pool.indicators)
    counted = {name: (count_inclusions(pool, HEADLINE, moved), len(moved)) for name, moved in causes.items()}
    counted["everything"] = (counts_of_everything, constants["draws_of_other_lenses"])
    return {
        name: {"draws": count, "overlap": counts[base].sum() / (base.sum() * count)} for name, (counts, count) in counted.items()
    }


def _pools(normalised_features: Path, matching_coverage: Path) -> Iterable[tuple[str, Pool]]:
    features, coverage = pd.read_parquet(normalised_features), pd.read_parquet(matching_coverage)
    features = features[features["level"].isin(levels_with_both_sides(coverage))]
    for level, rows in features.groupby("level", sort=True):
        yield level, build_pool(rows, coverage[coverage["level"] == level])


def build_pool(rows: pd.DataFrame, coverage: pd.DataFrame) -> Pool:
    """The pool of one level from its rows of ``normalised_features`` and ``matching_coverage``."""
    wide = wide_features(rows, coverage["ref_area"])
    taking_part = coverage.set_index("ref_area").loc[wide.index]
    kept = taking_part["takes_part"].to_numpy()
    areas = taking_part[kept].reset_index()[["ref_area", "country", "ranked"]]
    schemes = {name: _scheme(transformed(wide, taking_part["country"], name), kept) for name in TRANSFORMS}
    known = wide.notna().to_numpy()[kept]
    published = wide_features(rows, coverage["ref_area"], "standard_error").to_numpy()[kept]
    constants = methodology()["confidence"]
    error = np.where(np.isnan(published), constants["error"], np.minimum(published, constants["largest_error"])) * known
    weights = rows.drop_duplicates(FEATURE).set_index(FEATURE)["weight"].reindex(wide.columns)
    home = (areas["country"] == methodology()["areas"]["home"]).to_numpy()
    candidates = np.flatnonzero(areas["ranked"].to_numpy() & ~home)
    return Pool(areas, weights.reset_index(), schemes, error, np.flatnonzero(home), candidates)


def transformed(wide: pd.DataFrame, country: pd.Series, transform: str) -> pd.DataFrame:
    """(n, k) standardised features under another transform, within the frame of each.

    ``robust``: (z - median) / (1.4826 x median absolute deviation), cut at 3; a feature of which more than half is equal
    stays as it is. ``rank_normal``: the normal quantile of (rank - 1/2) / n, ties at their mean rank.
    """
    if transform == "standard":
        return wide
    change = {"robust": _robust, "rank_normal": _rank_normal}[transform]
    national = wide.columns.get_level_values("frame") == "national"
    changed = wide.copy()
    if not national.all():
        changed.loc[:, ~national] = wide.loc[:, ~national].apply(change)
    if national.any():
        changed.loc[:, national] = wide.loc[:, national].groupby(country.to_numpy()).transform(change)
    return changed


def _robust(z: pd.Series) -> pd.Series:
    deviation = 1.4826 * (z - z.median()).abs().median()
    return ((z - z.median()) / deviation).clip(-3, 3) if deviation > 0 else z


def _rank_normal(z: pd.Series) -> pd.Series:
    return pd.Series(stats.norm.ppf((z.rank() - 0.5) / max(z.count(), 1)), index=z.index)


def _scheme(wide: pd.DataFrame, kept: np.ndarray) -> Scheme:
    expected = expected_features(wide)
    position = np.cumsum(kept) - 1
    residuals = [(position[rows[kept[rows]]], missing, root) for rows, missing, root in expected.residuals if kept[rows].any()]
    return Scheme(expected.mean[kept], expected.variance[kept], residuals)


def count_inclusions(pool: Pool, lens: str, perturbations: list[Perturbation]) -> np.ndarray:
    """How often each ranked candidate is among the first ten of each Mexican area: (home, candidates) counts."""
    (counts,) = count_inclusions_of([pool], lens, perturbations, methodology()["mirrors"]["mirrors"])
    return counts


def count_inclusions_of(pools: list[Pool], lens: str, perturbations: list[Perturbation], first: int) -> list[np.ndarray]:
    """How often each candidate is among the ``first`` of each Mexican area: (home, candidates) counts for each pool.

    The pools differ in their candidates alone, so one set of coordinates serves all of a draw.
    """
    counts = [np.zeros((len(pool.home), len(pool.candidates)), dtype="uint16") for pool in pools]
    whole, blocks = under_lens(pools[0], lens)
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as workers:
        pilots = [Perturbation(), *perturbations[:: max(1, len(perturbations) // PILOTS)]]
        large = any(len(pool.candidates) >= LARGE for pool in pools) and len(perturbations) > 2 * PILOTS
        moved = list(workers.map(lambda pilot: coordinates(whole, blocks, pilot), pilots)) if large else []
        parts = [screened(pool, moved) if large and len(pool.candidates) >= LARGE else everyone(pool) for pool in pools]

        def included(perturbation: Perturbation) -> list[np.ndarray]:
            points = coordinates(whole, blocks, perturbation)
            return [first_nearest(pool, points, part, _first(pool, first)) for pool, part in zip(pools, parts, strict=True)]

        for found in workers.map(included, perturbations):
            for counted, positions in zip(counts, found, strict=True):
                counted.reshape(-1)[positions] += 1
    return counts


Part = tuple[np.ndarray, np.ndarray]  # of the Mexican areas, and of the candidates among which they are searched


def everyone(pool: Pool) -> list[Part]:
    """All candidates for every Mexican area."""
    columns = np.arange(len(pool.candidates))
    return [(rows, columns) for rows in np.array_split(np.arange(len(pool.home)), max(1, -(-len(pool.home) // CHUNK)))]


def screened(pool: Pool, pilots: list[np.ndarray]) -> list[Part]:
    """Groups of Mexican areas that are alike, and the candidates that are near one of them in one of the pilot draws."""
    near = np.zeros((len(pool.home), len(pool.candidates)), dtype=bool)
    for points in pilots:
        for rows, columns, distances in _distances(pool, points, everyone(pool)):
            near[np.ix_(rows, columns)] |= distances <= upper_bounds(distances, min(KEPT, distances.shape[1]))
    return [(rows, np.flatnonzero(near[rows].any(axis=0))) for rows in _alike(pilots[0][pool.home], np.arange(len(pool.home)))]


def _alike(points: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """The rows in groups of at most ``CHUNK``, halved along the coordinate in which they differ most."""
    if len(rows) <= CHUNK:
        return [rows]
    order = rows[np.argsort(points[rows, points[rows].var(axis=0).argmax()], kind="stable")]
    return [group for half in np.array_split(order, 2) for group in _alike(points, half)]


def _first(pool: Pool, first: int) -> int:
    return min(first, len(pool.candidates))


def under_lens(pool: Pool, lens: str) -> tuple[Pool, pd.Series]:
    """The pool with the weights that a lens gives the features within their blocks, and its weights of the blocks."""
    rows = lens_blocks(lens)
    features = pool.features.assign(weight=within_blocks(rows, pool.features))
    return pool._replace(features=features), rows.set_index("block")["weight"]


def coordinates(pool: Pool, blocks: pd.Series, perturbation: Perturbation) -> np.ndarray:
    """(n, k + 1) coordinates of the areas in one draw: sqrt(weight) x value, and sqrt(c) of ``pipeline/matching/nearest.py``."""
    random = np.random.Generator(np.random.PCG64([methodology()["confidence"]["seed"], perturbation.number]))
    weights = drawn_weights(pool, blocks, perturbation, random)
    scheme = pool.schemes[perturbation.transform]
    values, constant = scheme.mean, scheme.variance @ weights
    if perturbation.errors:
        values = values + pool.error * random.standard_normal(values.shape)
    if perturbation.missing:
        values, constant = values.copy(), np.zeros(len(values))
        for rows, missing, root in scheme.residuals:
            values[np.ix_(rows, missing)] += random.standard_normal((len(rows), len(missing))) @ root.T
    return np.column_stack([np.sqrt(weights) * values, np.sqrt(constant)])


def drawn_weights(pool: Pool, blocks: pd.Series, perturbation: Perturbation, random: np.random.Generator) -> np.ndarray:
    """Weights W_b w_k of the features: those of a block add up to W_b, those of the blocks to 1."""
    spread = methodology()["confidence"]["weight_spread"]
    own = pd.Series(1.0, pool.indicators)
    block = blocks.reindex(sorted(set(pool.features["block"]))).fillna(0)
    if perturbation.weights:
        own *= random.uniform(1 - spread, 1 + spread, len(own))
        block = block * random.uniform(1 - spread, 1 + spread, len(block))
    if perturbation.left_out:
        own[perturbation.left_out] = 0
    weight = pool.features["weight"] * pool.features["indicator"].map(own)
    total = weight.groupby(pool.features["block"]).transform("sum")
    share = (weight / total.where(total > 0, 1)) * pool.features["block"].map(block / block.sum())
    return share.to_numpy()


def _distances(pool: Pool, points: np.ndarray, parts: list[Part]) -> Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Squared distances to the candidates less the area's own square, in single precision, part by part."""
    abroad = points[pool.candidates]
    squares = np.einsum("ij,ij->i", abroad, abroad)
    against = np.column_stack([abroad[:, :-1], squares]).astype("float32")
    asked = np.column_stack([-2 * points[pool.home, :-1], np.ones(len(pool.home))]).astype("float32")
    for rows, columns in parts:
        yield rows, columns, asked[rows] @ (against if len(columns) == len(against) else against[columns]).T


def first_nearest(pool: Pool, points: np.ndarray, parts: list[Part], first: int) -> np.ndarray:
    """Positions, in a (home, candidates) matrix laid out flat, of the ``first`` nearest of each Mexican area in its part."""
    margin = 8 * np.finfo("float32").eps * points.shape[1] * np.einsum("ij,ij->i", points, points).max()
    width, found = len(pool.candidates), []
    for group, among, distances in _distances(pool, points, parts):
        near, nearby = np.nonzero(distances <= upper_bounds(distances, first) + np.float32(margin))
        found.append(group[near] * width + among[nearby])
    positions = np.sort(np.concatenate(found))
    rows, columns = positions // width, positions % width
    many = np.bincount(rows, minlength=len(pool.home)) > first
    return np.concatenate([positions[~many[rows]], _ranked(pool, points, rows[many[rows]], columns[many[rows]], first)])


def _ranked(pool: Pool, points: np.ndarray, rows: np.ndarray, columns: np.ndarray, first: int) -> np.ndarray:
    """The ``first`` of each row by exact distance, ties by the candidate's code, as positions laid out flat."""
    difference = points[pool.home[rows]] - points[pool.candidates[columns]]
    difference[:, -1] = points[pool.candidates[columns], -1]
    exact = np.einsum("ij,ij->i", difference, difference).round(TIED)
    order = np.lexsort((columns, exact, rows))
    begins = np.searchsorted(rows, rows)  # rows are in order
    return (rows * len(pool.candidates) + columns)[order[np.arange(len(rows)) - begins < first]]


def _pairs(pool: Pool, counts: np.ndarray) -> pd.DataFrame:
    home, candidate = np.nonzero(counts)
    names = pool.areas["ref_area"].to_numpy()
    return pd.DataFrame(
        {
            "ref_area": names[pool.home[home]],
            "counterpart_area": names[pool.candidates[candidate]],
            "included": counts[home, candidate].astype("int64"),
        }
    )
