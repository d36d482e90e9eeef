"""Pairs that editors and readers propose, tested by the index."""

from pathlib import Path

import pandas as pd

from pipeline import query
from schemas.catalogue import methodology, register


def nominated_pairs(matching_features: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``nominated_pairs``: what the data say of each nominated pair, under each lens."""
    return query.run(
        "nominated_pairs",
        constants=methodology()["mirrors"],
        matching_features=matching_features,
        matching_coverage=matching_coverage,
        nominated_pairs=register("nominated_pairs"),
        lenses=register("lenses"),
    )
