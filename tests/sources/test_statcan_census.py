"""Canada against what Statistics Canada prints: people of the country and of its metropolitan areas."""

import duckdb
import pytest

from pipeline.areas.places import places
from pipeline.sources.readers import reader_of
from schemas.catalogue import register

SOURCE, VINTAGE = "statcan_census", "2021"
PROVINCES, METROPOLISES = 13, 152


@pytest.fixture(scope="module")
def listed(archived, tmp_path_factory):
    path = tmp_path_factory.mktemp("canada") / "observations.parquet"
    columns = "source::varchar as source, ref_area, variable::varchar as variable, time_period, obs_value, obs_text"
    files = " union all by name ".join(
        f"select {columns} from '{file}'"
        for file in (archived / SOURCE / f"{VINTAGE}.parquet", archived / "un_wup" / "2018.parquet")
    )
    with duckdb.connect() as connection:
        connection.execute(f"copy ({files}) to '{path}'")
        rows = f"select ref_area, obs_value from '{path}' where source = '{SOURCE}' and variable = 'population'"
        people = dict(connection.execute(rows).fetchall())
    return places(path).assign(people=lambda table: table["ref_area"].map(people)).query("country == 'CAN'")


def test_reads_names_without_their_kind(fixture_folder, row_of):
    table = reader_of(SOURCE)(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    toronto = row_of(table, "population", "CA-3520005", 2021)
    assert (toronto["obs_value"], toronto["source_file"], toronto["source_row"]) == (2_794_356, "csd_2021.csv", 7)
    assert row_of(table, "name", "CA-3520005", 2021)["obs_text"] == "Toronto"
    assert row_of(table, "name", "CA-1001101", 2021)["obs_text"] == "Division No.  1, Subd. V"
    both = {row_of(table, "metropolis", area, 2021)["obs_text"] for area in ("CA-2481017", "CA-3506008")}
    assert both == {"CA-CMA-505"}  # Gatineau and Ottawa, across the river
    assert row_of(table, "name", "CA-CMA-935", 2021)["obs_text"] == "Victoria"


def test_all_of_canada_is_there(listed):
    local = listed[listed["level"] == "local"]
    assert local["people"].sum() == 36_991_981 and len(local) == 4_830
    assert local[["name", "parent", "latitude", "longitude"]].notna().all().all()
    states = listed[listed["level"] == "state"]
    assert len(states) == PROVINCES and set(local["parent"]) == set(states["ref_area"]) and states["name"].notna().all()


@pytest.mark.parametrize(
    ("code", "name", "people"),
    [
        ("535", "Toronto", 6_202_225), ("462", "Montréal", 4_291_732), ("933", "Vancouver", 2_642_825),
        ("505", "Ottawa", 1_488_307), ("825", "Calgary", 1_481_806), ("835", "Edmonton", 1_418_118), ("421", "Québec", 839_311),
        ("602", "Winnipeg", 834_678), ("935", "Victoria", 397_237), ("205", "Halifax", 465_703),
    ],
)  # fmt: skip
def test_metropolitan_areas_as_printed(listed, code, name, people):
    members = listed[listed["metropolis"] == f"CA-CMA-{code}"]
    assert members["people"].sum() == people
    assert listed.set_index("ref_area").loc[f"CA-CMA-{code}", "name"] == name


def test_no_agglomeration_is_a_second_toronto(listed):
    metropolises = listed[listed["level"] == "metro"]
    assert len(metropolises) == METROPOLISES and (metropolises["kind"] == "metropolis_canada").all()
    known = register("area_concordance").query("source == 'un_wup' and ref_area.str.startswith('CA-')")
    assert len(known) == 17 and set(known["ref_area"]) <= set(metropolises["ref_area"])
