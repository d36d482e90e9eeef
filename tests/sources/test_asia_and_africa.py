"""Areas of Asia and Africa in the archive: how many there are, what publishers print, and that each has what an area needs."""

import duckdb
import pytest

from schemas.catalogue import register

SUMS = "select sum(obs_value) from '{folder}/{source}/{vintage}.parquet' where regexp_full_match(ref_area, '{areas}') and {condition}"
LOCAL = {
    "JP": ("japan_ssdse", "2026", "JP-[0-9]{5}", 1741),
}


def ask(sql: str, **names):
    with duckdb.connect() as connection:
        return connection.execute(sql.format(**names)).fetchone()[0]


@pytest.mark.parametrize(
    ("country", "condition", "total"),
    [
        ("JP", "variable = 'population' and time_period = 2020", 126_146_099),
        ("JP", "variable = 'population' and time_period = 2015", 127_094_745),
        ("JP", "variable = 'jobs_total'", 57_937_290),
        # 279 people are in no sector, most of them in one city
        ("JP", "variable like 'jobs_%' and variable <> 'jobs_total'", 57_937_290 - 279),
    ],
)
def test_sums_as_printed(archived, country, condition, total):
    source, vintage, areas, _ = LOCAL[country]
    assert ask(SUMS, folder=archived, source=source, vintage=vintage, areas=areas, condition=condition) == total


@pytest.mark.parametrize("country", sorted(LOCAL))
def test_how_many_local_areas(archived, country):
    source, vintage, areas, number = LOCAL[country]
    sql = """select count(distinct ref_area) from '{folder}/{source}/{vintage}.parquet'
        where variable = 'population' and regexp_full_match(ref_area, '{areas}')"""
    assert ask(sql, folder=archived, source=source, vintage=vintage, areas=areas) == number


# People, area and point of every local area; in brackets those without, and why.
WITHOUT: dict[tuple[str, str], int] = {}


@pytest.mark.parametrize("variable", ["name", "population", "area_km2", "latitude", "longitude"])
@pytest.mark.parametrize("country", sorted(LOCAL))
def test_every_local_area_has(archived, country, variable):
    source, vintage, areas, _ = LOCAL[country]
    sql = """select count(*) from (
            select distinct ref_area from '{folder}/{source}/{vintage}.parquet'
            where variable = 'population' and regexp_full_match(ref_area, '{areas}')
        ) as a where not exists (
            from read_parquet('{folder}/{country}*/*.parquet') as o
            where o.ref_area = a.ref_area and o.variable = '{variable}' and (obs_value is not null or obs_text is not null))"""
    names = {"folder": archived, "source": source, "vintage": vintage, "areas": areas, "variable": variable}
    assert ask(sql, **names, country=FOLDERS[country]) == WITHOUT.get((country, variable), 0)


FOLDERS = {"JP": "japan"}


@pytest.mark.parametrize("country", sorted(LOCAL))
def test_every_state_level_area_has_a_name(archived, country):
    source, vintage, areas, _ = LOCAL[country]
    sql = """select distinct coalesce(p.obs_text, left(a.ref_area, 5)) from '{folder}/{source}/{vintage}.parquet' as a
        left join '{folder}/{source}/{vintage}.parquet' as p on p.ref_area = a.ref_area and p.variable = 'parent'
        where a.variable = 'population' and regexp_full_match(a.ref_area, '{areas}')"""
    with duckdb.connect() as connection:
        rows = connection.execute(sql.format(folder=archived, source=source, vintage=vintage, areas=areas)).fetchall()
    assert {row[0] for row in rows} == {code for code in register("area_parents")["parent"] if code.startswith(f"{country}-")}


def test_the_sectors_of_a_specification_are_those_of_the_register():
    """What the formulas add up is what sector_classes.csv says belongs together."""
    classes, variables = register("sector_classes"), register("variables")
    for source, prefixes in {"japan_ssdse": ("C2108", "C2208")}.items():
        known = classes[classes["source"] == source]
        assert set(known["sector"]) <= set(register("sectors")["sector"])
        formulas = set(variables.loc[variables["source"] == source, "publisher_code"])
        for prefix in prefixes:
            wanted = {" + ".join(prefix + code for code in rows) for _, rows in known.groupby("sector")["publisher_class"]}
            assert wanted <= formulas
