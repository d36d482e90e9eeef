"""Confidence of mirrors: the search in every draw against plain sorting, the draws against what they should be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.matching import confidence as module
from pipeline.matching.confidence import Perturbation, Pool, Scheme
from pipeline.matching.missing_values import Residual
from schemas.catalogue import methodology

FEATURES = pd.DataFrame(
    [
        ("size", "people", "absolute", 0.75), ("size", "growth", "absolute", 0.25),
        ("roles", "factories", "absolute", 0.5), ("roles", "factories", "national", 0.5),
    ],
    columns=["block", "indicator", "frame", "weight"],
)  # fmt: skip
BLOCKS = pd.Series({"roles": 0.25, "size": 0.75})


def pool_of(values: np.ndarray, home: int, variance: np.ndarray | None = None, residuals: list | None = None) -> Pool:
    """A pool whose first ``home`` areas are Mexican; every transform gives the same values."""
    variance = np.zeros_like(values) if variance is None else variance
    areas = pd.DataFrame({"ref_area": [f"{'MX' if row < home else 'US'}-{row:05}" for row in range(len(values))]})
    scheme = Scheme(values, variance, residuals or [])
    error = np.full(values.shape, 0.05)
    rows = np.arange(len(values))
    return Pool(areas, FEATURES, dict.fromkeys(module.TRANSFORMS, scheme), error, rows[:home], rows[home:])


def sorted_out(pool: Pool, points: np.ndarray, first: int) -> set[int]:
    """Positions of the nearest by sorting all distances in double precision, ties (to 12 decimals) by code."""
    found = set()
    for row, own in enumerate(pool.home):
        difference = points[pool.candidates, :-1] - points[own, :-1]
        squared = (difference**2).sum(axis=1) + points[pool.candidates, -1] ** 2
        found |= {row * len(pool.candidates) + column for column in np.argsort(squared.round(12), kind="stable")[:first]}
    return found


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 10), st.integers(10, 90), st.booleans())
def test_every_draw_is_searched_exactly(seed, first, size, grid):
    """On a grid there are many equal distances. Parts that hold what is nearest give what the whole pool gives."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(5 + size, 4))
    pool = pool_of(values.round() if grid else values, 5, variance=random.uniform(0, 0.3, values.shape))
    points = module.coordinates(pool, BLOCKS, Perturbation(seed, weights=True, errors=not grid))
    if grid:
        points[:, -1] = points[:, -1].round(1)
    right = sorted_out(pool, points, first)
    assert set(module.first_nearest(pool, points, module.everyone(pool), first)) == right
    groups = [np.array([0, 3]), np.array([4, 1, 2])]
    parts = [(rows, np.unique([place % size for place in right if place // size in rows])) for rows in groups]
    assert set(module.first_nearest(pool, points, parts, first)) == right


def test_screening_loses_next_to_nothing(monkeypatch):
    """Counts by groups of areas that are alike are those of the whole pool but for one in a thousand."""
    random = np.random.default_rng(3)
    pool = pool_of(random.normal(size=(700, 4)), 200)
    moved = module.draws(40, pool.indicators)
    whole = module.count_inclusions(pool, "overall", moved)
    monkeypatch.setattr(module, "LARGE", 100)
    found = module.count_inclusions(pool, "overall", moved)
    assert found.sum() == whole.sum()
    assert np.maximum(whole.astype(int) - found, 0).sum() <= 0.001 * whole.sum()


def test_without_a_perturbation_coordinates_give_the_published_distance():
    """d^2 = sum of W w (difference^2 + both variances), the query's own variance being the same for all."""
    values = np.array([[0.0, 1.0, -1.0, 0.5], [1.0, 1.0, 1.0, 0.5]])
    pool = pool_of(values, 1, variance=np.array([[0, 0.4, 0, 0], [0, 0, 0.8, 0]]))
    points = module.coordinates(pool, BLOCKS, Perturbation())
    squared = ((points[0, :-1] - points[1, :-1]) ** 2).sum() + points[1, -1] ** 2
    by_hand = 0.75 * 0.75 * 1 + 0.25 * 0.5 * 4 + 0.25 * 0.5 * 0.8
    assert squared == pytest.approx(by_hand)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 100_000), st.sampled_from(["", "people", "factories"]))
def test_drawn_weights_stay_within_a_quarter_and_add_up_to_one(seed, left_out):
    pool = pool_of(np.zeros((3, 4)), 1)
    random = np.random.default_rng(seed)
    weights = module.drawn_weights(pool, BLOCKS, Perturbation(seed, left_out=left_out, weights=True), random)
    base = module.drawn_weights(pool, BLOCKS, Perturbation(left_out=left_out), random)
    left = FEATURES["indicator"].to_numpy() == left_out
    assert (weights[left] == 0).all()
    if left_out != "factories":
        assert weights.sum() == pytest.approx(1)
    within = FEATURES["block"].to_numpy() == "size"
    ratio = weights[~left] / base[~left]
    assert (ratio <= (1.25 / 0.75) ** 2).all() and (ratio >= (0.75 / 1.25) ** 2).all()
    if left_out == "people":
        assert weights[within].tolist() == pytest.approx([0, weights[within].sum()])


def test_what_is_missing_is_drawn_with_its_covariance():
    covariance = np.array([[0.5, 0.3], [0.3, 0.4]])
    residual = Residual(np.arange(1, 4001), np.array([1, 3]), np.linalg.cholesky(covariance))
    values = np.tile([0.0, 2.0, 1.0, -1.0], (4001, 1))
    pool = pool_of(values, 1, residuals=[residual])
    points = module.coordinates(pool, BLOCKS, Perturbation(3, missing=True))
    drawn = points[1:, :-1] / np.sqrt(module.drawn_weights(pool, BLOCKS, Perturbation(), None))
    assert (drawn[:, [0, 2]] == [0, 1]).all() and (points[:, -1] == 0).all()
    np.testing.assert_allclose(drawn[:, [1, 3]].mean(axis=0), [2, -1], atol=0.04)
    np.testing.assert_allclose(np.cov(drawn[:, [1, 3]].T), covariance, atol=0.04)


def test_errors_of_measurement_have_the_published_size_and_spare_what_is_not_known():
    pool = pool_of(np.zeros((4000, 4)), 1)
    pool.error[:, 1], pool.error[:, 3] = 0.5, 0
    points = module.coordinates(pool, BLOCKS, Perturbation(5, errors=True))
    drawn = points[:, :-1] / np.sqrt(module.drawn_weights(pool, BLOCKS, Perturbation(), None))
    np.testing.assert_allclose(drawn.std(axis=0), [0.05, 0.5, 0.05, 0], rtol=0.05)


def test_transforms_by_hand():
    columns = pd.MultiIndex.from_tuples([("size", "a", "absolute"), ("size", "b", "national")], names=module.FEATURE)
    wide = pd.DataFrame([[0.0, 1.0], [1.0, 2.0], [2.0, 4.0], [10.0, 8.0], [np.nan, 9.0]], columns=columns)
    country = pd.Series(["MEX", "MEX", "MEX", "USA", "USA"])
    robust = module.transformed(wide, country, "robust")
    assert robust[("size", "a", "absolute")].to_list()[:4] == pytest.approx([-1.5 / 1.4826, -0.5 / 1.4826, 0.5 / 1.4826, 3])
    assert robust[("size", "b", "national")].to_list() == pytest.approx([-1 / 1.4826, 0, 2 / 1.4826, -1 / 1.4826, 1 / 1.4826])
    ranks = module.transformed(wide, country, "rank_normal")
    quartiles = [-1.1503493803760079, -0.31863936396437514, 0.31863936396437514, 1.1503493803760079]  # of 1/8, 3/8, 5/8, 7/8
    assert ranks[("size", "a", "absolute")].to_list()[:4] == pytest.approx(quartiles)
    sixths = [-0.967421566101701, 0, 0.967421566101701]  # of 1/6, 1/2, 5/6
    assert ranks[("size", "b", "national")].to_list()[:3] == pytest.approx(sixths)
    assert robust.isna().equals(wide.isna()) and ranks.isna().equals(wide.isna())


def test_a_feature_of_which_most_is_equal_keeps_its_values():
    z = pd.Series([0.0, 0.0, 0.0, 2.0])
    assert module._robust(z).equals(z)


def test_draws_take_turns_in_transforms_and_left_out_indicators():
    made = module.draws(12, ["a", "b"])
    assert [draw.number for draw in made] == list(range(12))
    assert {(draw.transform, draw.left_out) for draw in made[:6]} == {(t, i) for t in module.TRANSFORMS for i in "ab"}
    assert all(draw.weights and draw.errors and draw.missing for draw in made)


@pytest.mark.parametrize("workers", [1, 3])
def test_counts_do_not_depend_on_threads(monkeypatch, workers):
    random = np.random.default_rng(1)
    pool = pool_of(random.normal(size=(60, 4)), 20)
    monkeypatch.setattr(
        module, "lens_blocks", lambda lens: BLOCKS.rename_axis("block").reset_index(name="weight").assign(features=None)
    )
    monkeypatch.setattr(module.os, "cpu_count", lambda: workers)
    counts = module.count_inclusions(pool, "overall", module.draws(30, pool.indicators))
    assert (counts.sum(axis=1) == 30 * methodology()["mirrors"]["mirrors"]).all()
    again = [module.count_inclusions(pool, "overall", [draw]) for draw in module.draws(30, pool.indicators)]
    assert (counts == np.sum(again, axis=0)).all()


# What the release says


def test_every_area_has_a_likely_mirror_or_the_verdict(released):
    sql = """
        select count(*), count(*) filter (v.firm + v.likely > 0), count(*) filter (v.no_close_mirror),
            count(*) filter (v.firm + v.likely = 0 and not v.no_close_mirror),
            count(*) filter (v.no_close_mirror <> (v.reason is not null)), count(*) filter (t.sure <> v.firm + v.likely)
        from mirror_verdicts as v join (
            select ref_area, lens, count(*) filter (tier in ('firm', 'likely')) as sure from mirrors group by ref_area, lens
        ) as t using (ref_area, lens)
        join reference_areas as a using (ref_area) where a.level = 'local' and lens = 'overall'
    """
    areas, likely, without, neither, unexplained, miscounted = released.execute(sql).fetchone()
    assert areas == 2469 and neither == unexplained == miscounted == 0
    assert 0.5 * areas < likely < areas and 0.05 * areas < without < 0.5 * areas


def test_tiers_follow_the_probabilities_and_ten_places_are_shared(released):
    sql = """
        select count(*) from mirrors join (
            select ref_area, lens, any_value(distance_limit) as distance_limit from mirror_verdicts group by all
        ) using (ref_area, lens)
        where tier is distinct from case when inclusion_probability >= 0.8 and distance <= distance_limit then 'firm'
            when inclusion_probability >= 0.5 then 'likely' when inclusion_probability >= 0.05 then 'possible' end
    """
    assert released.execute(sql).fetchone()[0] == 0
    sql = "select max(total), min(total), max(n) from (select sum(inclusion_probability) as total, count(tier) as n from mirrors"
    most, least, tiers = released.execute(f"{sql} where lens = 'overall' group by ref_area)").fetchone()
    assert most <= 10 + 1e-9 and least > 1 and tiers <= 25 + 10 + 15  # and bests of countries
    draws = methodology()["confidence"]["draws"]
    sql = "select inclusion_probability from mirrors where lens = 'overall' and inclusion_probability is not null"
    counts = released.execute(sql).df()["inclusion_probability"] * draws
    assert ((counts - counts.round()).abs() < 1e-6).all()


def test_mutual_is_seen_from_the_other_side(released):
    """For all metropolises: the ten Mexican areas nearest to each counterpart, by the long table."""
    sql = """
        with weights as (select block, weight / sum(weight) over () as weight from lenses where lens = 'overall'),
        pairs as (
            select f.ref_area, g.ref_area as counterpart_area,
                sum(w.weight * f.weight * (pow(f.z - g.z, 2) + f.variance + g.variance)) as d
            from matching_features as f join matching_features as g using (level, block, indicator, frame)
            join weights as w using (block)
            join reference_areas as a on a.ref_area = f.ref_area and a.country = 'MEX' and a.takes_part
            join reference_areas as c on c.ref_area = g.ref_area and c.country <> 'MEX' and c.ranked
            where level = 'metro' group by all
        ), ranked as (select *, rank() over (partition by counterpart_area order by d) as back from pairs)
        select count(*), count(*) filter (m.mutual <> (r.back <= 10))
        from mirrors as m join ranked as r using (ref_area, counterpart_area) where m.lens = 'overall'
    """
    pairs, wrong = released.execute(sql).fetchone()
    assert pairs > 920 and wrong == 0


def test_in_degree_counts_lists(released):
    sql = """
        select count(*) from mirrors as m left join (
            select lens, counterpart_area, count(*) as lists from mirrors where rank <= 10 group by all
        ) as l using (lens, counterpart_area) where m.in_degree <> coalesce(l.lists, 0)
    """
    assert released.execute(sql).fetchone()[0] == 0


def test_every_lens_has_mirrors_of_every_area(released):
    sql = "select lens, count(distinct ref_area) from mirrors where rank <= 10 group by lens"
    found = dict(released.execute(sql).fetchall())
    lenses = [row[0] for row in released.execute("select distinct lens from lenses").fetchall()]
    assert found == dict.fromkeys(lenses, 2593) and {"overall", "economic", "challenges", "peer_context"} <= set(lenses)


def test_peer_context_looks_for_mirrors_in_countries_like_mexico(released):
    """The mean income of the mirrors' countries is nearer to Mexico's than under the headline, and none is richer by as much."""
    income = dict(released.execute("select lens, value from validation where topic = 'lens_income'").fetchall())
    sql = "select distinct obs_value from indicator_values where indicator = 'context_gdp_per_capita' and ref_area like 'MX-%'"
    ((own,),) = released.execute(sql).fetchall()
    assert abs(np.log(income["peer_context"] / own)) < abs(np.log(income["overall"] / own))
    sql = "select value from validation where topic = 'countries' and level = 'local' and lens = ? and subject in ('USA', 'ESP')"
    rich = {lens: sum(row[0] for row in released.execute(sql, [lens]).fetchall()) for lens in ("overall", "peer_context")}
    assert rich["peer_context"] < rich["overall"]


def test_validation_is_computed_for_every_topic(released):
    topics = dict(released.execute("select topic, count(*) from validation group by topic").fetchall())
    assert {
        "confidence", "reciprocity", "countries", "overlap", "outcome_skill", "nominated_pairs", "coverage", "lens_income",
        "totals", "hubness", "oracles",
    } <= set(topics)  # fmt: skip
    sql = "select measure, value from validation where topic = 'oracles' and subject = 'CONAPO 2020'"
    found = dict(released.execute(sql).fetchall())
    assert found["areas"] == 2469 and found["grades_that_differ"] == 0
    assert max(found["largest_difference_of_index"], found["largest_difference_of_normalised_index"]) <= 1e-9
    sql = "select value from validation where topic = 'totals' and level = 'local' and measure = 'population'"
    assert released.execute(sql).fetchone()[0] == 134_407_258  # CONAPO's states in 2026
    sql = "select count(*), count(*) filter (value > 0) from validation where topic = 'outcome_skill' and measure = 'skill'"
    outcomes, positive = released.execute(sql).fetchone()
    assert positive > outcomes / 2 and outcomes >= 20


def test_skill_of_an_outcome_anew(released):
    """Participation of metropolises, by plain Python over the published tables."""
    values = released.execute("""
        select v.ref_area, a.country, a.ranked, v.obs_value as y, p.obs_value as people
        from indicator_values as v join reference_areas as a using (ref_area)
        join indicator_values as p on p.ref_area = v.ref_area and p.indicator = 'population'
        where v.indicator = 'participation' and v.level = 'metro'
    """).df()
    groups = values.groupby("country")["y"]
    values["y"] = (values["y"] - groups.transform("mean")) / groups.transform("std")
    values = values.dropna(subset=["y"])
    abroad = values[(values["country"] != "MEX") & values["ranked"]].sort_values(["people", "ref_area"], ignore_index=True)
    y, mirrors, usual = values.set_index("ref_area")["y"], [], []
    pairs = released.execute("select ref_area, counterpart_area from mirrors where lens = 'overall' and level = 'metro'").df()
    people = values.set_index("ref_area")["people"]
    for area, counterpart in pairs.itertuples(index=False):
        if area in y.index and counterpart in set(abroad["ref_area"]):
            smaller = (abroad["people"] < people[area]).sum()
            start = max(0, min(smaller - 25, len(abroad) - 50))
            mirrors.append(abs(y[area] - y[counterpart]))
            usual.append((abroad["y"].iloc[start : start + 50] - y[area]).abs().mean())
    sql = "select pairs, skill from outcome_skill where level = 'metro' and indicator = 'participation'"
    assert released.execute(sql).fetchone() == pytest.approx((len(mirrors), 1 - sum(mirrors) / sum(usual)))
