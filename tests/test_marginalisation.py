"""DP2 and the grades against CONAPO's published figures, against cases by hand, and on data that are not CONAPO's."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scoring.marginalisation import CompositeError, marginalisation, p2_distance, stratify
from schemas import models
from schemas.catalogue import methodology, register

GRADES = {"Muy bajo": 655, "Bajo": 530, "Medio": 494, "Alto": 586, "Muy alto": 204}


@pytest.fixture(scope="module")
def table(archived) -> pd.DataFrame:
    return models.validate("marginalisation", marginalisation(archived / "conapo_marginalisation" / "2020.parquet")).to_pandas()


@pytest.fixture(scope="module")
def published(archived) -> pd.DataFrame:
    """CONAPO's own figures, straight from the archive."""
    rows = pd.read_parquet(archived / "conapo_marginalisation" / "2020.parquet")
    values = rows.pivot(index="ref_area", columns="variable", values="obs_value")
    grades = rows[rows["variable"] == "marginalisation_grade"].set_index("ref_area")["obs_text"]
    return values.assign(marginalisation_grade=grades)


def distances(values, worst, tolerance=1e-4, iterations=50):
    frame = pd.DataFrame(values, columns=list(worst)).astype("float64")
    return p2_distance(frame, pd.Series(worst, dtype="float64"), tolerance, iterations)


def by_regressions(values: np.ndarray, worst: np.ndarray) -> np.ndarray:
    """DP2 step by step as CONAPO's script does it, with one regression per input."""
    distance = np.abs(worst - values) / values.std(axis=0)
    index = distance.sum(axis=1)
    while True:
        order = sorted(range(len(worst)), key=lambda j: -abs(np.corrcoef(distance[:, j], index)[0, 1]))
        weights = np.ones(len(worst))
        for position, j in enumerate(order[1:], 1):
            before = np.column_stack([np.ones(len(values)), distance[:, order[:position]]])
            rest = distance[:, j] - before @ np.linalg.lstsq(before, distance[:, j])[0]
            weights[j] = (rest**2).sum() / ((distance[:, j] - distance[:, j].mean()) ** 2).sum()
        earlier, index = index, distance @ weights
        if np.abs(index - earlier).mean() <= 1e-4:
            return index


def test_the_index_is_the_published_one(table, published):
    own = table.set_index("ref_area")
    assert len(own) == len(published) == 2469
    assert (own["index_value"] - published["marginalisation_index"]).abs().max() <= 1e-9
    assert (own["index_normalised"] - published["marginalisation_index_normalised"]).abs().max() <= 1e-9
    assert (own["published_index"] - published["marginalisation_index"]).abs().max() <= 1e-9


def test_the_grades_are_the_published_ones(table, published):
    own = table.set_index("ref_area")
    assert own["grade_es"].equals(published["marginalisation_grade"].rename("grade_es").astype(own["grade_es"].dtype))
    assert own["grade_es"].value_counts().to_dict() == GRADES
    assert (own["grade"] == own["published_grade"]).all()


def test_ranks_are_the_places_of_the_printed_sheet(table, fixtures):
    """1 is the most marginalised; the fixture holds the first sheet's lines of Baja California Sur."""
    text = (fixtures("conapo_marginalisation", "2020") / "IMM_2020.xls.json").read_text(encoding="utf-8")
    lines = json.loads(text)["Base de marginación 2020"]
    places = {f"MX-{line[2]}": line[-1] for line in lines if line[2] and str(line[2]).isdigit()}
    own = table.set_index("ref_area")["rank"]
    assert len(places) == 5 and {area: own[area] for area in places} == places


@pytest.mark.parametrize(
    ("area", "grade", "ranks"),
    [
        ("MX-09014", 1, (2460, 2469)),  # Benito Juárez, Mexico City
        ("MX-19019", 1, (2440, 2469)),  # San Pedro Garza García
        ("MX-12078", 5, (1, 20)),  # Cochoapa el Grande
        ("MX-08008", 5, (1, 20)),  # Batopilas
        ("MX-07112", 5, (1, 100)),  # San Juan Cancuc
    ],
)
def test_places_that_are_known(table, area, grade, ranks):
    row = table.set_index("ref_area").loc[area]
    assert row["grade"] == grade and ranks[0] <= row["rank"] <= ranks[1]


def test_the_number_of_classes_is_the_only_one_that_fits(published):
    """Of 5 to 100 classes, so that the constant is evidence and not a choice."""
    index, grades = published["marginalisation_index"], published["marginalisation_grade"]
    labels = register("grades").sort_values("grade", ascending=False)["label_es"].to_numpy()
    fitting = [n for n in range(5, 101) if (labels[stratify(index, 5, n)] == grades).all()]
    assert fitting == [methodology()["marginalisation"]["classes"]]


def test_an_edition_before_the_index_has_an_empty_table(archived):
    empty = marginalisation(archived / "coneval_social_lag" / "2020.parquet")
    assert models.validate("marginalisation", empty).num_rows == 0


def test_two_inputs_that_have_nothing_in_common_both_count_in_full():
    """s = 1 for both, so DP2 counts the steps away from the worst corner."""
    found = distances([[0, 0], [0, 2], [2, 0], [2, 2]], {"a": 2, "b": 2})
    assert found.distance.tolist() == pytest.approx([4, 2, 2, 0])
    assert found.normalised.tolist() == pytest.approx([1, 0.5, 0.5, 0])


def test_an_input_counts_for_what_the_earlier_do_not_say():
    """Correlation 0.8, so the second counts with 1 - 0.64; s = sqrt(5/4)."""
    found = distances([[0, 0], [1, 2], [2, 1], [3, 3]], {"a": 3, "b": 3})
    assert sorted(found.weights) == pytest.approx([0.36, 1])
    assert found.distance[[0, 3]].tolist() == pytest.approx([3 / np.sqrt(1.25) * 1.36, 0])
    assert found.normalised[0] == pytest.approx(1)


def test_an_input_that_stands_twice_counts_once():
    once = distances([[0], [1], [4]], {"a": 5})
    twice = distances([[0, 0], [1, 10], [4, 40]], {"a": 5, "b": 50})
    assert twice.distance.tolist() == pytest.approx(once.distance.tolist())


def test_other_data_and_other_worst_values(archived):
    """CONEVAL's percentages of 2010, nine of them, against DP2 with one regression per input."""
    rows = pd.read_parquet(archived / "coneval_social_lag" / "2020.parquet", filters=[("time_period", "==", 2010)])
    values = rows.pivot(index="ref_area", columns="variable", values="obs_value").filter(like="social_lag_no_")
    values = values.assign(earth=rows[rows["variable"] == "social_lag_earth_floor"].set_index("ref_area")["obs_value"])
    worst = pd.Series(100.0, values.columns)
    found = p2_distance(values, worst, 1e-4, 50)
    assert len(values.columns) == 8 and len(values) == 2456
    assert found.distance.to_numpy() == pytest.approx(by_regressions(values.to_numpy(), worst.to_numpy()), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(1e-3, 1e6), areas=st.integers(20, 60), inputs=st.integers(3, 7))
def test_neither_units_nor_the_order_of_areas_or_inputs_matter(seed, factor, areas, inputs):
    generator = np.random.Generator(np.random.PCG64(seed))
    common = generator.random((areas, 1))
    values = pd.DataFrame(100 * (0.5 * common + 0.5 * generator.random((areas, inputs)))).add_prefix("x")
    worst = values.max() + 1
    plain = p2_distance(values, worst, 1e-4, 50)
    unit = pd.Series(1.0, values.columns)
    unit.iloc[0] = factor
    scaled = p2_distance(values * unit, worst * unit, 1e-4, 50)
    turned = p2_distance(values.iloc[::-1, ::-1], worst, 1e-4, 50)
    for other in (scaled, turned):
        assert other.distance.sort_index().to_numpy() == pytest.approx(plain.distance.to_numpy(), rel=1e-9)
        assert other.normalised.sort_index().to_numpy() == pytest.approx(plain.normalised.to_numpy(), rel=1e-9)
    assert plain.normalised.between(0, 1).all() and plain.weights.between(0, 1 + 1e-9).all() and plain.weights.max() > 1 - 1e-9


@pytest.mark.parametrize(
    ("values", "worst", "words"),
    [
        ([[1, 5], [1, 6]], {"a": 9, "b": 9}, ["a is 1 in every area", "leave the input out"]),
        ([[1, 5], [2, None]], {"a": 9, "b": 9}, ["b of 1 is missing"]),
        ([[1, 5], [2, 9.5]], {"a": 9, "b": 9}, ["b of 1 is 9.5", "worse than the worst value 9"]),
        ([[1, 5], [2, 6]], {"a": 9, "b": None}, ["b has no worst value"]),
        ([], {"a": 9, "b": 9}, ["no area"]),
    ],
)
def test_refuses(values, worst, words):
    with pytest.raises(CompositeError) as error:
        distances(values, worst)
    assert all(word in str(error.value) for word in words), error.value


def test_refuses_to_stop_before_it_has_settled():
    with pytest.raises(CompositeError, match="still moves after 1 iterations"):
        distances([[0, 0], [1, 2], [2, 1], [3, 3]], {"a": 3, "b": 3}, iterations=1)


def test_strata_take_equal_parts_of_the_root_frequencies():
    """Roots 1, 2, 3, 4 of which a half is 5: 1 + 2 + 3 against 4 is nearer than 1 + 2 against 3 + 4."""
    values = pd.Series(np.repeat([0.0, 1.5, 2.5, 4.0], [1, 4, 9, 16]))
    assert stratify(values, 2, 4).tolist() == [0] * 14 + [1] * 16


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), strata=st.integers(2, 6), classes=st.integers(6, 40))
def test_strata_follow_the_order_of_the_values_and_ignore_their_scale(seed, strata, classes):
    values = pd.Series(np.random.Generator(np.random.PCG64(seed)).normal(size=200) ** 3)
    found = stratify(values, strata, classes)
    assert found.min() == 0 and found.max() == strata - 1
    assert found[values.sort_values().index].is_monotonic_increasing
    assert stratify(values * 1024, strata, classes).equals(found)


@pytest.mark.parametrize(("values", "classes"), [([1.0, 1.0], 10), ([1.0, 2.0, 3.0], 3), ([1.0, None], 10)])
def test_strata_that_cannot_be_made(values, classes):
    with pytest.raises(CompositeError):
        stratify(pd.Series(values), 5, classes)
