"""Noisy weights, and what an index described by files gives under several sets of weights."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from assets.cli.main import app
from pipeline.scoring.engine import ScoringError, score_registers
from pipeline.scoring.weight_draws import draw_registers, noisy_weights, rank_statistics

STRUCTURE = """iCode,Parent,Level,Weight,Direction,Type
x1,X,1,2,1,Indicator
x2,X,1,1,-1,Indicator
y1,Y,1,1,1,Indicator
X,Index,2,0.6,1,Aggregate
Y,Index,2,0.4,1,Aggregate
Index,NA,3,1,1,Aggregate
"""
VALUES = "uCode,x1,x2,y1\na,1,5,3\nb,2,1,9\nc,4,2,NA\nd,3,4,4\n"
METHOD = '[normalisation]\nmethod = "n_minmax"\nminmax_lower = 1\n[[aggregation]]\nmethod = "a_amean"\n'


@pytest.fixture
def folder(tmp_path):
    """An index of three indicators in two pillars, in COINr's columns."""
    for name, text in {"structure.csv": STRUCTURE, "values.csv": VALUES, "method.toml": METHOD}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def structure() -> pd.DataFrame:
    return pd.read_csv(pd.io.common.StringIO(STRUCTURE))


def test_noise_stays_within_its_factor_and_its_levels():
    """COINr: weight + (2 u - 1) * factor * weight, for the levels named; no set is made to add up to 1."""
    sets = noisy_weights(structure(), {1: 0.25, 2: 0.5}, draws=4000, seed=1)
    factors = sets.assign(factor=sets["weight"] / sets["code"].map(structure().set_index("iCode")["Weight"]))
    ends = factors.groupby("level")["factor"].agg(["min", "mean", "max"])
    np.testing.assert_allclose(ends.loc[1], [0.75, 1, 1.25], atol=0.01)
    np.testing.assert_allclose(ends.loc[2], [0.5, 1, 1.5], atol=0.02)
    assert (ends.loc[3] == 1).all()
    wide = factors.pivot(index="draw", columns="code", values="factor").drop(columns="Index")
    assert np.abs(np.corrcoef(wide.T) - np.eye(5)).max() < 0.06, "each weight is drawn on its own"
    assert wide.index.tolist() == list(range(1, 4001))


def test_the_seed_decides_and_the_order_of_rows_does_not():
    first = noisy_weights(structure(), {1: 0.25}, 3, seed=7)
    pd.testing.assert_frame_equal(first, noisy_weights(structure()[::-1], {1: 0.25}, 3, seed=7))
    assert not first["weight"].equals(noisy_weights(structure(), {1: 0.25}, 3, seed=8)["weight"])


@pytest.mark.parametrize("factors", [{4: 0.25}, {1: -0.1}, {1: 25}])
def test_noise_that_makes_no_sense_is_refused(factors):
    with pytest.raises(ScoringError, match="is no level of the structure, or no factor between 0 and 1"):
        noisy_weights(structure(), factors, 1, 1)


def test_sets_of_weights_give_what_each_gives_alone(folder):
    """Two sets in one file with a column draw, against two runs with one set each."""
    sets = noisy_weights(structure(), {1: 0.9, 2: 0.9}, draws=2, seed=3)
    sets.sample(frac=1, random_state=1).rename(columns={"code": "iCode", "weight": "Weight"}).to_csv(
        folder / "weights.csv", index=False, float_format="%.17g"
    )
    found = draw_registers(folder)["noisy_ranks"]
    for draw, weights in sets.groupby("draw"):
        weights.drop(columns="draw").to_csv(folder / "weights.csv", index=False, float_format="%.17g")
        alone = score_registers(folder).ranks.query("grouping == 'all' and code in ['X', 'Y', 'Index']")
        both = found[found["draw"].astype("int64") == draw].merge(alone, on=["ref_area", "code"], suffixes=("", "_alone"))
        assert len(both) == 12
        np.testing.assert_array_equal(both["score"], both["score_alone"])
        np.testing.assert_array_equal(
            both["rank"].to_numpy(float, na_value=np.nan), both["rank_alone"].to_numpy(float, na_value=np.nan)
        )


def test_noise_by_hand(folder):
    """Min-max onto 1-100 gives x1 1, 34, 100, 67; x2, where less is better, 1, 100, 75.25, 25.75; y1 1, 100, unknown, 17.5."""
    noise = "[noise]\ndraws = 20\nseed = 1\nfactors = { 1 = 1, 2 = 1 }\n"
    (folder / "method.toml").write_text(METHOD + noise, encoding="utf-8")
    tables = draw_registers(folder)
    sets = tables["noisy_weights"].pivot(index="draw", columns="code", values="weight")
    x1, x2, y1 = np.array([1, 34, 100, 67]), np.array([1, 100, 75.25, 25.75]), np.array([1, 100, np.nan, 17.5])
    drawn = tables["noisy_ranks"].query("code == 'Index'").pivot(index="draw", columns="ref_area", values="score")
    for draw, w in sets.iterrows():
        x = (w["x1"] * x1 + w["x2"] * x2) / (w["x1"] + w["x2"])
        index = np.where(np.isnan(y1), x, (w["X"] * x + w["Y"] * y1) / (w["X"] + w["Y"]))
        np.testing.assert_allclose(drawn.loc[draw], index, rtol=1e-13)
    statistics = tables["rank_statistics"].query("code == 'Index'").set_index("ref_area")
    assert statistics.loc["a"].drop("code").tolist() == [4, 4, 4, 4], "worst in all, so worst under any weights"
    assert statistics.loc["b", "rank_low"] < statistics.loc["b", "rank_high"]
    assert tables["noisy_ranks"].query("code == 'Y' and ref_area == 'c'")[["score", "rank"]].isna().all(axis=None)


def test_statistics_of_ranks_are_interpolated_as_in_r():
    """R: quantile(c(1, 2, 2, 5), c(0.05, 0.95)) is 1.15 and 4.55."""
    drawn = pd.DataFrame({"draw": [1, 2, 3, 4], "ref_area": "a", "code": "Index", "rank": pd.array([1, 2, 2, 5], "Int64")})
    assert rank_statistics(drawn).iloc[0, 2:].tolist() == pytest.approx([2.5, 2, 1.15, 4.55])


def test_the_command_writes_them(folder, tmp_path):
    (folder / "method.toml").write_text(METHOD + "[noise]\ndraws = 2\nseed = 1\nfactors = { 1 = 0.25 }\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["score", str(folder), str(tmp_path / "out")]).exit_code == 0
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert names == {"normalised", "aggregated", "ranks", "noisy_weights", "noisy_ranks", "rank_statistics"}
