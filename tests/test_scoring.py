"""The scoring engine against COINr's stages on its ASEM data, against hand-computed cases, and its invariances."""

import math
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.foundation import query
from pipeline.scoring.engine import ScoringError, score, score_registers

AREAS = ["a", "b", "c", "d", "e"]


def long(table: dict) -> pd.DataFrame:
    """Values of indicators, one list per indicator over a, b, c, ..."""
    frame = pd.DataFrame(table, dtype="float64")
    frame.insert(0, "ref_area", [chr(97 + row) if row < 26 else f"z{row:05}" for row in range(len(frame))])
    return frame.melt("ref_area", var_name="indicator")


def flat(codes, weights=None, directions=None, **columns) -> pd.DataFrame:
    """A structure of indicators under one index."""
    count = len(codes)
    table = {
        "code": [*codes, "Index"],
        "parent": ["Index"] * count + [None],
        "level": [1] * count + [2],
        "weight": [*(weights or [1] * count), 1],
        "direction": [*(directions or [1] * count), None],
    }
    return pd.DataFrame(table | {name: [*cells, None] for name, cells in columns.items()})


def scores_of(table: pd.DataFrame, code: str) -> list:
    """The scores of one code in the order of the areas."""
    return table[table["code"] == code].sort_values("ref_area")["score"].tolist()


def normalised(cells, direction=1, **method) -> list:
    return scores_of(score(long({"x": cells}), flat("x", None, [direction]), {"normalisation": method}).normalised, "x")


def aggregate(table, weights=None, **method) -> list:
    """The index of scores that are given as they are."""
    method = {"normalisation": {"method": "none"}, "aggregation": method}
    return scores_of(score(long(table), flat(table, weights), method).aggregated, "Index")


# COINr 1.1.14 on its ASEM example


@pytest.fixture(scope="module")
def asem(shared, tmp_path_factory):
    """A folder of registers made of COINr's own files: iMeta, and the treated data as values."""
    source = shared / "reference" / "asem"
    folder = tmp_path_factory.mktemp("asem")
    shutil.copy(source / "inputs" / "iMeta.csv", folder / "structure.csv")
    treated = pd.read_csv(source / "chain" / "05_treated.csv", dtype="str")
    groups = pd.read_csv(source / "inputs" / "iData.csv", dtype="str")[["uCode", "EurAsia_group"]]
    treated.merge(groups, on="uCode").to_csv(folder / "values.csv", index=False)
    (folder / "method.toml").write_text('groups = ["EurAsia_group"]\n', encoding="utf-8")
    return source, folder


def wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.pivot(index="ref_area", columns="code", values=column)


def expected(source, stage: str) -> pd.DataFrame:
    table = pd.read_csv(source / "chain" / f"{stage}.csv").set_index("uCode").sort_index()
    return table.select_dtypes("number")


def test_asem_is_normalised_aggregated_and_ranked_as_in_coinr(asem):
    source, folder = asem
    result = score_registers(folder)
    for found, stage in ((result.normalised, "06_normalised"), (result.aggregated, "07_aggregated")):
        reference = expected(source, stage)
        np.testing.assert_allclose(wide(found, "score")[reference.columns], reference, rtol=0, atol=1e-9)
    for grouping, stage in (("all", "08_ranks_all_levels"), ("EurAsia_group", "08_ranks_within_EurAsia_group")):
        reference = expected(source, stage)
        found = wide(result.ranks[result.ranks["grouping"] == grouping], "rank")
        assert len(reference.columns) in (60, 11)
        np.testing.assert_array_equal(found[reference.columns], reference)
    assert (result.aggregated["coverage"] == 1).all()


def test_asem_with_unequal_weights_matches_them_by_code(asem, tmp_path):
    source, folder = asem
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    weights = pd.read_csv(source / "inputs" / "weights_unequal.csv")
    weights.sample(frac=1, random_state=1).to_csv(tmp_path / "weights.csv", index=False)
    found = wide(score_registers(tmp_path).aggregated, "score")
    by_code = weights.set_index("iCode")["Weight"]
    meta = pd.read_csv(source / "inputs" / "iMeta.csv").dropna(subset="Level")
    for parent, children in meta.groupby("Parent")["iCode"]:
        mean = np.average(found[children], axis=1, weights=by_code[children])
        np.testing.assert_allclose(found[parent], mean, rtol=0, atol=1e-9)
    assert np.abs(found["Index"] - expected(source, "07_aggregated")["Index"]).max() > 0.1


def test_weights_of_other_codes_are_refused(asem, tmp_path):
    source, folder = asem
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    weights = pd.read_csv(source / "inputs" / "weights_original.csv")
    weights[weights["iCode"] != "LPI"].to_csv(tmp_path / "weights.csv", index=False)
    with pytest.raises(ScoringError, match="LPI is not in the weights"):
        score_registers(tmp_path)


# Normalisations, computed by hand on 2, 4, 4, 10 and a missing value


@pytest.mark.parametrize(
    ("method", "upward", "downward"),
    [
        ({"method": "minmax"}, [0, 25, 25, 100], [100, 75, 75, 0]),
        ({"method": "n_minmax", "minmax_lower": 1, "minmax_upper": 5}, [1, 2, 2, 5], [5, 4, 4, 1]),
        ({"method": "scaled", "scaled_lower": 2, "scaled_upper": 6}, [0, 50, 50, 200], [-100, -150, -150, -300]),
        ({"method": "goalposts", "goalpost_lower": 3, "goalpost_upper": 8}, [0, 20, 20, 100], [100, 80, 80, 0]),
        (
            {"method": "goalposts", "goalpost_lower": 3, "goalpost_upper": 8, "goalpost_scale": 1,
             "goalpost_trunc2posts": False},
            [-0.2, 0.2, 0.2, 1.4], [1.2, 0.8, 0.8, -0.4],
        ),
        ({"method": "rank"}, [1, 2, 2, 4], [4, 2, 2, 1]),
        ({"method": "borda"}, [0, 1, 1, 3], [3, 1, 1, 0]),
        ({"f_n": "n_prank"}, [0, 1 / 3, 1 / 3, 1], [1, 1 / 3, 1 / 3, 0]),
        ({"method": "distance_to_maximum"}, [0, 0.25, 0.25, 1], [1, 0.75, 0.75, 0]),
        ({"method": "distance_to_target", "target": 6}, [0, 0.5, 0.5, 2], [2, 1.5, 1.5, 0]),
        ({"method": "distance_to_target", "target": 6, "target_cap": True}, [0, 0.5, 0.5, 1], [1, 1, 1, 0]),
        ({"method": "n_dist2ref", "reference": "b"}, [0, 1, 1, 4], [4 / 3, 1, 1, 0]),
        ({"method": "distance_to_reference", "reference": "b", "reference_cap": True}, [0, 1, 1, 1], [1, 1, 1, 0]),
        ({"method": "distance_to_reference", "reference": "e"}, [math.nan] * 4, [math.nan] * 4),
        ({"method": "fraction_of_maximum"}, [0.2, 0.4, 0.4, 1], [1, 2, 2, 5]),
        ({"method": "none"}, [2, 4, 4, 10], [-2, -4, -4, -10]),
        (
            {"method": "zscore", "zscore_mean": 50, "zscore_sd": 10},
            [50 - 30 / math.sqrt(12), *[50 - 10 / math.sqrt(12)] * 2, 50 + 50 / math.sqrt(12)],
            [50 + 30 / math.sqrt(12), *[50 + 10 / math.sqrt(12)] * 2, 50 - 50 / math.sqrt(12)],
        ),
    ],
)  # fmt: skip
def test_normalisations_by_hand(method, upward, downward):
    cells = [2, 4, 4, 10, None]
    for direction, scores in ((1, upward), (-1, downward)):
        np.testing.assert_allclose(normalised(cells, direction, **method), [*scores, np.nan], rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("method", ["minmax", "zscore", "distance_to_maximum"])
def test_what_the_data_cannot_scale_has_no_score(method):
    assert np.isnan(normalised([0.1, 0.1, 0.1], method=method)).all()


def test_each_indicator_may_have_its_own_method_and_goalposts():
    structure = flat(
        ["x", "y"],
        None,
        [1, -1],
        normalisation=["n_goalposts", None],
        goalpost_lower=[0, None],
        goalpost_upper=[20, None],
    )
    result = score(long({"x": [5, 30], "y": [1, 3]}), structure, {"normalisation": {"method": "rank"}})
    assert scores_of(result.normalised, "x") == [25, 100]
    assert scores_of(result.normalised, "y") == [2, 1]


def test_values_that_are_all_equal_share_the_first_rank():
    """R: rank(c(5, 5, NA, 5), ties.method = "min", na.last = "keep") is 1, 1, NA, 1."""
    for method, place in {"n_rank": 1, "n_borda": 0, "n_prank": 0}.items():
        np.testing.assert_array_equal(normalised([5, 5, None, 5], method=method), [place, place, np.nan, place])


def test_one_known_value_has_a_rank_but_no_percentile_rank():
    """n_prank divides by the number of known values less one."""
    assert normalised([None, 7], method="n_rank")[1] == 1
    assert np.isnan(normalised([None, 7], method="n_prank")).all()


def test_coinrs_columns_of_imeta_serve_as_parameters():
    """goalpost_* and Target as in iMeta; a negative indicator goes from the upper to the lower post, as x (-1) does in COINr."""
    structure = flat(
        ["x", "y"],
        None,
        [1, -1],
        goalpost_lower=[0, 2],
        goalpost_upper=[10, 12],
        goalpost_scale=[1, 100],
        goalpost_trunc2posts=[True, False],
        Target=[8, 1],
        dist2targ_cap_max=[True, False],
    )
    values = long({"x": [1, 12, -3], "y": [1, 12, 7]})
    posts = score(values, structure, {"normalisation": {"method": "n_goalposts"}}).normalised
    np.testing.assert_allclose([scores_of(posts, "x"), scores_of(posts, "y")], [[0.1, 1, 0], [110, 0, 50]])
    targets = score(values, structure, {"normalisation": {"method": "n_dist2targ"}}).normalised
    np.testing.assert_allclose([scores_of(targets, "x"), scores_of(targets, "y")], [[4 / 11, 1, 0], [1, 0, 5 / 11]])


# Aggregations


def test_means_by_hand():
    table = {"x": [1, 2], "y": [4, 2], "z": [16, 2]}
    assert aggregate(table, f_ag="a_amean") == [7, 2]
    assert aggregate(table, method="geometric") == pytest.approx([4, 2])
    assert aggregate(table, method="harmonic") == pytest.approx([3 / (1 + 1 / 4 + 1 / 16), 2])
    weights = [2, 1, 1]
    assert aggregate(table, weights, method="arithmetic") == [5.5, 2]
    assert aggregate(table, weights, method="geometric") == pytest.approx([64**0.25, 2])
    assert aggregate(table, weights, method="harmonic") == pytest.approx([4 / (2 + 1 / 4 + 1 / 16), 2])


def test_missing_children_leave_their_weight_to_the_others():
    table = {"x": [1, None, None], "y": [4, 9, None], "z": [None, 3, None]}
    weights = [2, 1, 2]
    for method, scores in {
        "arithmetic": [2, 5],
        "geometric": [4 ** (1 / 3), 81 ** (1 / 3)],
        "harmonic": [3 / 2.25, 3 / (1 / 9 + 2 / 3)],
    }.items():
        assert aggregate(table, weights, method=method) == pytest.approx([*scores, math.nan], nan_ok=True)


def test_too_few_children_give_no_score():
    table = {"x": [1, 1, 1, None], "y": [3, 3, None, None], "z": [5, None, None, None]}
    assert aggregate(table, dat_thresh=2 / 3) == pytest.approx([3, 2, math.nan, math.nan], nan_ok=True)
    assert aggregate(table, dat_thresh=0.67) == pytest.approx([3, math.nan, math.nan, math.nan], nan_ok=True)
    assert aggregate(table, [3, 1, 1], least_weight=0.6) == pytest.approx([2.2, 1.5, 1, math.nan], nan_ok=True)
    assert aggregate(table, [3, 1, 1], least_weight=0.7) == pytest.approx([2.2, 1.5, math.nan, math.nan], nan_ok=True)


def test_levels_may_differ_and_coverage_reaches_down_to_the_indicators():
    structure = pd.DataFrame(
        {
            "code": ["x1", "x2", "y1", "X", "Y", "Index"],
            "parent": ["X", "X", "Y", "Index", "Index", None],
            "level": [1, 1, 1, 2, 2, 3],
            "weight": [1, 1, 1, 3, 1, 1],
            "direction": [1, 1, 1, None, None, None],
        }
    )
    method = {
        "normalisation": {"method": "none"},
        "aggregation": [{"method": "arithmetic", "least_children": 1}, {"method": "geometric", "child_floor": 1}],
    }
    table = score(long({"x1": [10, 10], "x2": [22, None], "y1": [0.5, 2]}), structure, method).aggregated
    assert scores_of(table, "X") == pytest.approx([16, math.nan], nan_ok=True)
    assert scores_of(table, "Y") == [0.5, 2]
    assert scores_of(table, "Index") == pytest.approx([8, 2])
    assert table[table["code"] == "Index"]["coverage"].tolist() == [1, 0.25]


def test_children_of_weight_0_count_as_known_but_add_nothing():
    table = {"x": [1, None], "y": [5, 5], "z": [9, None]}
    for method in ("arithmetic", "geometric", "harmonic"):
        assert aggregate(table, [0, 2, 0], method=method) == pytest.approx([5, 5])
        assert aggregate(table, [1, 0, 1], method=method, dat_thresh=1 / 3)[1] != 5
        assert math.isnan(aggregate(table, [1, 0, 1], method=method, dat_thresh=1 / 3)[1]), "no weight is left"
    with pytest.raises(ScoringError, match="x scores 0"):
        aggregate({"x": [0, 1], "y": [5, 5]}, [0, 1], method="geometric")


def test_harmonic_means_take_negative_scores_and_geometric_ones_do_not():
    """COINr's a_hmean stops at 0 only, a_gmean at 0 and below."""
    assert aggregate({"x": [-2], "y": [4]}, method="a_hmean") == pytest.approx([2 / (-0.5 + 0.25)])
    with pytest.raises(ScoringError, match="x scores -2"):
        aggregate({"x": [-2], "y": [4]}, method="a_gmean")


def test_a_threshold_applies_before_a_mean_is_refused():
    """Below dat_thresh COINr gives NA and never takes the mean that would stop."""
    table = {"x": [0, 1], "y": [None, 2], "z": [None, 4]}
    assert aggregate(table, method="geometric", dat_thresh=0.5) == pytest.approx([math.nan, 2], nan_ok=True)


def test_thresholds_by_level_count_children_not_weights():
    structure = pd.DataFrame(
        {
            "code": ["x1", "x2", "x3", "y1", "X", "Y", "Index"],
            "parent": ["X", "X", "X", "Y", "Index", "Index", None],
            "level": [1, 1, 1, 1, 2, 2, 3],
            "weight": [8, 1, 1, 1, 1, 1, 1],
            "direction": 1,
        }
    )
    values = long({"x1": [None, 6, None], "x2": [3, None, None], "x3": [5, None, 1], "y1": [2, 2, None]})
    found = [
        score(values, structure, {"normalisation": {"method": "none"}, "aggregation": [{"dat_thresh": t}, {"dat_thresh": 1}]})
        for t in (0, 0.5)
    ]
    np.testing.assert_array_equal(scores_of(found[0].aggregated, "X"), [4, 6, 1])
    np.testing.assert_array_equal(scores_of(found[0].aggregated, "Index"), [3, 4, np.nan])
    np.testing.assert_array_equal(scores_of(found[1].aggregated, "X"), [4, np.nan, np.nan])
    np.testing.assert_array_equal(scores_of(found[1].aggregated, "Index"), [3, np.nan, np.nan])


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_a_mean_that_does_not_exist_names_the_area_and_the_indicator(method):
    with pytest.raises(ScoringError, match="Index of b has no such mean: y scores 0"):
        aggregate({"x": [1, 2], "y": [3, 0]}, method=method)
    assert aggregate({"x": [1, 2], "y": [3, 0]}, method=method, child_floor=2) == pytest.approx(
        [math.sqrt(6) if method == "geometric" else 2.4, 2]
    )


def outranking(table: np.ndarray, weights: np.ndarray) -> list:
    """Copeland scores from the outranking matrix as COINr describes it."""
    count, weights = len(table), weights / weights.sum()
    matrix = np.zeros((count, count))
    for first in range(count):
        for second in range(first + 1, count):
            ahead = weights[table[first] > table[second]].sum() + weights[table[first] == table[second]].sum() / 2
            matrix[first, second], matrix[second, first] = ahead, 1 - ahead
    signs = np.sign((matrix - 0.5).round(9))
    np.fill_diagonal(signs, 0)
    return signs.sum(axis=1).tolist()


def test_copeland_by_hand():
    table = {"x": [1, 2, 3], "y": [3, 2, 1], "z": [5, 5, 4]}
    assert aggregate(table, method="copeland") == [1, 1, -2]
    assert aggregate(table, [3, 1, 1], method="copeland") == [-2, 0, 2]


def test_copeland_with_missing_values_by_hand():
    """The unknown y of b counts for nobody: a wins x (1 of 3), b wins none, so a has 1/3 of b and b, the later, the rest.

    a against c: x 2 > 1, y 1 < 2, z 1 = 1: 1/3 + 0 + 1/6 = 1/2, a tie. b against c: x 1 = 1, z 3 > 1: 1/6 + 1/3 = 1/2, a tie.
    """
    table = {"x": [2, 1, 1], "y": [1, None, 2], "z": [1, 3, 1]}
    assert aggregate(table, method="copeland") == [-1, 1, 0]
    assert aggregate(table, method="copeland", dat_thresh=1) == [-1, 1, 0], "as in COINr, where by_df ignores it"


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_copeland_is_the_sum_over_the_outranking_matrix(seed):
    random = np.random.default_rng(seed)
    table = random.integers(0, 4, size=(8, 4)).astype("float64")
    table[random.random(table.shape) < 0.1] = np.nan
    table[np.isnan(table).all(axis=1), 0] = 1.0
    weights = random.choice([0.5, 1, 1.7], size=4)
    found = aggregate(dict(zip("wxyz", table.T, strict=True)), list(weights), method="copeland")
    assert found == outranking(table, weights)


# Ranks


def test_ties_take_the_least_rank_and_groups_have_their_own():
    groups = pd.DataFrame({"ref_area": AREAS, "grouping": "half", "group_code": ["p", "q", "p", "q", None]})
    result = score(long({"x": [5, 7, 7, None, 1]}), flat("x"), {"normalisation": {"method": "none"}}, groups)
    ranks = result.ranks[result.ranks["code"] == "Index"].set_index(["grouping", "ref_area"])["rank"]
    assert ranks["all"].fillna(0).to_dict() == {"a": 3, "b": 1, "c": 1, "d": 0, "e": 4}
    assert ranks["half"].fillna(0).to_dict() == {"a": 2, "c": 1, "b": 1, "d": 0}


def test_minus_zero_ties_with_zero():
    result = score(long({"x": [0.0, -0.0, -1]}), flat("x"), {"normalisation": {"method": "none"}})
    assert result.ranks[result.ranks["code"] == "Index"]["rank"].tolist() == [1, 1, 3]


# Refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": [1, None, 1]}, "y needs a weight"),
        ({"weight": [1, -1, 1]}, "y needs a weight"),
        ({"direction": [1, 0, None]}, "y needs a direction"),
        ({"code": ["x", "x", "Index"]}, "x stands twice"),
        ({"parent": ["Index", "Idx", None]}, "y has a parent that is not in the structure"),
        ({"level": [1, 2, 2]}, "y must stand on a lower level"),
        ({"level": [1, None, 2]}, "y needs a level"),
        ({"normalisation": ["goalposts", "rank", None]}, "x needs a lower goalpost"),
        ({"normalisation": ["minmx", "rank", None]}, "x has an unknown normalisation"),
        ({"normalisation": ["distance_to_target", "rank", None]}, "x needs a target"),
        ({"normalisation": ["distance_to_reference", "rank", None]}, "x needs a reference"),
        ({"normalisation": ["n_dist2ref", "n_rank", None], "reference": ["c", None, None]}, "x refers to c, which has no values"),
    ],
)
def test_a_structure_that_cannot_be_scored_is_refused(change, message):
    with pytest.raises(ScoringError, match=message):
        score(long({"x": [1, 2], "y": [1, 2]}), flat(["x", "y"]).assign(**change), {})


@pytest.mark.parametrize(
    ("values", "method", "message"),
    [
        ({"x": [1, 2]}, {}, "y has no values"),
        ({"x": [1, 2], "y": [1, math.inf]}, {}, "y of b is infinite"),
        ({"x": [1, 2], "y": [1, 2], "w": [1, 2]}, {}, "w of a is no indicator"),
        ({"x": [1, 2], "y": [1, 2]}, {"aggregation": {"method": "mean"}}, "'mean' is no aggregation"),
        ({"x": [1, 2], "y": [1, 2]}, {"normalisation": {"lower": 1}}, "no parameter 'lower'"),
        ({"x": [1, 2], "y": [1, 2]}, {"aggregation": [{}, {}]}, "2 aggregations for 1 levels"),
    ],
)
def test_values_and_methods_that_cannot_be_scored_are_refused(values, method, message):
    with pytest.raises(ScoringError, match=message):
        score(long(values), flat(["x", "y"]), method)


def test_a_value_that_stands_twice_is_refused():
    values = long({"x": [1, 2], "y": [1, 2]})
    with pytest.raises(ScoringError, match="x of a stands twice"):
        score(pd.concat([values, values]), flat(["x", "y"]), {})


def test_a_cell_that_is_no_number_is_named(tmp_path):
    flat(["x"]).to_csv(tmp_path / "structure.csv", index=False)
    (tmp_path / "values.csv").write_text("ref_area,x\nNA,1\nES,two\n", encoding="utf-8")
    (tmp_path / "method.toml").write_text("", encoding="utf-8")
    with pytest.raises(ScoringError, match="x of ES is 'two', not a number"):
        score_registers(tmp_path)
    (tmp_path / "values.csv").write_text("ref_area,x\nNA,1\nES,2\nMX,NA\n", encoding="utf-8")
    assert scores_of(score_registers(tmp_path).aggregated, "Index")[::2] == [100, 0]


# Invariances

METHODS = {
    "arithmetic": {"normalisation": {"method": "zscore"}},
    "geometric": {"normalisation": {"method": "minmax", "minmax_lower": 1}, "aggregation": {"method": "geometric"}},
    "harmonic": {"normalisation": {"method": "rank"}, "aggregation": {"method": "harmonic", "least_children": 0.5}},
    "copeland": {"normalisation": {"method": "percentile_rank"}, "aggregation": {"method": "copeland"}},
}


def sample(seed: int, areas: int = 30) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values with gaps, and a structure with noisy weights and both directions."""
    random = np.random.default_rng(seed)
    cells = random.lognormal(size=(areas, 4))
    cells[random.random(cells.shape) < 0.15] = np.nan
    structure = flat("wxyz", list(random.uniform(0.5, 1.5, 4)), [1, -1, 1, 1])
    return long(dict(zip("wxyz", cells.T, strict=True))), structure


@pytest.mark.parametrize("name", METHODS)
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_changes_no_bit(name, seed):
    values, structure = sample(seed)
    first = score(values, structure, METHODS[name])
    second = score(values.sample(frac=1, random_state=seed), structure.sample(frac=1, random_state=seed), METHODS[name])
    for one, other in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    values, structure = sample(1, areas=40_000)
    one = score(values, structure, METHODS["arithmetic"])
    single = query.connect

    def two_threads():
        connection = single()
        connection.execute("set threads = 2")
        return connection

    monkeypatch.setattr(query, "connect", two_threads)
    for first, second in zip(one, score(values, structure, METHODS["arithmetic"]), strict=True):
        pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.parametrize("name", METHODS)
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 10_000), factor=st.floats(1e-3, 1e3))
def test_the_scale_of_weights_does_not_matter(name, seed, factor):
    values, structure = sample(seed)
    first = score(values, structure, METHODS[name]).aggregated
    second = score(values, structure.assign(weight=structure["weight"] * factor), METHODS[name]).aggregated
    np.testing.assert_allclose(first["score"], second["score"], rtol=1e-12, atol=1e-12)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000), gain=st.floats(0, 50), code=st.sampled_from("wxyz"))
def test_a_better_value_never_lowers_the_score(seed, gain, code):
    """Between fixed goalposts: more of a positive indicator, or less of a negative one."""
    values, structure = sample(seed)
    method = {"normalisation": {"method": "goalposts", "goalpost_lower": 0, "goalpost_upper": 5}}
    row = values.index[(values["indicator"] == code) & values["value"].notna()][0]
    better = values.copy()
    better.loc[row, "value"] += -gain if code == "x" else gain
    before, after = (score(table, structure, method).aggregated for table in (values, better))
    area = values.loc[row, "ref_area"]
    assert wide(after, "score").loc[area, "Index"] >= wide(before, "score").loc[area, "Index"]
