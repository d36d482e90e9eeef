"""Areas of Asia and Africa in the archive: how many there are, what publishers print, and that each has what an area needs."""

import duckdb
import pytest
from prepared import ask

from schemas.catalogue import register

SUMS = """select sum(obs_value) from '{folder}/{source}/{vintage}.parquet'
    where regexp_full_match(ref_area, '{areas}') and {condition}"""
LOCAL = {
    "JP": ("japan_ssdse", "2026", "JP-[0-9]{5}", 1741),
    "MA": ("morocco_hcp_rgph", "2024", "MA-.*", 1503),
    "IN": ("india_census2011", "2011", "IN-[0-9]{3}", 640),
    "KR": ("korea_kosis", "2025", "KR-[0-9]{5}", 229),
    "MY": ("malaysia_dosm", "2020", "MY-[0-9]{4}", 160),
    "KE": ("kenya_census2019", "2019", "KE-[0-9]{2}", 47),
    "PH": ("philippines_psa", "2024", "PH-[0-9]{10}", 1642),
    "CN": ("china_census", "2020", "CN-[0-9]{6}", 367),
}


@pytest.mark.parametrize(
    ("country", "condition", "total"),
    [
        ("JP", "variable = 'population' and time_period = 2020", 126_146_099),
        ("JP", "variable = 'population' and time_period = 2015", 127_094_745),
        ("JP", "variable = 'jobs_total'", 57_937_290),
        # 279 people are in no sector, most of them in one city
        ("JP", "variable like 'jobs_%' and variable <> 'jobs_total'", 57_937_290 - 279),
        ("CN", "variable = 'population'", 1_409_778_724),
        ("CN", "regexp_matches(variable, '^population_(0_14|15_64|65_plus)$')", 1_409_778_724),
        ("CN", "variable = 'households'", 494_157_423),
        ("CN", "variable = 'employed_total'", 65_631_786),
        ("CN", "variable like 'employed_%' and variable <> 'employed_total'", 65_631_786),
        ("MA", "variable = 'population' and time_period = 2024", 36_828_330),
        ("MA", "variable = 'population' and time_period = 2014", 33_848_242),
        ("MA", "variable = 'establishments_total'", 1_130_021),
        ("IN", "variable = 'population' and time_period = 2011", 1_210_854_977),
        ("IN", "variable like 'employed_%' and variable <> 'employed_total'", 481_888_868),
        ("KR", "variable = 'population' and time_period = 2020", 51_829_120),
        ("MY", "variable = 'population' and time_period = 2020", 32_447_385),
        ("MY", "regexp_matches(variable, '^population_.*') and time_period = 2020", 32_447_385),
        ("KE", "variable = 'population' and time_period = 2019", 47_564_296),
        ("PH", "variable = 'population'", 112_727_776),
    ],
)
def test_sums_as_printed(archived, country, condition, total):
    source, vintage, areas, _ = LOCAL[country]
    assert ask(SUMS, folder=archived, source=source, vintage=vintage, areas=areas, condition=condition) == (total,)


@pytest.mark.parametrize("country", sorted(LOCAL))
def test_how_many_local_areas(archived, country):
    source, vintage, areas, number = LOCAL[country]
    sql = """select count(distinct ref_area) from '{folder}/{source}/{vintage}.parquet'
        where variable = 'population' and regexp_full_match(ref_area, '{areas}')"""
    assert ask(sql, folder=archived, source=source, vintage=vintage, areas=areas) == (number,)


# People, area and point of every local area; in brackets those without, and why.
WITHOUT = {("PH", "area_km2"): 8}  # the publisher gives none


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
    assert ask(sql, **names, country=FOLDERS[country]) == (WITHOUT.get((country, variable), 0),)


FOLDERS = {
    "JP": "japan", "CN": "china", "MA": "morocco", "IN": "india", "KR": "korea", "MY": "malaysia", "KE": "kenya",
    "PH": "philippines",
}  # fmt: skip


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
    """What the formulas add up is what sector_classes.csv says belongs together, and each class counts once."""
    classes, variables = register("sector_classes"), register("variables")
    for source, (shape, kinds) in SECTORS.items():
        known, read = classes[classes["source"] == source], variables[variables["source"] == source]
        for kind in kinds:
            told = read[read["variable"].str.match(rf"{kind}_(?!total)")].set_index("variable")["publisher_code"]
            for sector, rows in known.query("sector != 'none'").groupby("sector")["publisher_class"]:
                wanted = {shape[kind].format(code) for code in rows}
                (found,) = [name for name in told.index if name.startswith(f"{kind}_{sector}")]
                assert set(told[found].split(" + ")) == wanted, f"{source} {found}"


SECTORS = {
    "japan_ssdse": ({"establishments": "C2108{}", "jobs": "C2208{}"}, ("establishments", "jobs")),
    "china_census": ({"employed": "{}"}, ("employed",)),
    "india_census2011": ({"employed": "{}"}, ("employed",)),
    "korea_kosis": ({"value_added": "grdp_2020 | {}"}, ("value_added",)),
    "malaysia_dosm": ({"establishments": "businesses_{}"}, ("establishments",)),
    "morocco_hcp_rgph": ({"employed": "work_sector_{}"}, ("employed",)),
}
