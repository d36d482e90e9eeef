"""Draws of the development score: the kernel against the scoring engine, and what the build published."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from pipeline.scoring import development, score_draws
from pipeline.scoring.engine import score
from schemas.catalogue import methodology, register

DECLARED = score_draws.structure()
FLOOR = methodology()["development"]["floor"]


def some_areas(count: int = 40, seed: int = 1) -> score_draws.Areas:
    """Areas of three countries, one of which does not measure half of the outcomes; a tenth of the rest is missing."""
    random = np.random.default_rng(seed)
    values = np.clip(random.normal(50, 35, size=(2, count, len(DECLARED.indicators))), 0, 100)
    missing = random.random(values.shape[1:]) < 0.1
    country = np.array(["AAA", "BBB", "CCC"])[np.arange(count) % 3]
    missing[np.ix_(country == "CCC", np.arange(len(DECLARED.indicators)) % 2 == 0)] = True
    values[:, missing] = np.nan
    return score_draws.Areas(np.array([f"a{row:03}" for row in range(count)]), country, values)


def engine(areas: score_draws.Areas, weights, pillar_weights, z_score: bool, arithmetic: bool) -> np.ndarray:
    """The scores of the SQL engine under one draw."""
    structure = pd.DataFrame(
        {
            "code": [*DECLARED.indicators, *DECLARED.pillars, "score"],
            "parent": [*DECLARED.pillars[DECLARED.pillar_of], *["score"] * len(DECLARED.pillars), None],
            "level": [1] * len(DECLARED.indicators) + [2] * len(DECLARED.pillars) + [3],
            "weight": [*weights, *pillar_weights, 1],
            "direction": 1,
        }
    )
    mean = "arithmetic" if arithmetic else "geometric"
    method = {
        "normalisation": {"method": "none"},
        "aggregation": [{"method": "arithmetic"}, {"method": mean, "child_floor": FLOOR}],
    }
    wide = pd.DataFrame(areas.values[int(z_score)], columns=DECLARED.indicators).assign(ref_area=areas.ref_area)
    aggregated = score(wide.melt("ref_area", var_name="indicator"), structure, method).aggregated
    return aggregated[aggregated["code"] == "score"].sort_values("ref_area")["score"].to_numpy()


def test_every_draw_is_what_the_engine_gives_for_its_choices():
    areas = some_areas()
    points = np.random.default_rng(2).random((4, len(DECLARED.indicators) + len(DECLARED.pillars) + 2))
    points[:, -2:] = [[0.1, 0.1], [0.1, 0.9], [0.9, 0.1], [0.9, 0.9]]
    choices = score_draws.choices_at(points)
    found = score_draws.scores_under(areas, choices)
    for draw, scores in enumerate(found):
        np.testing.assert_allclose(scores, engine(areas, *(part[draw] for part in choices)), rtol=1e-13)


def test_weights_of_a_draw_lie_within_a_quarter_of_the_declared_ones():
    points = np.random.default_rng(3).random((2000, len(DECLARED.indicators) + len(DECLARED.pillars) + 2))
    choices = score_draws.choices_at(points)
    for drawn, declared in ((choices.weights, DECLARED.weights), (choices.pillar_weights, DECLARED.pillar_weights)):
        factors = drawn / declared
        assert factors.min() == pytest.approx(0.75, abs=0.001) and factors.max() == pytest.approx(1.25, abs=0.001)
        np.testing.assert_allclose(factors.mean(axis=0), 1, atol=0.02)
    assert choices.z_score.mean() == pytest.approx(0.5, abs=0.03) and choices.arithmetic.mean() == pytest.approx(0.5, abs=0.03)


def test_ranks_are_those_of_scipy_with_ties():
    scores = np.random.default_rng(4).integers(0, 30, size=(5, 100)).astype(float)
    assert (score_draws.ranks(scores) == rankdata(-scores, method="min", axis=1)).all()


def test_a_z_score_of_normal_data_is_the_same_as_goalposts():
    """Percentiles 2.5 and 97.5 of a normal distribution lie 1.96 deviations from the mean; the worse end is farther by half."""
    posts = pd.DataFrame({"indicator": ["piped_water", "illiteracy"], "mean": 10.0, "standard_deviation": 2.0, "lower": 0.0,
                          "upper": 1.0})  # fmt: skip
    water, illiteracy = development.z_score_posts(posts).to_dict("records")
    assert (water["lower"], water["upper"]) == pytest.approx((10 - 2 * 3.919928, 10 + 3.919928))
    assert (illiteracy["lower"], illiteracy["upper"]) == pytest.approx((10 - 3.919928, 10 + 2 * 3.919928))


def test_intervals_by_hand():
    """A best area, a worst one, and one whose interval is counted off by hand."""
    draws = score_draws.draw(some_areas())
    table = score_draws.intervals(draws).set_index("ref_area")
    place, count = 7, len(draws.base)
    assert count == 2 * methodology()["score_intervals"]["design_points"]
    ordered = np.sort(draws.base[:, place])
    at = [int(np.ceil(count * end)) - 1 for end in (0.05, 0.95)]
    assert table.loc["a007", ["score_low", "score_high"]].tolist() == ordered[at].tolist()
    own = np.flatnonzero(draws.areas.country == draws.areas.country[place])
    ranks = np.sort([(row[own] > row[place]).sum() + 1 for row in draws.base])
    assert table.loc["a007", ["rank_in_country_low", "rank_in_country_high"]].tolist() == ranks[at].tolist()


def test_equal_areas_have_equal_intervals():
    areas = some_areas(9)
    twins = score_draws.Areas(areas.ref_area, np.repeat("AAA", 9), np.repeat(areas.values[:, [1]], 9, axis=1))
    table = score_draws.intervals(score_draws.draw(twins)).drop(columns="ref_area")
    assert len(table.drop_duplicates()) == 1
    assert (table.filter(like="rank") == 1).all(axis=None)


def test_a_choice_that_changes_nothing_has_no_effect():
    """Where z-scores are the same as goalposts, the normalisation moves no score; the weights and the mean still do."""
    areas = some_areas(60)
    same = areas._replace(values=np.repeat(areas.values[:1], 2, axis=0))
    table = score_draws.score_sensitivity("local", score_draws.draw(same))
    indices = table[table["country"] == ""].set_index(["output", "choice"])
    assert (indices.xs("normalisation", level="choice")[["first_order", "total"]] == 0).all(axis=None)
    assert (indices.drop("normalisation", level="choice")["total"] > 0.001).all()


def test_weights_and_influence_of_a_score_of_one_pillar():
    """Areas of which one outcome is known: its weight and its influence are 1, and those of its pillar."""
    areas = some_areas(60)
    values = np.full_like(areas.values, np.nan)
    values[:, :, 0] = np.linspace(1, 100, 60)
    alone = areas._replace(values=values)
    pillar = DECLARED.pillars[DECLARED.pillar_of[0]]
    pillar_scores = pd.DataFrame({"ref_area": alone.ref_area, "pillar": pillar, "score": values[0, :, 0]})
    table = score_draws.indicator_influence("local", score_draws.draw(alone), pillar_scores)
    table = table[table["country"] == ""].set_index("component")
    assert table.index.tolist() == [DECLARED.indicators[0], pillar]
    np.testing.assert_allclose(table[["weight", "influence", "correlation"]], 1, atol=1e-6)


def test_declared_weights_add_up_whatever_is_known():
    known = ~np.isnan(some_areas().values[0])
    weights, pillar_weights = score_draws.effective_weights(known)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(pillar_weights.sum(axis=1), 1)
    assert (weights[~known] == 0).all()


# What the build published


@pytest.fixture(scope="module")
def scored(stored) -> pd.DataFrame:
    return pd.read_parquet(stored / "development_scores.parquet").dropna(subset="score")


def test_the_declared_choices_give_the_published_scores(stored, scored):
    """The middle of the unit cube: every weight as declared, goalposts, the geometric mean."""
    normalised = pd.read_parquet(stored / "normalised_values.parquet")
    middle = np.full((1, len(DECLARED.indicators) + len(DECLARED.pillars) + 2), np.nextafter(0.5, 0))
    for _, areas in score_draws.areas_of_levels(normalised, normalised, scored):
        found = score_draws.scores_under(areas, score_draws.choices_at(middle))[0]
        published = scored.set_index("ref_area").loc[areas.ref_area]
        np.testing.assert_allclose(found, published["score"], rtol=1e-11)
        assert (rankdata(-found.round(9), method="min") == published["rank"]).mean() > 0.999


def test_intervals_hold_the_published_scores_and_ranks(scored):
    for name, size in {"score": None, "rank": "areas", "rank_in_country": "areas_in_country"}.items():
        low, high = scored[f"{name}_low"], scored[f"{name}_high"]
        assert (low <= high).all() and low.notna().all()
        assert ((low <= scored[name]) & (scored[name] <= high)).mean() > 0.999
        assert size is None or ((low >= 1) & (high <= scored[size])).all()


def test_areas_without_a_score_have_no_interval(stored):
    table = pd.read_parquet(stored / "development_scores.parquet")
    assert table[table["score"].isna()].filter(regex="_(low|high)$").isna().all(axis=None)


def test_places_at_the_ends_of_mexico_are_surer_than_those_between(scored):
    """Benito Juárez in the capital is among the first, Cochoapa el Grande and San Juan Cancuc among the last, by any choice."""
    ranks = scored.set_index("ref_area")[["rank_in_country_low", "rank_in_country_high"]]
    assert ranks.loc["MX-09014", "rank_in_country_high"] <= 10
    assert (ranks.loc[["MX-12078", "MX-07112"], "rank_in_country_low"] > 2400).all()
    mexico = scored[(scored["country"] == "MEX") & (scored["level"] == "local")]
    width = mexico["rank_in_country_high"] - mexico["rank_in_country_low"]
    assert width[mexico["rank_in_country"].between(1000, 1500)].median() > 4 * width[mexico["rank_in_country"] <= 50].median()


def test_every_large_country_has_its_indices_and_weights(stored, scored):
    sizes = scored.groupby(["level", "country"]).size()
    large = set(sizes[sizes >= methodology()["matching"]["smallest_national_frame"]].index)
    for name in ("score_sensitivity", "indicator_influence"):
        table = pd.read_parquet(stored / f"{name}.parquet")
        assert set(table[table["country"] != ""].groupby(["level", "country"]).groups) == large
    influence = pd.read_parquet(stored / "indicator_influence.parquet")
    outcomes = influence["component"] != influence["pillar"]
    np.testing.assert_allclose(influence[outcomes].groupby(["level", "country"])["weight"].sum(), 1)
    national = register("indicators").query("pillar_or_block == 'national_context'")["indicator"]
    within = influence[(influence["country"] != "") & influence["component"].isin(national)]
    assert (within["influence"] == 0).all(), "a country's own figure does not tell its places apart"


def test_hardly_any_place_lies_beyond_the_goalposts(released):
    """Of no outcome of a country and level a tenth, and of the worse end a twentieth; the margin ends where the unit does."""
    sql = """with parts as (
            select p.country, p.level, n.indicator, avg((n.score <= 0 or n.score >= 100)::int) as beyond,
                avg((n.score <= 0)::int) as worst
            from normalised_values as n join reference_areas as p using (ref_area) join indicators as i using (indicator)
            where i.formula <> 'country_value' group by all having count(*) >= 19)
        select count(*), count(*) filter (beyond > 0.1 or worst > 0.05) from parts"""
    outcomes, wrong = released.execute(sql).fetchone()
    assert outcomes > 150 and wrong == 0
    sql = """select count(*) from goalposts join indicators using (indicator) where scale = 100
        and (direction > 0 and lower < 0 or direction < 0 and upper > 100)"""
    assert released.execute(sql).fetchone()[0] == 0
