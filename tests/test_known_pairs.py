"""Pairs that people name, written down before they were looked at: where they stand among the areas of their country."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.matching.features import lens_blocks
from pipeline.matching.mirrors import build_pool

PAIRS = pd.read_csv(Path(__file__).parent / "fixtures" / "known_pairs.csv")
FIRST = 25


@pytest.fixture(scope="module")
def pool(stored):
    coverage = pd.read_parquet(
        stored / "matching_coverage.parquet", filters=[("takes_part", "==", True), ("level", "==", "local")]
    )
    features = pd.read_parquet(
        stored / "matching_features.parquet", filters=[("level", "==", "local"), ("ref_area", "in", set(coverage["ref_area"]))]
    )
    return lambda lens: build_pool(features, coverage, lens_blocks(lens))


def places_in_country(pool) -> np.ndarray:
    """The place of each pair's counterpart among the areas of its country, by distance."""
    row_of = {area: row for row, area in enumerate(pool.areas["ref_area"])}
    country, found = pool.areas["country"].to_numpy(), []
    for home, abroad in zip(PAIRS["ref_area"], PAIRS["counterpart_area"], strict=True):
        own, other = row_of[home], row_of[abroad]
        rows = np.flatnonzero(country == country[other])
        squared = ((pool.vectors[rows] - pool.vectors[own]) ** 2).sum(axis=1) + pool.constant[rows]
        found.append(1 + (squared < squared[rows == other]).sum())
    return np.array(found)


def test_pairs_stand_nearer_than_chance(pool):
    """A random area is among the first 25 of its country's thousands in one case of a hundred: a third of the pairs is."""
    for lens in ("overall", "role"):
        assert (places_in_country(pool(lens)) <= FIRST).mean() >= 0.25, lens


@pytest.mark.xfail(
    strict=True, reason="12 of 37: border twins differ in ages, households and factories; branches of industry are not matched"
)
def test_two_thirds_of_the_pairs_are_found(pool):
    assert (places_in_country(pool("overall")) <= FIRST).mean() >= 2 / 3
