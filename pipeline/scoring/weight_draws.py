"""An index of ``scoring.py`` under other weights: noisy weights, the ranks that they give, and what these lie between.

As COINr's get_noisy_weights and the uncertainty analysis of get_sensitivity. The draws of the development score are in
``score_draws.py``; this is for indices that are described by files.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.scoring import engine


def noisy_weights(structure: pd.DataFrame, factors: Mapping[int, float], draws: int, seed: int) -> pd.DataFrame:
    """Sets of weights: draw (1, 2, ...), code, level, weight.

    A weight of a level in ``factors`` is multiplied by 1 + factor x a number drawn evenly between -1 and 1, each on its
    own. Others stay as they are. Nothing is made to add up to 1, because every mean does that.
    """
    table = structure.rename(columns=engine.COINR).sort_values("code")
    levels = {int(level): float(factor) for level, factor in factors.items()}
    wrong = [level for level in levels if level not in set(table["level"])] + [f for f in levels.values() if not 0 <= f <= 1]
    if wrong:
        raise engine.ScoringError(f"noise: {wrong[0]} is no level of the structure, or no factor between 0 and 1")
    noise = np.random.Generator(np.random.PCG64(seed)).uniform(-1, 1, size=(draws, len(table)))
    drawn = table["weight"].to_numpy(float) * (1 + table["level"].map(levels).fillna(0).to_numpy(float) * noise)
    repeated = {name: np.tile(table[name].to_numpy(), draws) for name in ("code", "level")}
    return pd.DataFrame({"draw": np.repeat(np.arange(1, draws + 1), len(table)), **repeated, "weight": drawn.ravel()})


def scores_under(registers: engine.Registers, weight_sets: pd.DataFrame) -> pd.DataFrame:
    """Scores and ranks of every aggregate under each set of weights: draw, ref_area, code, score, rank."""
    values, structure, method, *_ = registers
    normalised = engine.normalise(values, structure, method)
    parts = []
    for draw, weights in weight_sets.groupby("draw", sort=True):
        complete = engine.complete_structure(engine.with_weights(structure, weights), method)
        scores = engine.aggregate(normalised, complete)
        parts.append(scores[~scores["code"].isin(normalised["code"])].assign(draw=draw))
    drawn = pd.concat(parts, ignore_index=True)
    ranks = drawn.groupby(["draw", "code"])["score"].rank(method="min", ascending=False)
    return drawn.assign(rank=ranks.astype("Int64"))[["draw", "ref_area", "code", "score", "rank"]]


def rank_statistics(drawn: pd.DataFrame) -> pd.DataFrame:
    """Per area and aggregate, mean, median and 5th and 95th percentile of the ranks, interpolated as R does by default."""
    ranks = drawn.astype({"rank": "float64"}).groupby(["ref_area", "code"])["rank"]
    columns = {"rank_mean": ranks.mean(), "rank_median": ranks.median()}
    columns |= {"rank_low": ranks.quantile(0.05), "rank_high": ranks.quantile(0.95)}
    return pd.DataFrame(columns).reset_index()


def draw_registers(folder: Path) -> dict[str, pd.DataFrame]:
    """``noisy_weights``, ``noisy_ranks`` and ``rank_statistics`` of a folder's index; nothing, if it has no sets of weights."""
    registers = engine.read_registers(folder)
    sets, noise = registers.weight_sets, registers.method.get("noise")
    if noise is not None:
        sets = noisy_weights(registers.structure, noise["factors"], noise["draws"], noise["seed"])
    if sets is None:
        return {}
    drawn = scores_under(registers, sets)
    return {"noisy_weights": sets, "noisy_ranks": drawn, "rank_statistics": rank_statistics(drawn)}
