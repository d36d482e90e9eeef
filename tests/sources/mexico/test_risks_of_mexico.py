"""The readers of drought, vulnerability to climate change, rainfall and emissions, against the publishers' totals."""

import duckdb
import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

DROUGHT, ATLAS, RAIN, AIR = "conagua_drought", "inecc_vulnerability", "chirps_rainfall", "semarnat_emissions"
VINTAGES = {DROUGHT: "2025", ATLAS: "2023", RAIN: "2025", AIR: "2016"}


@pytest.fixture
def read(fixture_folder):
    return lambda source: reader_of(source)(fixture_folder(source, VINTAGES[source]), VINTAGES[source])


@pytest.fixture
def ask(archived):
    """``ask(source, sql)``: one row of a query over the archived observations."""

    def answer(source: str, sql: str) -> tuple:
        with duckdb.connect() as connection:
            return connection.execute(f"{sql} from '{archived}/{source}/{VINTAGES[source]}.parquet'").fetchone()

    return answer


def test_drought_in_share_of_time_and_in_days(read, row_of):
    """Tijuana's fixture line: 246 reports, 7.72 % in D2 and 28.46 % in D3. Monterrey never had D4."""
    table = read(DROUGHT)
    assert row_of(table, "drought_share_severe", "MX-02004", 2024)["obs_value"] == pytest.approx(0.0772 + 0.2846)
    assert row_of(table, "drought_longest_d2", "MX-19039", 2025)["obs_value"] == 181
    assert row_of(table, "drought_longest_severe", "MX-19039", 2025)["obs_value"] == 181
    assert table.query("variable == 'drought_longest_d4' and ref_area == 'MX-19039'").empty


def test_classes_are_steps_and_an_empty_class_is_no_figure(read, row_of):
    table = read(ATLAS)
    assert row_of(table, "vulnerability_floods", "MX-09007", 2023)["obs_value"] == 3  # Iztapalapa: Alto
    assert row_of(table, "vulnerability_floods_increase", "MX-09007", 2023)["obs_value"] == 1
    assert row_of(table, "vulnerability_landslides", "MX-23005", 2023)["obs_value"] == 0  # Cancún: Sin Vulnerabilidad
    nothing = row_of(table, "vulnerability_floods", "MX-12001", 2023)  # Acapulco: no class is published
    assert pd.isna(nothing["obs_value"]) and nothing["obs_status"] == "O"


def test_a_year_of_rain_is_the_sum_of_its_months(read, row_of):
    assert row_of(read(RAIN), "rainfall_normal", "MX-19039", 2010)["obs_value"] == pytest.approx(598.85)


def test_emissions_are_tonnes(read, row_of):
    table = read(AIR)
    assert row_of(table, "emissions_pm25", "MX-01001", 2016)["obs_value"] == pytest.approx(2652.5259)
    assert not table["ref_area"].str.contains("Notas").any()


@pytest.mark.parametrize(("source", "municipalities"), [(DROUGHT, 2471), (ATLAS, 2456), (RAIN, 2475), (AIR, 2458)])
def test_how_many_municipalities(ask, source, municipalities):
    assert ask(source, "select count(distinct ref_area)") == (municipalities,)


def test_both_tables_of_the_monitor_are_whole(ask):
    sql = """select count(*) filter (variable = 'drought_share_none'), count(*) filter (variable = 'drought_longest_none'),
        count(distinct ref_area) filter (variable = 'drought_longest_d4'), max(obs_value) filter (variable like '%share%')"""
    assert ask(DROUGHT, sql) == (2471, 2471, 581, 0.9634)


def test_the_atlas_gives_classes_where_it_gives_a_priority(ask):
    """INECC's list names 1,448 municipalities; 677 of them have a class of floods and 1,183 one of landslides."""
    known = "count(obs_value) filter (variable = 'vulnerability_{}')"
    sql = f"select {known.format('floods')}, {known.format('landslides')}, {known.format('dengue')}"
    assert ask(ATLAS, sql) == (677, 1183, 783)
    assert ask(ATLAS, "select count(distinct ref_area) filter (obs_value is not null)")[0] <= 1448


def test_the_inventory_adds_up(ask):
    """PM2.5: 602,553 tonnes."""
    found = ask(AIR, "select sum(obs_value) filter (variable = 'emissions_pm25')")[0]
    assert found == pytest.approx(602_553, abs=0.5)


def test_rain_is_where_it_is_known_to_fall(ask):
    """The desert of the Colorado has 92 mm (Mexicali), the sierra of northern Chiapas 4,076 (Ixtacomitán)."""
    area = "max(obs_value) filter (variable = 'rainfall_normal' and ref_area = '{}')"
    found = ask(RAIN, f"select {area.format('MX-02002')}, {area.format('MX-07043')}, max(obs_value)")
    assert found == pytest.approx((92.4, 4076, 4076), abs=0.5)
