"""Pairs that editors and readers propose, tested by the index."""

from pathlib import Path

import pandas as pd

from pipeline import matching, query
from schemas.catalogue import methodology, register


def nominated_pairs(matching_features: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``nominated_pairs``: what the data say of each nominated pair, under each lens."""
    table = query.run(
        "nominated_pairs",
        constants=methodology()["mirrors"],
        matching_features=matching_features,
        matching_coverage=matching_coverage,
        nominated_pairs=register("nominated_pairs"),
        lenses=register("lenses"),
    )
    table["similarity"] = float("nan")
    coverage = pd.read_parquet(matching_coverage, filters=[("takes_part", "==", True)])
    levels = table["ref_area"].map(coverage.set_index("ref_area")["level"])
    for (level, lens), rows in table.dropna(subset=["distance"]).groupby([levels, "lens"]):
        areas = coverage[coverage["level"] == level]
        features = pd.read_parquet(
            matching_features, filters=[("level", "==", level), ("ref_area", "in", set(areas["ref_area"]))]
        )
        pool = matching.build_pool(features, areas, matching.lens_blocks(lens))
        squared = rows["distance_squared"].to_numpy()
        table.loc[rows.index, "similarity"] = matching.similarities(pool, squared, methodology()["mirrors"]["random_pairs"])
    return table
