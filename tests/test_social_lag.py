"""Social lag against CONEVAL's published figures and INEGI's national ones; movement of places known to be new or split."""

import numpy as np
import pandas as pd
import pytest

from pipeline.scoring.marginalisation import CompositeError, stratify
from pipeline.scoring.social_lag import deprivation_values, first_component, social_lag
from schemas import models
from schemas.catalogue import register

YEARS = {2000: 2442, 2005: 2454, 2010: 2456, 2015: 2446, 2020: 2469}
INPUTS = register("deprivations").query("part_of == 'social_lag'")["variable"].to_list()
PEOPLE = {"illiterate", "children_not_in_school", "incomplete_basic_education", "no_health_insurance"}
MAGDALENA = "MX-29048"


@pytest.fixture(scope="module")
def archive(archived):
    return archived / "coneval_social_lag" / "2020.parquet"


@pytest.fixture(scope="module")
def table(archive) -> pd.DataFrame:
    return models.validate("social_lag", social_lag(archive)).to_pandas()


@pytest.fixture(scope="module")
def percentages(archive) -> pd.DataFrame:
    return models.validate("deprivation_values", deprivation_values(archive)).to_pandas()


@pytest.fixture(scope="module")
def at(table):
    """``at(area, year)``: its row."""
    rows = table.set_index(["ref_area", "time_period"])
    return lambda area, year: rows.loc[(area, year)]


def test_every_municipality_of_every_year_has_a_row(table):
    assert table.groupby("time_period").size().to_dict() == YEARS
    assert table.groupby("time_period")["areas"].unique().map(list).to_dict() == {year: [n] for year, n in YEARS.items()}
    missing = table[table["index_value"].isna()]
    assert missing[["ref_area", "time_period"]].to_numpy().tolist() == [[MAGDALENA, 2020]]


@pytest.mark.parametrize("year", [2000, 2010, 2020])
def test_the_index_follows_from_the_published_percentages(table, year):
    """To the six decimals that CONEVAL prints."""
    rows = table[table["time_period"] == year]
    assert (rows["index_recomputed"] - rows["index_value"]).abs().max() < 1e-6


@pytest.mark.parametrize(
    ("year", "least", "most", "residual"), [(2005, 0.9925, 0.9935, (0.3, 0.8)), (2015, 0.9995, 0.9999, (0, 1e-5))]
)
def test_where_it_does_not_follow_exactly(table, percentages, year, least, most, residual):
    """2015 has the weights of another set of municipalities; in 2005 the index is no weighted sum of what is printed."""
    rows = table[table["time_period"] == year].set_index("ref_area")
    assert least < rows["index_recomputed"].corr(rows["index_value"]) < most
    wide = percentages[percentages["time_period"] == year].pivot(index="ref_area", columns="variable", values="obs_value")
    matrix = np.column_stack([np.ones(len(wide)), wide])
    rest = rows["index_value"] - matrix @ np.linalg.lstsq(matrix, rows["index_value"])[0]
    assert residual[0] <= rest.abs().max() < residual[1]


def test_the_rank_follows_the_index(table):
    """One pair of 2000 is printed the other way round than its six decimals."""
    ranks = table.groupby("time_period")["index_value"].rank(ascending=False, method="min")
    known = table["rank"].notna() & ~table.duplicated(["time_period", "index_value"], keep=False)
    apart = (table["rank"] - ranks)[known]
    later = table["time_period"][known] > 2000
    # La Magdalena's own rank of 2020 (264) is quarantined, so those behind it move up by one
    behind = (table["time_period"][known] == 2020) & (table["rank"][known] > 264)
    assert ((apart - behind)[later] == 0).all() and (apart[~later].abs() <= 1).all()


@pytest.mark.parametrize("year", [2015, 2020])
def test_the_grades_are_strata_of_ten_classes(archive, year):
    rows = pd.read_parquet(archive, filters=[("time_period", "==", year)])
    index = rows[rows["variable"] == "social_lag_index"].set_index("ref_area")["obs_value"]
    grades = rows[rows["variable"] == "social_lag_grade"].set_index("ref_area")["obs_text"]
    labels = register("grades").sort_values("grade")["label_es"].to_numpy()
    assert (labels[stratify(index, 5, 10)] == grades[index.index]).all()


def test_published_figures_are_kept(at):
    batopilas = at("MX-08008", 2020)
    assert (batopilas["rank"], batopilas["grade_es"], batopilas["percentile"]) == (1, "Muy alto", 0)
    benito_juarez = at("MX-09014", 2020)
    assert (benito_juarez["rank"], benito_juarez["grade_en"], benito_juarez["percentile"]) == (2469, "Very low", 100)


@pytest.mark.parametrize(
    ("area", "year", "territory"),
    [
        ("MX-12078", 2005, "new"),  # Cochoapa el Grande
        ("MX-12043", 2005, "reduced"),  # Metlatónoc, of which it was part
        ("MX-23009", 2010, "new"),  # Tulum
        ("MX-23008", 2010, "reduced"),  # Solidaridad
        ("MX-23010", 2015, "new"),  # Bacalar
        ("MX-23004", 2015, "reduced"),  # Othón P. Blanco
        ("MX-02006", 2020, "new"),  # San Quintín
        ("MX-02001", 2020, "reduced"),  # Ensenada
        ("MX-07122", 2020, "new"),  # El Parral, of 2011, but counted with Villa Corzo until 2015
        ("MX-07107", 2015, "same"),
        ("MX-07107", 2020, "reduced"),
    ],
)
def test_a_new_municipality_is_new_and_no_fall(at, area, year, territory):
    row = at(area, year)
    assert row["territory"] == territory
    assert territory == "same" or row[["rank_change", "percentile_change", "percentile_change_since_2000"]].isna().all()


def test_every_new_municipality_is_new_once(table):
    new = table[table["territory"] == "new"]["ref_area"]
    changes = register("area_changes")
    assert new.is_unique and set(new) == set(
        changes.loc[(changes["since"] <= 2020) & changes["ref_area"].str.startswith("MX-"), "ref_area"]
    )
    first = table.groupby("ref_area")["time_period"].min()
    assert set(first[first > 2000].index) - set(new) == {"MX-07058"}, "Nicolás Ruíz had no figures in 2000"


def test_changes_start_from_the_last_year_that_is_known(at):
    """Buenaventura is one of eleven that 2015 leaves out."""
    row, before, first = at("MX-08010", 2020), at("MX-08010", 2010), at("MX-08010", 2000)
    assert row["previous_period"] == 2010
    assert row["rank_change"] == row["rank"] - before["rank"]
    assert row["percentile_change"] == pytest.approx(row["percentile"] - before["percentile"])
    assert row["percentile_change_since_2000"] == pytest.approx(row["percentile"] - first["percentile"])


def test_broken_figures_are_missing_and_those_of_other_years_stay(at, percentages):
    """CONEVAL's 2020 figures of La Magdalena Tlaltelulco come from one dwelling in eleven."""
    row = at(MAGDALENA, 2020)
    assert row[["index_value", "index_recomputed", "grade", "rank", "percentile", "rank_change"]].isna().all()
    assert at(MAGDALENA, 2015)["rank"] == 1739
    years = percentages[percentages["ref_area"] == MAGDALENA].groupby("time_period").size()
    assert years.to_dict() == dict.fromkeys([2000, 2005, 2010, 2015], len(INPUTS))


def test_percentages_are_complete(percentages):
    counts = percentages.groupby(["time_period", "variable"]).size().unstack()
    assert set(counts.columns) == set(INPUTS)
    for year, areas in YEARS.items():
        assert (counts.loc[year] == areas - (year == 2020)).all()


def test_the_dwellings_of_2005_are_a_break(percentages):
    """Six large cities had not lost 2 % of their dwellings' electricity: what is not known there counts as lacking."""
    status = percentages.groupby(["time_period", "variable"])["obs_status"].agg(set)
    broken = {name for (year, name), found in status.items() if found == {"B"}}
    assert broken == {name for name in INPUTS if name.rsplit("social_lag_", 1)[1] not in PEOPLE}
    assert {year for (year, _), found in status.items() if found == {"E"}} == {2015}
    assert set(status.loc[2005][["social_lag_illiterate"]].explode()) == {"A"}
    wide = percentages.pivot(index=["ref_area", "variable"], columns="time_period", values="obs_value").dropna()
    excess = (wide[2005] - (wide[2000] + wide[2010]) / 2).unstack("variable")
    large = excess[excess.index.isin(["MX-02004", "MX-19039", "MX-14039", "MX-09007", "MX-31050", "MX-21114"])]
    assert (large["social_lag_no_electricity"] > 2).all()


@pytest.mark.parametrize(("year", "national"), [(2000, 9.5), (2005, 8.4), (2010, 6.9), (2015, 5.5), (2020, 4.7)])
def test_illiteracy_is_that_of_the_country(percentages, archive, year, national):
    """INEGI's national rates; here weighted by all people, for want of the people aged 15 and over."""
    rows = pd.read_parquet(archive, filters=[("time_period", "==", year), ("variable", "==", "population")])
    people = rows.set_index("ref_area")["obs_value"]
    rates = percentages[(percentages["time_period"] == year) & (percentages["variable"] == "social_lag_illiterate")]
    rates = rates.set_index("ref_area")["obs_value"]
    assert np.average(rates, weights=people[rates.index]) == pytest.approx(national, abs=0.6)


def test_the_inputs_are_read_and_cannot_be_added():
    rows = register("deprivations").merge(register("variables"), on="variable")
    assert rows.groupby("part_of")["variable"].nunique().to_dict() == {"marginalisation": 9, "social_lag": 11}
    assert set(rows["unit_measure"]) == {"percent"} and not rows["additive"].any()


def test_movement_by_hand(tmp_path):
    """Five municipalities in 2000; in 2010 the last is split in two. Only the first and second change places."""
    places = ["MX-01001", "MX-01002", "MX-01003", "MX-01004", "MX-23008", "MX-23009"]
    generator = np.random.Generator(np.random.PCG64(1))
    rows = []
    for year, ranks in ((2000, [1, 2, 3, 4, 5]), (2010, [2, 1, 3, 4, 5, 6])):
        for place, rank in zip(places, ranks, strict=False):
            rows += [(place, variable, year, value, None) for variable, value in zip(INPUTS, generator.random(11), strict=True)]
            rows += [(place, "social_lag_rank", year, rank, None), (place, "social_lag_index", year, -rank, None)]
            rows += [(place, "social_lag_grade", year, None, "Alto")]
    frame = pd.DataFrame(rows, columns=["ref_area", "variable", "time_period", "obs_value", "obs_text"])
    frame.assign(source="coneval_social_lag").to_parquet(tmp_path / "observations.parquet")
    found = models.validate("social_lag", social_lag(tmp_path / "observations.parquet")).to_pandas()
    found = found[found["time_period"] == 2010].set_index("ref_area")
    assert found["percentile"].tolist() == [20, 0, 40, 60, 80, 100]
    assert found["territory"].tolist() == ["same", "same", "same", "same", "reduced", "new"]
    assert found["rank_change"].tolist()[:4] == [1, -1, 0, 0] and found["rank_change"][4:].isna().all()
    assert found["percentile_change"].tolist()[:4] == [20, -25, -10, -15]
    assert found["grade_en"].eq("High").all()


def test_an_edition_before_the_index_has_empty_tables(archived):
    other = archived / "inegi_denue_groups" / "2026.parquet"
    assert models.validate("social_lag", social_lag(other)).num_rows == 0
    assert models.validate("deprivation_values", deprivation_values(other)).num_rows == 0


def test_first_component_by_hand():
    """Two standardised columns weigh the same; with a correlation of 0.8 the component has variance 1.8."""
    values = pd.DataFrame({"a": [0.0, 1, 2, 3], "b": [0.0, 20, 10, 30]})
    expected = np.array([-3, 0, 0, 3]) / np.sqrt(6)
    assert first_component(values).to_numpy() == pytest.approx(expected)


def test_first_component_needs_inputs_that_differ():
    with pytest.raises(CompositeError, match="b is 1 in every area"):
        first_component(pd.DataFrame({"a": [1.0, 2], "b": [1.0, 1]}))
