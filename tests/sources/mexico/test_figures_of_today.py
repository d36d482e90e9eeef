"""Mexico's figures of today against the totals that their publishers print, by the archive; and odd rows of their files."""

import pandas as pd
import pytest
from prepared import prepare

from pipeline.foundation.raw_files import archive_path
from pipeline.observations.archive import read_archive
from pipeline.sources.readers import reader_of

SOURCES = {
    "conapo_projections": "2024",
    "coneval_income": "2020",
    "conapo_infant_mortality": "2020",
    "banxico_remittances": "2026-03",
    "sesnsp_crime": "2025-06",
    "inegi_homicides_state": "2024",
    "inegi_migration": "2020",
}


@pytest.fixture
def sums(archived):
    """``sums(source, variable, year)``: the sum of municipalities and of states, None where there are none."""

    def add(source: str, variable: str, year: int) -> tuple:
        table = read_archive(archive_path(archived, source, SOURCES[source]))
        rows = table[(table["variable"] == variable) & (table["time_period"] == year)]
        length = rows["ref_area"].str.len()
        return tuple(rows.loc[length == size, "obs_value"].sum(min_count=1) for size in (8, 5))

    return add


def test_the_people_of_conapo(sums):
    assert sums("conapo_projections", "population_projected", 2024) == (132_274_416, 132_274_416)
    assert sums("conapo_projections", "population_projected", 2020) == (128_209_170, 128_209_170)
    assert sums("conapo_projections", "population_projected", 2026) == (134_407_258, 134_407_258)
    # Who leaves one state for another arrives there; the nation's balance abroad is the printed one.
    assert sums("conapo_projections", "net_migration_states", 2024)[1] == 0
    assert sums("conapo_projections", "net_migration_abroad", 2024)[1] == -104_025


def test_income_and_infant_deaths(archived, row_of):
    income = read_archive(archive_path(archived, "coneval_income", "2020"))
    assert row_of(income, "income_per_capita", "MX-19019", 2020)["obs_value"] == pytest.approx(11_295.53, abs=0.005)
    assert income.loc[income["obs_value"].isna(), "ref_area"].tolist() == ["MX-04012", "MX-07125", "MX-29048"]
    assert len(income) == 2469
    deaths = read_archive(archive_path(archived, "conapo_infant_mortality", "2020"))
    oaxaca = deaths["ref_area"].str.startswith("MX-20")
    assert (len(deaths), oaxaca.sum(), deaths["obs_value"].isna().sum()) == (2469, 570, 13)
    assert deaths.loc[oaxaca, "obs_status"].eq("E").all() and deaths.loc[oaxaca, "source_row"].nunique() == 30
    rows = deaths.drop_duplicates("source_row")  # one per municipality elsewhere, and the thirty districts
    assert len(rows) == 1929 and rows["obs_value"].mean() == pytest.approx(15.0, abs=0.05)


def test_remittances(sums):
    """The Banco de México's total of 2024 is 64,746 million dollars; 525 million have no municipality."""
    assert sums("banxico_remittances", "remittances_usd", 2024)[0] == 64_746_381_498 - 524_628_308
    assert sums("banxico_remittances", "remittances_usd", 2020)[0] == 41_703_932_867 - 28_244_370


def test_the_last_four_quarters_stand_under_the_year_of_the_last(tmp_path, row_of):
    table = reader_of("banxico_remittances")(prepare("banxico_remittances", "2026-03", tmp_path / "2026-03"), "2026-03")
    assert set(table["ref_area"]) == {"MX-03001", "MX-03008"}
    assert sorted(set(table["time_period"])) == [2024, 2025, 2026]


def test_homicides_of_the_case_files(sums):
    """25,449 and 10,787 nationwide, of which 27 and 7 in no municipality; victims are more than cases."""
    assert sums("sesnsp_crime", "homicide_cases", 2024)[0] == 25_449 - 27
    assert sums("sesnsp_crime", "homicide_cases_half_year", 2025)[0] == 10_787 - 7
    assert sums("sesnsp_crime", "homicide_cases_state", 2024)[1] == 25_449
    assert sums("sesnsp_crime", "homicide_cases_state", 2025)[1] == 10_787
    assert sums("sesnsp_crime", "homicide_victims", 2024)[1] == 30_046
    assert sums("sesnsp_crime", "femicide_cases", 2024)[0] == 820
    assert sums("sesnsp_crime", "femicide_cases_half_year", 2025)[0] == 329


def test_homicides_by_state_and_migration(sums, archived):
    assert sums("inegi_homicides_state", "homicides_registered", 2024)[1] == 31_315
    assert sums("inegi_homicides_state", "homicides_registered", 1990)[1] == 14_244
    people = sums("inegi_migration", "residents_of_five_years_ago", 2020)[0]
    assert people - sums("inegi_migration", "migrants_arrived", 2020)[0] == 107_845_799
    assert people == 114_098_708
    table = read_archive(archive_path(archived, "inegi_migration", "2020"))
    assert table["ref_area"].nunique() == 2466


def test_a_district_without_municipalities_is_refused(tmp_path, refusal, monkeypatch):
    folder = prepare("conapo_infant_mortality", "2020", tmp_path / "2020")
    book = pd.read_excel(folder / "Regionalizacion_OAX.xlsx", dtype="str", engine="openpyxl")
    book[book["CVE_DIST"] != "20630"].to_excel(folder / "Regionalizacion_OAX.xlsx", sheet_name="Hoja1", index=False)
    refusal(reader_of("conapo_infant_mortality"), folder, "2020", "20630", "district of Oaxaca")
