"""Matching against arithmetic by hand, and the published lists against a plain exhaustive search in SQL."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipeline.foundation import query
from pipeline.matching import features
from pipeline.matching import mirrors as module
from pipeline.matching.features import lens_blocks
from schemas.catalogue import methodology, register

FIRST, OF_EACH = 10, 3
EVERY = 13  # of the municipalities, for the exhaustive search: 190 spread over all the country
EXACT = 1e-9

ORACLE = """
    with weights as (
        select block, weight / sum(weight) over () as weight from read_csv($lenses) where lens = 'overall'
    ), pairs as (
        select f.ref_area, g.ref_area as counterpart_area,
            sum(w.weight * f.weight * ((f.z - g.z) * (f.z - g.z) + f.variance + g.variance)) as distance_squared
        from matching_features as f
        join matching_features as g on g.level = f.level and g.indicator = f.indicator and g.frame = f.frame
        join weights as w on w.block = f.block
        join reference_areas as c on c.ref_area = g.ref_area and c.country <> 'MEX' and c.takes_part
        where f.ref_area in (select unnest($areas)) and f.level = $level and g.level = $level
        group by f.ref_area, g.ref_area
    )
    select p.ref_area, p.counterpart_area, c.country, c.ranked, p.distance_squared,
        case when c.ranked then rank() over (partition by p.ref_area, c.ranked order by p.distance_squared) end as rank,
        rank() over (partition by p.ref_area, c.country order by p.distance_squared) as rank_in_country
    from pairs as p join reference_areas as c on c.ref_area = p.counterpart_area
"""


def search(connection: duckdb.DuckDBPyConnection, level: str, areas: list[str]) -> pd.DataFrame:
    """Every pair of these areas with a candidate, by sums over the long table: no vectors, no kernel."""
    lenses = str(query.ROOMS.parent / "schemas" / "lenses.csv")
    return connection.execute(ORACLE, {"lenses": lenses, "areas": areas, "level": level}).df()


def chosen_areas(connection, level: str) -> list[str]:
    sql = "select ref_area from reference_areas where country = 'MEX' and takes_part and level = ? order by ref_area"
    areas = [row[0] for row in connection.execute(sql, [level]).fetchall()]
    return areas[::EVERY] if level == "local" else areas


@pytest.mark.parametrize(("level", "least"), [("local", 180), ("metro", 92), ("state", 32)])
def test_the_lists_are_those_of_an_exhaustive_search(released, level, least):
    areas = chosen_areas(released, level)
    assert len(areas) >= least
    oracle = search(released, level, areas)
    published = released.execute("select * from mirrors where lens = 'overall' and level = ?", [level]).df()
    published = published[published["ref_area"].isin(areas)]
    wanted = oracle[(oracle["rank"] <= FIRST) | (oracle["rank_in_country"] <= OF_EACH)]
    assert len(published) > len(wanted), "pairs that draws make possible are published too"
    keys = ["ref_area", "counterpart_area"]
    both = published.merge(oracle, on=keys, suffixes=("", "_oracle"), how="left")
    np.testing.assert_allclose(both["distance_squared"], both["distance_squared_oracle"], rtol=0, atol=EXACT)
    assert_same_ranks(both, "rank")
    assert_same_ranks(both, "rank_in_country")
    missing = wanted.merge(published[keys], on=keys, how="left", indicator=True).query("_merge == 'left_only'")
    assert all(is_tied(row, published) for row in missing.itertuples())
    assert (published.groupby("ref_area")["rank"].apply(lambda ranks: set(range(1, FIRST + 1)) <= set(ranks))).all()


def assert_same_ranks(both: pd.DataFrame, name: str) -> None:
    """Equal ranks; where two are equally near, the published one counts them in the order of their codes."""
    known = both.dropna(subset=[name])
    assert (both[name].isna() == both[f"{name}_oracle"].isna()).all()
    moved = known[known[name] != known[f"{name}_oracle"]]
    for row in moved.itertuples():
        near = known[(known["ref_area"] == row.ref_area) & ((known["distance_squared"] - row.distance_squared).abs() <= EXACT)]
        assert len(near) > 1, f"{row.ref_area} {row.counterpart_area}: {name} {getattr(row, name)}"
        assert abs(getattr(row, name) - getattr(row, f"{name}_oracle")) < len(near)


def is_tied(row, published: pd.DataFrame) -> bool:
    """Whether a pair that is not published is as far as one that is."""
    rows = published[published["ref_area"] == row.ref_area]
    return ((rows["distance_squared"] - row.distance_squared).abs() <= EXACT).any()


def test_blocks_add_up_to_the_squared_distance(released):
    sql = """
        select max(abs(m.distance_squared - b.distance_squared)), count(*), count(b.distance_squared),
            min(b.blocks - l.blocks), max(b.blocks - l.blocks)
        from mirrors as m left join (
            select ref_area, counterpart_area, lens, sum(distance_squared) as distance_squared, count(*) as blocks
            from mirror_blocks group by all
        ) as b using (ref_area, counterpart_area, lens)
        join (select lens, count(*) as blocks from lenses group by lens) as l using (lens)
    """
    gap, pairs, known, fewest, most = released.execute(sql).fetchone()
    assert gap <= EXACT and pairs == known > 0
    assert fewest == most == 0
    lenses = register("lenses").groupby("lens")["block"].nunique()
    counted = released.execute("select lens, count(distinct block) from mirror_blocks group by lens").fetchall()
    assert dict(counted) == lenses.to_dict()


def test_distance_and_coverage_follow_from_the_blocks(released):
    assert released.execute("select max(abs(distance * distance - distance_squared)) from mirrors").fetchone()[0] <= EXACT
    sql = """
        select max(abs(m.coverage - b.coverage)) from mirrors as m join (
            select ref_area, counterpart_area, b.lens, sum(b.coverage * l.weight) / sum(l.weight) as coverage
            from mirror_blocks as b join lenses as l on l.lens = b.lens and l.block = b.block group by all
        ) as b using (ref_area, counterpart_area, lens)
    """
    assert released.execute(sql).fetchone()[0] <= EXACT


def test_similarity_falls_with_distance(released):
    sql = """
        select count(*) from (
            select similarity, lag(similarity) over (partition by level, lens order by distance_squared) as nearer from mirrors
        ) where similarity > nearer
    """
    assert released.execute(sql).fetchone()[0] == 0
    low, high = released.execute("select min(similarity), max(similarity) from mirrors").fetchone()
    assert 0 <= low < 50 < high <= 100


def test_weights_of_a_block_add_up_and_known_values_have_no_variance(released):
    sql = "select min(total), max(total) from (select sum(weight) as total from matching_features group by ref_area, block)"
    assert released.execute(sql).fetchone() == pytest.approx((1, 1), abs=EXACT)
    sql = "select obs_status, min(variance), max(variance), max(abs(z)) from matching_features group by 1 order by 1"
    (known, expected) = released.execute(sql).fetchall()
    assert known[:3] == ("A", 0, 0) and known[3] < 10
    assert expected[0] == "I" and expected[1] > 0


def test_who_takes_part_is_known_for_60_percent_of_the_weight(stored):
    """The weight of the indicators that are known, added up anew from the transformed values."""
    known = pd.read_parquet(stored / "transformed_values.parquet").dropna(subset=["transformed"])
    features = pd.read_parquet(stored / "normalised_features.parquet")
    used = set(zip(features["ref_area"], features["indicator"], strict=True))  # a region's figure counts where it is matched by
    known = known[[not row.regional or (row.ref_area, row.indicator) in used for row in known.itertuples()]]
    features = features.drop_duplicates(["level", "block", "indicator", "frame"])
    blocks = lens_blocks("overall").set_index("block")["weight"]
    features["share"] = features["weight"] * features["block"].map(blocks)
    shares = features.groupby(["level", "indicator"])["share"].sum().rename("share").reset_index()
    found = known.merge(shares, on=["level", "indicator"]).groupby("ref_area")["share"].sum()
    coverage = pd.read_parquet(stored / "matching_coverage.parquet").set_index("ref_area")
    share = found.reindex(coverage.index).fillna(0)
    least = coverage["country"].map({"MEX": 0.5}).fillna(0.6)
    sure = (share - least).abs() > EXACT
    assert (coverage["takes_part"] == (share >= least))[sure].all()
    assert not coverage["takes_part"].all() and coverage["reason"].notna()[~coverage["takes_part"]].all()
    assert (coverage["ranked"] <= coverage["takes_part"]).all() and coverage.query("country == 'MEX' and level == 'local'")[
        "takes_part"
    ].all()


# By hand: four indicators of six areas at one level. Lenses: block size 3, block roles 1.

INDICATORS = pd.DataFrame(
    [
        ("people", "size", "log", "absolute", 1.0), ("growth", "size", "identity", "absolute", 1.0),
        ("factories", "roles", "logit", "both", 1.0), ("coast", "roles", "log1p", "national", 2.0),
    ],
    columns=["indicator", "pillar_or_block", "transform", "frame", "weight"],
).assign(role="matching", formula="ratio", scale=1.0)  # fmt: skip
LENSES = pd.DataFrame({"lens": "overall", "block": ["size", "roles"], "weight": [3.0, 1.0], "features": None})
AREAS = pd.DataFrame(
    [(f"MX-0{n}", "state", "MEX") for n in (1, 2, 3)] + [(f"US-0{n}", "state", "USA") for n in (1, 2, 3)],
    columns=["ref_area", "level", "country"],
)
METHOD = {
    "areas": {"home": "MEX"},
    "matching": methodology()["matching"] | {"smallest_national_frame": 3, "kappa": 50},
    "regional_figures": methodology()["regional_figures"],
    "mirrors": {
        "mirrors": 2,
        "mirrors_of_each_country": 1,
        "mirrors_of_each_country_of_other_lenses": 1,
        "random_pairs": 9,
    },
    "confidence": {"firm": 0.8, "likely": 0.5, "possible": 0.05, "published": 3, "areas_for_limit": 60, "distant": 1.0},
}


@pytest.fixture
def small(monkeypatch, tmp_path):
    """``small(name, table)``: stores a table; the registers and constants are those above."""
    for room in (features, module):
        monkeypatch.setattr(
            room, "register", {"indicators": INDICATORS, "lenses": LENSES, "closeness": register("closeness")}.__getitem__
        )
        monkeypatch.setattr(room, "methodology", lambda: METHOD)

    def store(name: str, table: pd.DataFrame):
        path = tmp_path / f"{name}.parquet"
        table.to_parquet(path)
        return path

    return store


def indicator_rows(indicator: str, numerators: list, denominators: list | None = None) -> pd.DataFrame:
    below = denominators or [1.0] * 6
    table = AREAS.assign(indicator=indicator, numerator=numerators, denominator=below, standard_error=0.5, source="first").astype(
        {"numerator": float, "denominator": float}
    )
    return table.assign(obs_value=table["numerator"] / table["denominator"]).drop(columns="country")


def test_transforms_by_hand(small):
    rows = pd.concat([
        indicator_rows("people", [1, 10, 100, 0, np.e, 1000]),
        indicator_rows("growth", [-1, 0, 2, 3, None, 5]),
        indicator_rows("coast", [0, 1, 9, 99, 999, 0]),
    ])  # fmt: skip
    table = features.transformed_values(small("indicator_values", rows), small("places", AREAS)).set_index(
        ["indicator", "ref_area"]
    )
    g = table["transformed"]
    assert g["people"]["MX-02"] == pytest.approx(np.log(10)) and g["people"]["US-02"] == pytest.approx(1)
    assert pd.isna(g["people"]["US-01"]), "there is no logarithm of 0"
    assert g["growth"].to_dict() == {"MX-01": -1, "MX-02": 0, "MX-03": 2, "US-01": 3, "US-03": 5}
    assert g["coast"]["US-01"] == pytest.approx(np.log(100)) and g["coast"]["MX-01"] == 0
    error = table["standard_error"]  # 0.5 in the indicator's unit, times the slope of each transform
    assert error["people"]["MX-02"] == pytest.approx(0.5 / 10) and error["growth"]["US-03"] == 0.5
    assert error["coast"]["US-01"] == pytest.approx(0.5 / 100)


def test_shares_are_smoothed_towards_their_country(small):
    """Mexico: 60 of 300 are 20 %, so (e + 50 x 0.2) / (n + 50); the other country's mix plays no part."""
    rows = indicator_rows("factories", [0, 10, 50, 30, 0, 150], [50, 50, 200, 100, 100, 300])
    table = features.transformed_values(small("indicator_values", rows), small("places", AREAS)).set_index("ref_area")
    for area, count, base in (("MX-01", 0, 50), ("MX-02", 10, 50), ("MX-03", 50, 200)):
        share = (count + 50 * 0.2) / (base + 50)
        assert table.loc[area, "transformed"] == pytest.approx(np.log(share / (1 - share)))
        assert table.loc[area, "standard_error"] == pytest.approx(0.5 * base / (base + 50) / (share * (1 - share)))
    share = (0 + 50 * 0.36) / (100 + 50)
    assert table.loc["US-02", "transformed"] == pytest.approx(np.log(share / (1 - share)))


TRANSFORMED = pd.concat(
    [
        AREAS.assign(indicator="people", transformed=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        AREAS.assign(indicator="factories", transformed=[0.0, 2.0, 4.0, 10.0, 10.0, 10.0]),
        AREAS.assign(indicator="coast", transformed=[1.0, 2.0, 6.0, 0.0, 1.0, None]),
    ],
    ignore_index=True,
).assign(standard_error=np.nan, regional=False)


def test_frames_by_hand(small):
    """Absolute: all six; national: three at least of one country, and none where all are equal."""
    table = features.normalisation_parameters(small("transformed_values", TRANSFORMED))
    found = {
        (row.indicator, row.frame, row.country): (row.mean, row.standard_deviation, row.areas)
        for row in table.itertuples(index=False)
    }
    assert found == {
        ("people", "absolute", ""): (3.5, pytest.approx(np.sqrt(3.5)), 6),
        ("factories", "absolute", ""): (6, pytest.approx(np.sqrt((36 + 16 + 4 + 16 * 3) / 5)), 6),
        ("factories", "national", "MEX"): (2, 2, 3),
        ("coast", "national", "MEX"): (3, pytest.approx(np.sqrt(7)), 3),
    }
    assert not table["frozen"].any()


def test_standardised_values_and_weights_by_hand(small):
    transformed = small("transformed_values", TRANSFORMED)
    parameters = small("normalisation_parameters", features.normalisation_parameters(transformed))
    table = features.normalised_features(transformed, parameters).set_index(["indicator", "frame", "ref_area"])
    assert table.loc[("people", "absolute", "MX-01"), "z"] == pytest.approx(-2.5 / np.sqrt(3.5))
    assert table.loc[("factories", "national", "MX-03"), "z"] == 1
    assert table.loc[("coast", "national", "MX-03"), "z"] == pytest.approx(3 / np.sqrt(7))
    assert ("factories", "national", "US-01") not in table.index
    weights = table["weight"].groupby(["indicator", "frame"]).first().to_dict()
    assert weights == pytest.approx({
        ("people", "absolute"): 1, ("factories", "absolute"): 0.5 / 3, ("factories", "national"): 0.5 / 3,
        ("coast", "national"): 2 / 3,
    })  # fmt: skip


def test_the_share_of_a_region_stands_for_an_area_abroad_only(small):
    """Of derived figures with an error, Mexico's are its sector mix."""
    rows = indicator_rows("growth", [1, 2, 3, 4, 5, 6]).assign(source=["derived"] * 5 + ["first"])
    rows.loc[3, "standard_error"] = None
    table = features.transformed_values(small("indicator_values", rows), small("places", AREAS)).set_index("ref_area")
    assert table["regional"].to_dict() == dict(zip(AREAS["ref_area"], [False, False, False, False, True, False], strict=True))


def test_a_region_that_says_little_of_its_places_is_not_known(small):
    """s^2 is the regions' variance and the mean squared error; an error above 0.7 s leaves less than half of the differences."""
    own = TRANSFORMED.query("indicator == 'coast'").assign(transformed=[1.0, 2.0, 6.0, 0.0, 1.0, 8.0])
    own = own.assign(regional=own["country"] == "USA", standard_error=[np.nan, 9.0, np.nan, 0.0, 3.0, 4.5])
    transformed = small("transformed_values", own)
    parameters = features.normalisation_parameters(transformed)
    deviation = parameters.query("frame == 'national'").set_index("country")["standard_deviation"]
    spread = np.sqrt(np.var([0, 1, 8], ddof=1) + (9 + 4.5**2) / 3)
    assert deviation.to_dict() == pytest.approx({"MEX": np.sqrt(7), "USA": spread})
    table = features.normalised_features(transformed, small("normalisation_parameters", parameters)).set_index("ref_area")
    assert 4.5 / spread > 0.7 > 3 / spread
    assert set(table.index) == {*AREAS["ref_area"]} - {"US-03"}, "a figure of the area's own stays, whatever its error"


def test_outliers_weigh_by_their_logarithm_and_stay_apart(small):
    parameters = {"level": "state", "indicator": "people", "frame": "absolute", "country": "", "mean": 4.0}
    parameters = pd.DataFrame([parameters | {"standard_deviation": 0.5, "areas": 6}])
    table = features.normalised_features(small("transformed_values", TRANSFORMED), small("normalisation_parameters", parameters))
    beyond = [(value - 4) / 0.5 for value in TRANSFORMED.loc[TRANSFORMED["indicator"] == "people", "transformed"].dropna()]
    by_hand = [z if abs(z) <= 2 else np.sign(z) * (2 + np.log(abs(z) - 1)) for z in beyond]
    assert table["z"].to_list() == pytest.approx(by_hand) and max(map(abs, beyond)) > 3
    assert table["z"].is_monotonic_increasing and (table["z"].diff().dropna() > 0).sum() == len(set(beyond)) - 1


def feature(area: str, block: str, indicator: str, weight: float, z: float, variance: float = 0.0) -> dict:
    return {"ref_area": area, "level": "state", "block": block, "indicator": indicator, "frame": "absolute", "weight": weight,
            "z": z, "variance": variance, "obs_status": "I" if variance else "A"}  # fmt: skip


FEATURES = pd.DataFrame(
    [
        feature(area, block, indicator, weight, *value)
        for area, people, growth, factories in (
            ("MX-01", (0.0,), (0.0,), (0.0,)), ("MX-02", (1.0,), (0.5, 0.25), (-1.0,)), ("MX-03", (3.0,), (3.0,), (3.0,)),
            ("US-01", (1.0,), (1.0,), (0.0,)), ("US-02", (0.0,), (0.0, 0.5), (2.0,)), ("US-03", (2.0,), (0.0,), (0.0, 1.0)),
        )
        for block, indicator, weight, value in (
            ("size", "people", 0.75, people), ("size", "growth", 0.25, growth), ("roles", "factories", 1.0, factories),
        )
    ]
).sort_values(["ref_area", "block", "indicator"], ignore_index=True)  # fmt: skip
SQUARED = {  # 0.75 x (0.75 people + 0.25 growth) + 0.25 x factories, each the squared difference plus both variances
    ("MX-01", "US-01"): 0.75 * (0.75 * 1 + 0.25 * 1),
    ("MX-01", "US-02"): 0.75 * (0.25 * 0.5) + 0.25 * 4,
    ("MX-01", "US-03"): 0.75 * (0.75 * 4) + 0.25 * 1,
    ("MX-02", "US-01"): 0.75 * (0.25 * (0.25 + 0.25)) + 0.25 * 1,
    ("MX-02", "US-02"): 0.75 * (0.75 * 1 + 0.25 * (0.25 + 0.25 + 0.5)) + 0.25 * 9,
    ("MX-02", "US-03"): 0.75 * (0.75 * 1 + 0.25 * (0.25 + 0.25)) + 0.25 * (1 + 1),
}


def small_mirrors(small, ranked: list[bool], included: dict[tuple[str, str], float] | None = None):
    coverage = AREAS.assign(coverage=1.0, takes_part=[True, True, False, True, True, True], ranked=ranked, reason=None)
    columns = ["ref_area", "counterpart_area", "lens", "level", "draws", "inclusion_probability"]
    rows = [(*pair, "overall", "state", 100, probability) for pair, probability in (included or {}).items()]
    probabilities = pd.DataFrame(rows, columns=columns).astype({"inclusion_probability": "float64"})
    in_country = probabilities.rename(columns={"inclusion_probability": "probability_in_country"}).drop(columns="lens")
    return module.mirrors(
        small("matching_features", FEATURES),
        small("matching_coverage", coverage),
        small("inclusion", probabilities),
        small("in_country", in_country),
    )


def test_distances_by_hand_with_what_is_not_known(small):
    mirrors, blocks, _ = small_mirrors(small, [True] * 6)
    found = mirrors.set_index(["ref_area", "counterpart_area"])
    assert found["distance_squared"].to_dict() == pytest.approx({key: SQUARED[key] for key in found.index})
    assert sorted(found["rank"].items()) == [
        (("MX-01", "US-01"), 1), (("MX-01", "US-02"), 2), (("MX-02", "US-01"), 1), (("MX-02", "US-03"), 2),
    ]  # fmt: skip
    parts = blocks.set_index(["ref_area", "counterpart_area", "block"])
    assert parts.loc[("MX-01", "US-02", "size"), "distance_squared"] == pytest.approx(0.75 * 0.125)
    assert parts.loc[("MX-01", "US-02", "roles"), "distance_squared"] == pytest.approx(1)
    assert parts.loc[("MX-01", "US-02", "size"), "coverage"] == pytest.approx(0.75)
    assert found.loc[("MX-01", "US-02"), "coverage"] == pytest.approx(0.75 * 0.75 + 0.25)
    assert found.loc[("MX-01", "US-01"), "distance"] == pytest.approx(np.sqrt(0.75))


def test_what_is_not_ranked_is_only_the_best_of_its_country(small):
    mirrors, *_ = small_mirrors(small, [True, True, False, False, True, True])
    found = {(row.ref_area, row.counterpart_area): (row.rank, row.rank_in_country) for row in mirrors.itertuples()}
    assert {key: rank for key, rank in found.items() if pd.isna(rank[0])}.keys() == {("MX-01", "US-01"), ("MX-02", "US-01")}
    assert (found["MX-01", "US-02"], found["MX-01", "US-03"]) == ((1, 2), (2, 3))
    assert found["MX-01", "US-01"][1] == 1
    assert not mirrors["ref_area"].isin(["MX-03"]).any() and not mirrors["counterpart_area"].isin(["MX-03"]).any()


def test_what_draws_make_possible_is_published_with_its_rank(small):
    """US-03 is the third of MX-01 and the third of its country; of MX-02 it is among the first two anyway."""
    included = {("MX-01", "US-01"): 0.8, ("MX-01", "US-02"): 0.5, ("MX-01", "US-03"): 0.05, ("MX-02", "US-02"): 0.04}
    mirrors, blocks, _ = small_mirrors(small, [True] * 6, included)
    found = mirrors.set_index(["ref_area", "counterpart_area"])
    assert found["tier"].loc["MX-01"].to_dict() == {"US-01": "firm", "US-02": "likely", "US-03": "possible"}
    assert found["rank"].loc["MX-01"].to_dict() == found["rank_in_country"].loc["MX-01"].to_dict()
    assert found.loc[("MX-01", "US-03"), "rank"] == 3
    assert found["distance_squared"].to_dict() == pytest.approx({key: SQUARED[key] for key in found.index})
    assert sorted(found.loc["MX-02"].index) == ["US-01", "US-03"], "what is possible in fewer draws is not published"
    assert found.loc["MX-02", "tier"].isna().all() and (found.loc["MX-02", "inclusion_probability"] == 0).all()
    assert len(blocks) == 2 * len(mirrors)


def test_mutual_and_in_degree_by_hand(small):
    """Of two Mexican areas both are among the first two of everyone; with one, only the nearer is."""
    mirrors, *_ = small_mirrors(small, [True] * 6)
    assert mirrors["mutual"].all()
    assert mirrors.groupby("counterpart_area")["in_degree"].first().to_dict() == {"US-01": 2, "US-02": 1, "US-03": 1}


def test_similarity_is_the_share_of_random_pairs_that_are_farther(small):
    """With as many random pairs as there are pairs, all of them are drawn: 2 Mexican x 3 foreign areas."""
    mirrors, *_ = small_mirrors(small, [True] * 6)
    everything = sorted(SQUARED.values())
    for row in mirrors.itertuples():
        nearer = sum(value < row.distance_squared - EXACT for value in everything)
        assert row.similarity == pytest.approx(100 * (1 - nearer / 6), abs=1e-4)


def test_missing_values_become_expected_ones(small):
    """Two features with equal z: what is missing follows the other, and its variance is what the fit leaves open."""
    rows = [feature(f"MX-{n:02}", "size", name, 0.5, z) for n, z in enumerate(np.linspace(-2, 2, 21)) for name in ("a", "b")]
    rows = [row for row in rows if (row["ref_area"], row["indicator"]) != ("MX-20", "b")]
    places = pd.DataFrame({"ref_area": [f"MX-{n:02}" for n in range(21)] + ["MX-99"], "level": "state"})
    table = features.matching_features(small("normalised", pd.DataFrame(rows)), small("places", places))
    found = table.set_index(["ref_area", "indicator"])
    assert found.loc[("MX-20", "a"), "z"] == 2 and found.loc[("MX-20", "a"), "obs_status"] == "A"
    assert 1.8 < found.loc[("MX-20", "b"), "z"] < 2.1 and found.loc[("MX-20", "b"), "obs_status"] == "I"
    assert 0 < found.loc[("MX-20", "b"), "variance"] < 0.2
    unknown = found.loc["MX-99"]
    assert (
        (unknown["obs_status"] == "I").all()
        and (unknown["z"].abs() < 0.1).all()
        and (unknown["variance"] > METHOD["matching"]["unknown_counts"]).all()
    )
    assert len(table) == 22 * 2
