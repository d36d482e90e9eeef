"""Latin America against what its offices print: people, jobs, cases, and that every local area has what matching needs."""

import duckdb
import pytest
from prepared import ask

from pipeline.areas.places import places
from schemas.catalogue import register

SUMS = """
    select sum(obs_value), count(distinct ref_area) from '{0}/{1}/{2}.parquet'
    where variable = '{3}' and time_period = {4} and obs_value is not null
"""
LISTS = {  # country: source, areas, areas without a point, without an area in km²
    "ARG": ("argentina_indec_census", "2022", 527, 0, 527),
    "BOL": ("bolivia_ine_census", "2024", 343, 0, 0),
    "CHL": ("chile_ine_census", "2024", 345, 0, 0),
    "COL": ("colombia_municipal_panel", "2021", 1121, 4, 0),
    "PER": ("peru_minam_population", "2023", 1891, 17, 21),
}
PARENTS = {"ARG": 24, "BOL": 9, "CHL": 16, "COL": 33, "PER": 25}


@pytest.mark.parametrize(
    ("source", "vintage", "variable", "year", "total", "areas"),
    [
        ("bolivia_ine_census", "2024", "population", 2024, 11_365_333, 343),
        ("bolivia_ine_census", "2024", "employed_total", 2024, 5_818_999, 343),
        ("argentina_indec_census", "2022", "population", 2022, 45_618_787, 527),
        ("argentina_cep_jobs", "2022", "jobs_total", 2022, 6_595_449, 527),
        ("chile_ine_census", "2024", "population", 2024, 18_480_432 - 60, 345),  # without the Antarctic comuna
        ("chile_ine_census", "2024", "households", 2024, 6_596_527, 345),
        *(
            ("chile_cead_homicides", "2025", "homicides", 2019 + number, cases, 345)
            for number, cases in enumerate((648, 881, 696, 934, 962, 980, 941))
        ),
        ("colombia_municipal_panel", "2021", "population", 2011, 44_499_718, 1118),
        ("colombia_municipal_panel", "2021", "population", 2016, 46_813_027, 1120),
        ("colombia_municipal_panel", "2021", "population", 2021, 50_986_636, 1113),
        ("peru_minam_population", "2023", "population", 2023, 33_725_844, 1891),
        ("ibge_census", "2022", "population", 2022, 203_080_756, 5570),
        ("ibge_census", "2022", "households", 2022, 72_522_372, 5570),
        ("ibge_population", "2024", "population", 2010, 190_755_799, 5565),
        ("ibge_population", "2024", "population", 2022, 203_080_756, 5570),
        ("ibge_population", "2024", "population", 2024, 212_583_750, 5570),
    ],
)
def test_the_figures_add_up_to_what_is_published(archived, source, vintage, variable, year, total, areas):
    assert ask(SUMS, archived, source, vintage, variable, year) == (total, areas)


@pytest.mark.parametrize(
    ("source", "vintage", "variable", "year", "total", "share"),
    [
        ("chile_ine_census", "2024", "population", 2017, 17_574_003, 1e-4),  # 138 people in Antarctica
        ("colombia_municipal_panel", "2021", "value_added", 2021, 1_077_171, 1e-6),
        ("bolivia_ine_census", "2024", "population_series", 2012, 10_059_856, 0.01),  # from a rate with one decimal
        ("pnud_atlas", "2013", "employed_total", 2010, 86_353_839, 0.001),
    ],
)
def test_estimates_lie_near_what_is_published(archived, source, vintage, variable, year, total, share):
    found, _ = ask(SUMS, archived, source, vintage, variable, year)
    assert found == pytest.approx(total, rel=share)


def test_the_sectors_of_brazil_leave_four_per_cent(archived):
    """On average over municipalities; people by sector never add up to more than the employed."""
    with duckdb.connect() as connection:
        shares = connection.execute(
            f"""select sum(obs_value) filter (variable <> 'employed_total') / sum(obs_value) filter (variable = 'employed_total')
            from '{archived}/pnud_atlas/2013.parquet' where variable like 'employed%' group by ref_area"""
        ).fetchall()
    assert len(shares) == 5565 and max(share for (share,) in shares) < 1.001
    assert sum(share for (share,) in shares) / 5565 == pytest.approx(0.96, abs=0.002)


@pytest.fixture(scope="module")
def listed(archived, tmp_path_factory):
    """The places that the sources of these countries give, those of Brazil with its seats."""
    folder = tmp_path_factory.mktemp("latin_america")
    sources = [*{source: None for source, *_ in LISTS.values()}, "chile_ine_census", "colombia_coordinates", "peru_ubigeo"]
    files = [f"'{archived}/{source}/*.parquet'" for source in dict.fromkeys([*sources, "ibge_census", "ibge_compiled"])]
    with duckdb.connect() as connection:
        parts = " union all by name ".join(
            "select source::varchar as source, ref_area, variable::varchar as variable, time_period, obs_value, obs_text"
            f" from {file}"
            for file in files
        )
        connection.execute(f"copy ({parts}) to '{folder}/observations.parquet'")
    return places(folder / "observations.parquet")


@pytest.mark.parametrize("country", LISTS)
def test_every_local_area_has_a_name_a_parent_a_point_and_an_area(listed, country):
    areas, pointless, without_area = LISTS[country][2:]
    local = listed[(listed["country"] == country) & (listed["level"] == "local")]
    assert len(local) == areas and local["name"].notna().all() and local["parent"].notna().all()
    assert (local["latitude"].isna().sum(), local["area_km2"].isna().sum()) == (pointless, without_area)
    parents = listed[(listed["country"] == country) & (listed["level"] == "state")]
    assert len(parents) == PARENTS[country] and set(local["parent"]) == set(parents["ref_area"])
    assert parents["name"].notna().all()


def test_brazils_metropolises_are_its_urban_concentrations(listed):
    metropolises = listed[listed["kind"] == "metropolis_brazil"]
    members = listed[(listed["level"] == "local") & listed["metropolis"].notna()]
    assert len(metropolises) == 185 and len(members) == 660
    assert metropolises[["name", "latitude", "area_km2"]].notna().all().all()
    assert not metropolises["name"].str.contains("/").any()
    known = register("area_concordance").query("source == 'un_wup' and ref_area.str.startswith('BR-')")
    assert len(known) == 59 and set(known["ref_area"]) <= set(metropolises["ref_area"])


def test_classes_of_activity_become_sectors_that_are_read():
    """Every class stands once and names a sector, sectors joined, or none with a reason."""
    classes = register("sector_classes")
    variables = register("variables").groupby("source")["variable"].agg(set)
    without = classes[classes["sector"].isna()]
    assert without["note"].notna().all()
    for row in classes.dropna(subset="sector").itertuples():
        kinds = {f"{kind}_{row.sector}" for kind in ("employed", "jobs", "value_added", "establishments")}
        kinds.add(f"jobs_{row.sector}_incorporated")  # Japan's farms
        assert kinds & variables[row.source], row
