"""Which part of the variance of what is unknown should count: a block of half of the well-known areas is hidden.

    python -m benchmarks.hidden_blocks data/processed/tables/2026.1 local

Prints, for each rule, the share of the hidden areas among the first ten of the Mexican areas beside the share that they have
when all is known, and the part of the true first ten that is found again (methodology 4).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.matching import features
from schemas.catalogue import methodology

KNOWN = 0.9  # of the matching weight: what is hidden must have been known
PARTS = (1, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1, 0)
FIRST, SEED = 10, 1


def main(folder: Path, level: str) -> None:
    """Print one line per block and rule."""
    coverage = pd.read_parquet(folder / "matching_coverage.parquet", filters=[("takes_part", "==", True), ("level", "==", level)])
    known = pd.read_parquet(folder / "normalised_features.parquet", filters=[("level", "==", level)])
    wide = features.wide_features(known, coverage["ref_area"])
    rows = wide.columns.to_frame(index=False)
    rows["weight"] = (
        known.drop_duplicates(features.FEATURE).set_index(features.FEATURE)["weight"].reindex(wide.columns).to_numpy()
    )
    blocks = features.lens_blocks(features.HEADLINE)
    weight = (
        features.within_blocks(blocks, rows).to_numpy()
        * rows["block"].map(blocks.set_index("block")["weight"]).fillna(0).to_numpy()
    )
    areas = coverage.set_index("ref_area").loc[wide.index]
    home = (areas["country"] == methodology()["areas"]["home"]).to_numpy()
    candidates = np.flatnonzero(~home & (areas["coverage"] > KNOWN).to_numpy())
    counts = methodology()["matching"]["unknown_counts"]
    whole = features.expected_features(wide)
    true = first_ten(whole.mean * np.sqrt(weight), whole.variance @ weight / counts, home, candidates)
    for block in ("vocation", "challenges"):
        hidden = np.zeros(len(wide), dtype=bool)
        hidden[candidates[np.random.default_rng(SEED).random(len(candidates)) < 0.5]] = True
        values = wide.to_numpy().copy()
        values[np.ix_(hidden, (rows["block"] == block).to_numpy())] = np.nan
        expected = features.expected_features(pd.DataFrame(values, wide.index, wide.columns))
        lists = {
            f"{part} of the variance": first_ten(
                expected.mean * np.sqrt(weight), part * (expected.variance @ weight) / counts, home, candidates
            )
            for part in PARTS
        }
        lists["known part only"] = known_part_only(values, whole.mean, weight, home, candidates)
        for rule, found in lists.items():
            again = np.mean([len(set(a) & set(b)) / FIRST for a, b in zip(true, found, strict=True)])
            share, right = hidden[candidates][found].mean(), hidden[candidates][true].mean()
            print(f"{level} {block}: {rule}: {share:.3f} (true {right:.3f}), found again {again:.3f}")


def first_ten(vectors: np.ndarray, constant: np.ndarray, home: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Positions among the candidates of the ten nearest of each Mexican area, in no order."""
    abroad = vectors[candidates]
    squares = np.einsum("ij,ij->i", abroad, abroad) + constant[candidates]
    asked = np.array_split(vectors[home], max(1, home.sum() // 256))
    return np.vstack([np.argpartition(squares - 2 * part @ abroad.T, FIRST, axis=1)[:, :FIRST] for part in asked])


def known_part_only(
    values: np.ndarray, mean: np.ndarray, weight: np.ndarray, home: np.ndarray, candidates: np.ndarray
) -> np.ndarray:
    """The same by the mean over what is known of the candidate."""
    there = ~np.isnan(values[candidates])
    abroad = np.nan_to_num(values[candidates])
    squares, scale = (abroad**2 * there) @ weight, there @ weight
    found = []
    for part in np.array_split(mean[home], max(1, home.sum() // 256)):
        distances = (part**2 * weight) @ there.T - 2 * (part * weight) @ abroad.T + squares
        found.append(np.argpartition(distances / scale, FIRST, axis=1)[:, :FIRST])
    return np.vstack(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
