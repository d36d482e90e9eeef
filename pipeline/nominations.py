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
    features, coverage = pd.read_parquet(matching_features), pd.read_parquet(matching_coverage)
    coverage = coverage[coverage["takes_part"]]
    table["similarity"] = float("nan")
    levels = table["ref_area"].map(coverage.set_index("ref_area")["level"])
    for (level, lens), rows in table.dropna(subset=["distance"]).groupby([levels, "lens"]):
        areas = coverage[coverage["level"] == level]
        pool = matching.build_pool(features[features["ref_area"].isin(areas["ref_area"])], areas, matching.lens_blocks(lens))
        squared = rows["distance_squared"].to_numpy()
        table.loc[rows.index, "similarity"] = matching.similarities(pool, squared, methodology()["mirrors"]["random_pairs"])
    return table
