"""What the publishers print against the archive, and against the release where it appears there."""

import duckdb
import pytest

COUNTS = """
    select count(distinct ref_area) from '{folder}/{source}/{vintage}.parquet' where {condition}
"""
SUMS = """
    select sum(obs_value) from '{folder}/{source}/{vintage}.parquet' where {condition}
"""
MUNICIPAL = "regexp_full_match(ref_area, 'MX-[0-9]{5}')"
SECTORS = "regexp_full_match(variable, '{kind}_scian_(31_33|[0-9][0-9])') and time_period = 2018"


def ask(query: str, folder, source: str, vintage: str, condition: str):
    with duckdb.connect() as connection:
        sql = query.format(folder=folder, source=source, vintage=vintage, condition=condition)
        return connection.execute(sql).fetchone()[0]


@pytest.mark.parametrize(
    ("source", "vintage", "condition", "areas"),
    [
        ("inegi_census", "2020", "variable = 'population'", 2469),
        ("inegi_geography", "2020", "variable = 'outline'", 2469),
        ("inegi_area_catalogue", "2026", MUNICIPAL, 2478),
        *(
            ("inegi_population", "2020", f"variable = 'population' and time_period = {year}", rows)
            for year, rows in ((1990, 2403), (1995, 2414), (2000, 2443), (2005, 2454), (2010, 2456), (2020, 2469))
        ),
        ("metropolises", "2020", "ref_area like 'MX-METRO-%'", 92),
        ("metropolises", "2020", "obs_text = 'Zona metropolitana'", 48),
        ("metropolises", "2020", "obs_text = 'Metrópoli municipal'", 22),
        ("metropolises", "2020", "obs_text = 'Zona conurbada'", 22),
        ("metropolises", "2020", "variable = 'metropolis'", 421),
        ("conapo_marginalisation", "2020", MUNICIPAL, 2469),
        *(
            ("coneval_social_lag", "2020", f"{MUNICIPAL} and variable = 'social_lag_index' and time_period = {year}", rows)
            for year, rows in ((2000, 2442), (2005, 2454), (2010, 2456), (2015, 2446), (2020, 2469))
        ),
        ("coneval_poverty", "2020", MUNICIPAL, 2469),
        ("mx_labour_structure", "2020", MUNICIPAL, 2469),
        ("mx_terrain", "2020", MUNICIPAL, 2469),
        ("mx_homicides", "2021", MUNICIPAL, 2469),
        ("mx_municipal_finance", "2020", MUNICIPAL, 2250),
        ("inegi_denue", "2019", MUNICIPAL, 2457),
        ("inegi_denue_groups", "2026", MUNICIPAL, 2478),
        ("inegi_economic_census", "2019", "variable like 'people_employed_recovered_%'", 1705),
        ("us_census_acs", "2020", "variable = 'population'", 392),
        ("us_census_cbp", "2019", "true", 933),
        ("us_census_acs_counties", "2024", "true", 3144),
        ("fema_nri", "2021", "true", 3142),
        ("ign_spain", "2024", "variable = 'population'", 8132),
        ("ine_census", "2021", "variable = 'population'", 8131),
        ("ibge_compiled", "2019", "variable = 'population' and time_period = 2018", 5570),
        ("un_wup", "2018", "variable = 'population'", 1860),
        ("un_wup", "2018", "variable = 'country' and obs_text = 'MEX'", 54),
        ("geonames", "2026-05", "variable = 'name' and ref_area like 'GEONAMES-%'", 33_711),
        ("ghsl_ucdb", "2019", "variable = 'name'", 13_135),
        ("world_port_index", "2024", "variable = 'country_name' and obs_text = 'Mexico'", 35),
        *(
            ("openflights", "2014", f"ref_area = 'AIRPORT-{code}' and variable = 'name'", 1)
            for code in ("MTY", "GDL", "MEX", "TIJ")
        ),
    ],
)
def test_how_many_areas(archived, source, vintage, condition, areas):
    assert ask(COUNTS, archived, source, vintage, condition) == areas


@pytest.mark.parametrize(
    ("source", "vintage", "condition", "total"),
    [
        ("inegi_census", "2020", "variable = 'population'", 126_014_024),
        *(
            ("inegi_population", "2020", f"variable = 'population' and time_period = {year}", people)
            for year, people in (
                (1990, 81_249_645), (1995, 91_158_290), (2000, 97_483_412),
                (2005, 103_263_388), (2010, 112_336_538), (2020, 126_014_024),
            )
        ),
        ("metropolises", "2020", "variable = 'population'", 82_512_215),
        ("inegi_denue", "2019", f"{MUNICIPAL} and time_period = 2019", 5_428_556),
        ("inegi_denue", "2019", f"not {MUNICIPAL} and time_period = 2019", 5_447_591),
        ("inegi_economic_census", "2019", SECTORS.format(kind="establishments_census"), 4_800_157),
        ("us_census_acs", "2020", "variable = 'population' and ref_area = 'US-CBSA-26420'", 6_979_613),
        ("us_census_cbp", "2019", "variable = 'employees_naics_54' and ref_area = 'US-CBSA-26420'", 213_524),
        ("us_census_acs_counties", "2024", "variable = 'population' and ref_area = 'US-48201'", 4_838_303),
    ],
)  # fmt: skip
def test_sums_as_printed(archived, source, vintage, condition, total):
    assert ask(SUMS, archived, source, vintage, condition) == total


@pytest.mark.parametrize(
    ("source", "vintage", "condition", "figure", "half_a_digit"),
    [
        ("inegi_geography", "2020", "variable = 'area_km2'", 1_941_333, 0.5),
        ("inegi_economic_census", "2019", SECTORS.format(kind="people_employed"), 25.38e6, 5e3),
        ("imss", "2021", "regexp_full_match(variable, 'insured_jobs_[a-z]+') and source_file like 'jobs_%'", 17.44e6, 5e3),
        ("imss", "2021", "variable = 'insured_jobs_total' and time_period = 2020", 20.61e6, 5e3),
        ("us_census_gazetteer", "2021", "variable = 'area_km2' and ref_area = 'US-48201'", 1706.98 * 2.589988110336, 0.013),
        ("fema_nri", "2021", "variable = 'risk_score' and ref_area = 'US-48201'", 80.6, 0.05),
        ("un_wup", "2018", "variable = 'population' and time_period = 2020 and ref_area = 'WUP-21855'", 4_874e3, 500),
        ("un_wup", "2018", "variable = 'population' and time_period = 2020 and ref_area = 'WUP-22549'", 6_618e3, 500),
        ("eurostat_regions", "2023", "variable = 'gdp_euro' and time_period = 2019 and ref_area = 'NUTS-ES300'", 242_093e6, 5e5),
        *(
            (
                "world_bank",
                "2026-07",
                f"variable = 'gdp_per_capita_ppp' and time_period = 2024 and ref_area = '{code}'",
                figure,
                0.5,
            )
            for code, figure in (("MEX", 26_185), ("USA", 85_810), ("ESP", 57_965))
        ),
    ],
)
def test_figures_as_printed(archived, source, vintage, condition, figure, half_a_digit):
    assert ask(SUMS, archived, source, vintage, condition) == pytest.approx(figure, abs=half_a_digit)


@pytest.mark.parametrize(
    ("source", "vintage", "area", "part", "whole", "percent"),
    [
        ("us_census_acs", "2020", "US-CBSA-26420", "unemployed", "labour_force", 5.9),
        ("us_census_acs", "2020", "US-CBSA-26420", "adults_tertiary", "adults_tertiary_base", 33.6),
        ("us_census_acs", "2020", "US-CBSA-26420", "households_internet", "households", 88.1),
        ("us_ers_rural_atlas", "2019", "US-48201", "employed_manufacturing", "employed_total", 9.9),
        ("ine_census", "2021", "ES-28079", "adults_tertiary", "adults_tertiary_base", 45.4),
        ("ine_census", "2021", "ES-28079", "unemployed", "labour_force", 12.5),
    ],
)
def test_shares_as_printed(archived, source, vintage, area, part, whole, percent):
    over, under = (ask(SUMS, archived, source, vintage, f"variable = '{name}' and ref_area = '{area}'") for name in (part, whole))
    assert round(100 * over / under, 1) == percent


def test_the_names_behind_the_codes(archived):
    for code, name in (("WUP-21855", "Monterrey"), ("WUP-22549", "Madrid")):
        condition = f"variable = 'name' and ref_area = '{code}' and obs_text = '{name}'"
        assert ask(COUNTS, archived, "un_wup", "2018", condition) == 1


@pytest.mark.parametrize(
    ("level", "areas", "people"), [("local", 2469, 134_407_258), ("metro", 92, 88_806_615), ("state", 32, 134_407_258)]
)
def test_mexicans_in_the_release(released, level, areas, people):
    sql = "select count(*), sum(population) from reference_areas where country = 'MEX' and level = ?"
    assert released.execute(sql, [level]).fetchone() == (areas, people)
    sql = """select count(*), sum(obs_value), min(coverage) from indicator_values
        where indicator = 'population' and level = ? and ref_area like 'MX-%'"""
    assert released.execute(sql, [level]).fetchone() == (areas, people, 1)


@pytest.mark.parametrize(
    ("area", "indicator", "figure", "digits"),
    [
        ("US-CBSA-26420", "unemployment", 5.9, 1),
        ("US-CBSA-26420", "tertiary", 33.6, 1),
        ("US-CBSA-26420", "internet_households", 88.1, 1),
        ("US-48201", "population", 4_838_303, 0),
        ("US-48201", "employed_in_manufacturing", 9.9, 1),
        ("ES-28079", "tertiary", 45.4, 1),
        ("ES-28079", "unemployment", 12.5, 1),
        ("MX-19039", "national_gdp_per_capita", 26_185, 0),
        ("US-CBSA-26420", "national_gdp_per_capita", 85_810, 0),
        ("EU-ES001C", "national_gdp_per_capita", 57_965, 0),
    ],
)
def test_figures_in_the_release(released, area, indicator, figure, digits):
    sql = "select obs_value from indicator_values where ref_area = ? and indicator = ?"
    assert round(released.execute(sql, [area, indicator]).fetchone()[0], digits) == figure


def test_houston_in_the_release(released):
    """The people of whom the American Community Survey speaks are the base of its shares."""
    sql = """select distinct denominator from indicator_values
        where ref_area = 'US-CBSA-26420' and indicator in ('share_0_14_of_metropolis', 'share_65_plus_of_metropolis')"""
    assert released.execute(sql).fetchall() == [(6_979_613,)]


@pytest.mark.parametrize(
    ("prefix", "level", "areas"),
    [("US-", "local", 3144), ("ES-", "local", 8132), ("BR-", "local", 5570), ("US-CBSA-", "metro", 392)],
)
def test_areas_abroad_in_the_release(released, prefix, level, areas):
    sql = "select count(*) from reference_areas where starts_with(ref_area, ?) and level = ?"
    assert released.execute(sql, [prefix, level]).fetchone()[0] == areas
