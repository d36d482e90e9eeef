"""Western Europe in the archive against what its offices print, and that local areas have what matching needs."""

import duckdb
import pytest
from prepared import ask

from schemas.catalogue import register

SUMS = """select sum(obs_value) from '{folder}/{source}/{vintage}.parquet'
    where regexp_full_match(ref_area, '{areas}') and variable = '{variable}' and time_period = {year}"""
LOCAL = {  # country: source that lists them, vintage, code, how many
    "FR": ("insee_communes", "2022", "FR-([0-9]{2}|2[AB])[0-9]{3}", 5372),
    "IT": ("istat_municipalities", "2022", "IT-[0-9]{6}", 4371),
    "PT": ("ine_pt_municipalities", "2021", "PT-[0-9]{4}", 308),
    "GB": ("ons_districts", "2021", "GB-[EW]0[6-9][0-9]{6}", 331),
}
STATES = {  # code, how many
    "FR": ("FR-R[0-9]{2}", 17),
    "IT": ("IT-R[0-9]{2}", 20),
    "PT": ("PT-D[0-9]{2}", 20),
    "GB": ("GB-UK[C-L]", 10),
}


@pytest.mark.parametrize(
    ("country", "level", "variable", "year", "total"),
    [
        ("FR", "state", "population", 2018, 66_732_538),  # INSEE: France without Mayotte
        ("FR", "state", "population", 2013, 65_564_756),
        ("FR", "local", "population", 2018, 51_561_555),
        ("IT", "state", "population", 2022, 59_030_133),  # ISTAT, 31 December 2021
        ("IT", "state", "population", 2018, 59_937_769),
        ("IT", "state", "population", 2013, 60_277_309),
        ("IT", "state", "area_km2", 2022, 302_068.98),
        ("IT", "local", "population", 2022, 55_728_979),
        ("PT", "local", "population", 2021, 10_343_066),  # INE, census of 2021
        ("GB", "local", "population", 2021, 59_597_529),  # ONS, census of 2021, England and Wales
        ("GB", "local", "households", 2021, 24_783_500),
        ("GB", "local", "employed_total", 2011, 26_414_207),  # people who work in England and Wales, census of 2011
    ],
)
def test_sums_as_printed(archived, country, level, variable, year, total):
    source, vintage, local, _ = LOCAL[country]
    areas = local if level == "local" else STATES[country][0]
    (found,) = ask(SUMS, folder=archived, source=source, vintage=vintage, areas=areas, variable=variable, year=year)
    assert found == pytest.approx(total, abs=0.5)


@pytest.mark.parametrize("country", sorted(LOCAL))
def test_how_many_areas(archived, country):
    source, vintage, areas, number = LOCAL[country]
    sql = """select count(distinct ref_area) from '{folder}/{source}/{vintage}.parquet'
        where variable = 'population' and regexp_full_match(ref_area, '{areas}')"""
    assert ask(sql, folder=archived, source=source, vintage=vintage, areas=areas) == (number,)
    assert len({code for code in register("area_parents")["parent"] if code.startswith(f"{country}-")}) == STATES[country][1]


# Local areas without it, and why.
WITHOUT = {("FR", "latitude"): 174, ("FR", "longitude"): 174}  # GeoNames has no place of 500 people with their code


@pytest.mark.parametrize("variable", ["name", "parent", "population", "area_km2", "latitude", "longitude"])
@pytest.mark.parametrize("country", sorted(LOCAL))
def test_every_local_area_has(archived, country, variable):
    source, vintage, areas, _ = LOCAL[country]
    sql = """select count(*) from (
            select distinct ref_area from '{folder}/{source}/{vintage}.parquet'
            where variable = 'population' and regexp_full_match(ref_area, '{areas}')
        ) as a where not exists (
            from read_parquet([{files}]) as o
            where o.ref_area = a.ref_area and o.variable = '{variable}' and (obs_value is not null or obs_text is not null))"""
    files = ", ".join(f"'{archived}/{file}.parquet'" for file in FILES[country])
    names = {"folder": archived, "source": source, "vintage": vintage, "areas": areas, "variable": variable}
    assert ask(sql, **names, files=files) == (WITHOUT.get((country, variable), 0),)


FILES = {
    "FR": ["insee_communes/2022", "geonames_communes/2023-03"],
    "IT": ["istat_municipalities/2022"],
    "PT": ["ine_pt_municipalities/2021"],
    "GB": ["ons_districts/2021", "eurostat_lau_nuts3/2019", "geonames_communes/2023-03"],
}


@pytest.mark.parametrize("country", sorted(LOCAL))
def test_every_local_area_belongs_to_a_state_level_area_of_the_register(archived, country):
    sql = """select distinct obs_text from read_parquet([{files}])
        where variable = 'parent' and regexp_full_match(ref_area, '{areas}')"""
    files = ", ".join(f"'{archived}/{file}.parquet'" for file in FILES[country])
    with duckdb.connect() as connection:
        rows = connection.execute(sql.format(files=files, areas=LOCAL[country][2])).fetchall()
    assert {row[0] for row in rows} == {code for code in register("area_parents")["parent"] if code.startswith(f"{country}-")}


@pytest.mark.parametrize(
    ("source", "vintage", "area", "variable", "value"),
    [
        ("insee_communes", "2022", "FR-75056", "population", 2_175_601),
        ("insee_communes", "2022", "FR-75056", "area_km2", 105.4),
        ("insee_communes", "2022", "FR-13055", "population", 868_277),
        ("insee_communes", "2022", "FR-75056", "income_median_equivalised", 28_570),
        ("insee_communes", "2022", "FR-R11", "population", 12_213_447),
        ("geonames_communes", "2023-03", "FR-74056", "altitude", 1044),  # Chamonix
        ("istat_municipalities", "2022", "IT-058091", "population", 2_749_031),
        ("istat_municipalities", "2022", "IT-058091", "area_km2", 1287.24),
        ("istat_municipalities", "2022", "IT-025016", "altitude", 1211),  # Cortina d'Ampezzo
        ("istat_municipalities", "2022", "IT-R03", "population", 9_943_004),
        ("ine_pt_municipalities", "2021", "PT-1106", "population", 545_796),  # Lisbon: INE
        ("ons_districts", "2021", "GB-E08000025", "population", 1_144_923),  # Birmingham
        ("eurostat_lau_nuts3", "2019", "GB-E06000060", "area_km2", 1564.9491),  # Buckinghamshire, of four districts
        ("ine_pt_municipalities", "2021", "PT-1106", "area_km2", 100.0543),
    ],
)
def test_places_that_everybody_knows(archived, source, vintage, area, variable, value):
    sql = """select arg_max(obs_value, time_period) from '{folder}/{source}/{vintage}.parquet'
        where ref_area = '{area}' and variable = '{variable}'"""
    assert ask(sql, folder=archived, source=source, vintage=vintage, area=area, variable=variable) == (pytest.approx(value),)


# What the formulas add up is what sector_classes.csv says belongs together: the shape of a class in the formula.
SECTORS = {
    "insee_communes": ("{}", "establishments"),
    "ons_districts": ("{}", "employed"),
    "ine_companies": ("{}", "establishments"),
}


@pytest.mark.parametrize("source", sorted(SECTORS))
def test_the_sectors_of_a_specification_are_those_of_the_register(source):
    classes, variables = register("sector_classes"), register("variables")
    shape, kind = SECTORS[source]
    known, read = classes[classes["source"] == source], variables[variables["source"] == source]
    told = read[read["variable"].str.match(rf"{kind}_(?!total)")].set_index("variable")["publisher_code"]
    for sector, rows in known.dropna(subset="sector").groupby("sector")["publisher_class"]:
        assert set(told[f"{kind}_{sector}"].split(" + ")) == {shape.format(code) for code in rows}, f"{source} {sector}"


def test_ages_of_italian_comuni_are_their_people(archived):
    sql = """select count(*) from (
            select p.ref_area, any_value(p.obs_value) as people, sum(a.obs_value) as ages
            from '{folder}/istat_municipalities/2022.parquet' as p join '{folder}/istat_ages/2022.parquet' as a using (ref_area)
            where p.variable = 'population' and p.time_period = 2022 and p.ref_area not like 'IT-R%'
                and a.variable in ('population_0_14', 'population_15_64', 'population_65_plus')
            group by p.ref_area
        ) where people {sign} ages"""
    assert ask(sql, folder=archived, sign="<>") == (0,)
    assert ask(sql, folder=archived, sign="=") == (4370,), "without Misiliscemi, a comune since 2021"


def test_portugal_lost_people_as_printed(archived):
    """INE: 10,562,178 in 2011; each concelho's rate of change has two decimals."""
    names = {"folder": archived, "source": "ine_pt_municipalities", "vintage": "2021", "areas": "PT-.*"}
    assert ask(SUMS, **names, variable="population", year=2011) == (pytest.approx(10_562_178, abs=100),)
    assert ask(SUMS, **names, variable="population_65_plus", year=2021) == (2_423_639,)


@pytest.mark.parametrize(
    ("source", "vintage", "variable", "year", "total"),
    [
        ("ine_companies", "2016", "establishments_total", 2016, 3_234_265),
        ("ine_companies", "2016", "establishments_construction", 2016, 390_049),
        ("ine_padron", "2023", "population", 2010, 47_021_031),
        ("ine_padron", "2023", "population", 2023, 48_022_515),  # as IGN has it, but for Usansolo, a municipality since
    ],
)
def test_sums_of_spanish_municipalities_as_printed(archived, source, vintage, variable, year, total):
    names = {"folder": archived, "source": source, "vintage": vintage, "areas": "ES-.*"}
    assert ask(SUMS, **names, variable=variable, year=year) == (total,)
