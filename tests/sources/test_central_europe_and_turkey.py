"""Central Europe, Bulgaria, Sweden, Turkey and the NUTS 3 employment of 2017 against what their offices print."""

import duckdb
import pytest
from prepared import ask

from schemas.catalogue import register

FIGURES = """from read_parquet('{folder}/{source}/*.parquet')
    where variable = '{variable}' and time_period = {year} and regexp_full_match(ref_area, '{areas}') and obs_value is not null"""
LAU, TUIK, KREISE, JOBS = "eurostat_lau_2019", "turkey_tuik", "destatis_kreise", "eurostat_nama_10r_3empers"


@pytest.mark.parametrize(
    ("source", "variable", "year", "areas", "total", "number"),
    [
        (LAU, "population", 2019, "DE-[0-9]{5}", 83_019_213, 401),
        (LAU, "population", 2019, "PL-[0-9]{4}", 38_411_148, 380),
        (LAU, "population", 2019, "CZ-CZ.*", 10_649_800, 14),
        (LAU, "population", 2019, "HU-HU.*", 9_772_756, 20),
        (LAU, "population", 2019, "RO-RO.*", 22_213_553, 42),  # with a domicile, as the list has them
        (LAU, "population", 2019, "BG-BG[0-9]{3}", 7_000_039, 28),
        (LAU, "population", 2019, "BG-[A-Z]{3}[0-9]{2}", 7_000_039, 265),
        (LAU, "population", 2019, "SE-SE.*", 10_230_185, 21),
        (LAU, "population", 2019, "SE-[0-9]{4}", 10_230_185, 290),
        (TUIK, "population", 2018, "TR-.*", 82_003_882, 973),
        (TUIK, "population", 2023, "TR-.*", 85_372_377, 973),
        (TUIK, "population", 2025, "TR-.*", 86_092_168, 973),
        (TUIK, "area_km2", 2025, "TR-.*", 780_049, 973),
        (KREISE, "households", 2011, "DE-.*", 37_571_219, 401),
        (KREISE, "population", 2011, "DE-.*", 80_327_900, 401),
    ],
)
def test_the_figures_add_up_to_what_is_published(archived, source, variable, year, areas, total, number):
    names = {"folder": archived, "source": source, "variable": variable, "year": year, "areas": areas}
    assert ask("select sum(obs_value), count(*) " + FIGURES, **names) == (pytest.approx(total), number)


@pytest.mark.parametrize(
    ("areas", "km2"),
    [("DE-[0-9]{5}", 357_575), ("PL-[0-9]{4}", 312_696), ("CZ-CZ.*", 78_871), ("HU-HU.*", 93_023), ("RO-RO.*", 238_399)],
)
def test_a_country_is_as_large_as_it_is(archived, areas, km2):
    """Square kilometres for Germany and square metres for the others become the same."""
    names = {"folder": archived, "source": LAU, "variable": "area_km2", "year": 2019, "areas": areas}
    assert ask("select sum(obs_value) " + FIGURES, **names)[0] == pytest.approx(km2, abs=1)


@pytest.mark.parametrize(
    ("source", "area", "name", "people", "region"),
    [
        (LAU, "DE-09162", None, 1_471_508, "NUTS-DE212"),  # Munich
        (LAU, "DE-11000", None, 3_644_826, "NUTS-DE300"),  # Berlin
        (LAU, "PL-1261", None, 771_069, "NUTS-PL213"),  # Kraków
        (LAU, "PL-1465", None, 1_777_972, "NUTS-PL911"),  # Warsaw
        (LAU, "CZ-554782", "Praha", 1_308_632, "NUTS-CZ010"),
        (LAU, "HU-13578", "Budapest", 1_752_286, "NUTS-HU110"),
        (LAU, "RO-54975", "Cluj-Napoca", 323_675, "NUTS-RO113"),
        (LAU, "RO-RO113", "Cluj", None, "NUTS-RO113"),
        (LAU, "BG-VAR06", "Varna", None, "NUTS-BG331"),
        (LAU, "SE-1480", "Göteborg", None, "NUTS-SE232"),
        (TUIK, "TR-34-1421", "Kadıköy", None, "NUTS-TR100"),
        (TUIK, "TR-02-1105", "Adıyaman Merkez", None, "NUTS-TRC12"),
    ],
)
def test_places_that_one_knows(archived, source, area, name, people, region):
    sql = """select any_value(obs_text) filter (variable = 'name'), any_value(obs_value) filter (variable = 'population'),
        any_value(obs_text) filter (variable = 'region_nuts3')
        from read_parquet('{folder}/{source}/*.parquet') where ref_area = '{area}'"""
    found = ask(sql, folder=archived, source=source, area=area)
    assert found == (name, people or found[1], region)


@pytest.mark.parametrize(("kind", "names"), [("DE-09162", KREISE), ("PL-1261", "gus_powiaty")])
def test_every_kreis_and_powiat_has_a_name(archived, kind, names):
    sql = """select count(*), count(n.obs_text) from (select distinct ref_area from read_parquet('{folder}/{lau}/*.parquet')
            where ref_area like '{country}-%' and variable = 'population') as a
        left join read_parquet('{folder}/{names}/*.parquet') as n on n.ref_area = a.ref_area and n.variable = 'name'"""
    areas, named = ask(sql, folder=archived, lau=LAU, names=names, country=kind[:2])
    assert areas == named > 300


def test_every_kreis_is_a_region_of_its_own(archived):
    sql = """select count(distinct ref_area), count(distinct obs_text) from read_parquet('{folder}/{lau}/*.parquet')
        where variable = 'region_nuts3' and ref_area like 'DE-%'"""
    assert ask(sql, folder=archived, lau=LAU) == (401, 401)


@pytest.mark.parametrize(
    ("country", "regions", "employed"),  # Eurostat's totals of the nations in 2017, thousands
    [
        ("DE", 401, 44_248.0), ("AT", 35, 4_413.2), ("CZ", 14, 5_346.0), ("HU", 20, 4_559.03), ("RO", 42, 8_631.2),
        ("ES", 59, 19_387.9), ("IT", 110, 25_138.3), ("PL", 64, None), ("UK", 179, None), ("FR", 0, None), ("TR", 0, None),
        ("CH", 0, None),
    ],
)  # fmt: skip
def test_the_employed_of_a_nation(archived, country, regions, employed):
    names = {"folder": archived, "source": JOBS, "variable": "employed_total", "year": 2017, "areas": f"NUTS-{country}.*"}
    total, number = ask("select sum(obs_value), count(*) " + FIGURES, **names)
    assert number == regions
    if employed:
        assert total == pytest.approx(employed * 1000, rel=0.0007)


def test_mining_is_half_of_what_is_left_of_industry(archived):
    """Prague: 5,000 in farming, 72,000 in industry, of which 60,000 in manufacturing."""
    sql = """select obs_value, margin_of_error, obs_status from read_parquet('{folder}/{source}/*.parquet')
        where ref_area = 'NUTS-CZ010' and variable = 'employed_agriculture_mining'"""
    assert ask(sql, folder=archived, source=JOBS) == (11_000, pytest.approx(1.645 * 12_000 / 12**0.5), "E")


def test_of_six_groups_the_others_are_missing(archived):
    """Germany, Austria and Spain publish trade to information as one."""
    sql = """select count(obs_value), count(*) from read_parquet('{folder}/{source}/*.parquet')
        where regexp_matches(ref_area, '^NUTS-(DE|AT|ES)') and variable = 'employed_information'"""
    assert ask(sql, folder=archived, source=JOBS) == (0, 401 + 35 + 59)


def test_state_level_areas_have_names():
    parents = register("area_parents")["parent"].str[:3].value_counts()
    assert {code: parents[code] for code in ("DE-", "PL-", "TR-", "CZ-", "HU-", "RO-", "BG-", "SE-")} == {
        "DE-": 16, "PL-": 16, "TR-": 81, "CZ-": 14, "HU-": 20, "RO-": 42, "BG-": 28, "SE-": 21,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("country", "points"), [("DE", 401), ("PL", 269), ("CZ", 88), ("HU", 89), ("RO", 126), ("TR", 436), ("BG", 55), ("SE", 92)]
)
def test_points_are_towns_of_the_country(archived, country, points):
    rows = register("area_points")
    own = rows[rows["ref_area"].str.match(rf"{country}-(\d|[A-Z]{{3}}\d)")]
    assert len(own) == points
    sql = """select count(distinct g.ref_area), string_agg(distinct g.obs_text) from own as o
        join read_parquet('{folder}/geonames/*.parquet') as g on g.ref_area = o.point and g.variable = 'country'"""
    with duckdb.connect() as connection:
        connection.from_df(own).create_view("own")
        towns, countries = connection.execute(sql.format(folder=archived)).fetchone()
    iso = register("countries").set_index("iso2")["iso3"][country]
    assert (towns, countries) == (own["point"].nunique(), iso)


def test_a_metropolitan_municipality_is_its_province_and_stands_once(archived):
    sql = """select count(distinct obs_text), count(*) from read_parquet('{folder}/{source}/*.parquet')
        where variable = 'metropolis' and obs_text = 'TR-METRO-' || substr(ref_area, 4, 2)"""
    assert ask(sql, folder=archived, source=TUIK) == (30, 519)
    sql = """select sum(p.obs_value) from read_parquet('{folder}/{source}/*.parquet') as p
        join read_parquet('{folder}/{source}/*.parquet') as m on m.ref_area = p.ref_area and m.obs_text = 'TR-METRO-34'
        where p.variable = 'population' and p.time_period = 2018"""
    assert ask(sql, folder=archived, source=TUIK)[0] == 15_067_724  # Istanbul
    taken = register("area_concordance").query("source == 'un_wup'")["ref_area"]
    assert taken[taken.str.startswith("TR-METRO-")].nunique() == 23, "Gebze and İzmit lie in one"
