"""Census of Spain 2021 by municipality."""

import shutil
import zipfile

import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of
from pipeline.sources.reading import OBSERVATION_COLUMNS

read = reader_of("ine_census")

ZIP, MEMBER = "census_2021_municipality.zip", "file114823b05b85.csv"
MADRID_UNDER_16 = "0.1383254259483971"


@pytest.fixture
def folder(fixtures, tmp_path):
    """``folder(old, new)``: the fixture as a zip, with one text replaced."""

    def make(old: str = "", new: str = ""):
        text = (fixtures("ine_census", "2021") / f"{ZIP}.csv").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "ine_census" / "2021"
        path.mkdir(parents=True)
        with zipfile.ZipFile(path / ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MEMBER, text.replace(old, new, 1) if old else text)
        return path

    return make


def cell(table, area, variable):
    rows = table[(table["ref_area"] == area) & (table["variable"] == variable)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_counts_are_as_published_and_traceable(folder):
    table = read(folder(), "2021")
    assert list(table.columns) == OBSERVATION_COLUMNS
    people = cell(table, "ES-28079", "population")
    assert (people["obs_value"], people["obs_status"], people["time_period"]) == (3_277_451, "A", 2021)
    assert (people["source_file"], people["source_row"]) == (f"{ZIP}!{MEMBER}", 6)
    assert cell(table, "ES-08019", "households")["obs_value"] == 671_177
    assert cell(table, "ES-01001", "dwellings_secondary")["obs_value"] == 169
    assert not table.duplicated(["variable", "time_period", "ref_area"]).any()


def test_shares_become_counts_over_their_own_base(folder):
    table = read(folder(), "2021")

    def value(name):
        row = cell(table, "ES-28079", name)
        assert row["obs_status"] == "E"
        return row["obs_value"]

    assert value("population_under_16") == 453_355  # 13.83254 % of 3,277,451
    assert value("adults_tertiary_base") == value("population_working_age") == 3_277_451 - 453_355
    assert 100 * value("adults_tertiary") / value("adults_tertiary_base") == pytest.approx(45.4, abs=0.05)
    assert 100 * value("unemployed") / value("labour_force") == pytest.approx(12.5, abs=0.05)
    assert value("employed") + value("unemployed") == value("labour_force")
    assert value("population_foreign_born") == 768_147  # 23.43734 %


def test_masked_municipality_keeps_only_its_people(folder):
    table = read(folder(), "2021")
    rows = table[table["ref_area"] == "ES-02036"].set_index("variable")
    assert rows.loc["population", "obs_value"] == 99
    rest = rows.drop("population")
    assert rest["obs_value"].isna().all() and (rest["obs_status"] == "O").all()


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("activity_rate", "activity", ["row 1", "activity_rate", "missing"]),
        ("28,28079,", "28,2807,", ["row 6", "mun_code", "2807"]),
        ("28,28079,", "29,28079,", ["row 6", "mun_code", "28079"]),
        ("08,08019,", "28,28079,", ["mun_code", "28079", "twice"]),
        (MADRID_UNDER_16, "1.383", ["row 6", "pct_under16", "1.383"]),
        (MADRID_UNDER_16, "0.2", ["row 6", "pct_under16"]),
        (MADRID_UNDER_16, "n/a", ["row 6", "pct_under16", "n/a"]),
        (",3277451,", ",-3277451,", ["row 6", "total_pop", "-3277451"]),
        (",1533221,", ",1533222,", ["row 6", "total_dwellings", "1533222"]),
        ("0.12452604032829172", "0.5", ["row 6", "employment_rate"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, old, new, words):
    with pytest.raises(SourceError) as caught:
        read(folder(old, new), "2021")
    for word in [MEMBER, *words]:
        assert word in str(caught.value)


def test_refuses_a_file_that_is_no_zip(folder):
    path = folder()
    (path / ZIP).write_bytes((path / ZIP).read_bytes()[:300])
    with pytest.raises(SourceError, match=f"{ZIP}.*zip"):
        read(path, "2021")
    (path / ZIP).write_text("<!DOCTYPE html><html></html>")
    with pytest.raises(SourceError, match=f"{ZIP}.*zip"):
        read(path, "2021")
    with zipfile.ZipFile(path / ZIP, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    with pytest.raises(SourceError, match="exactly one file"):
        read(path, "2021")


def test_refuses_no_rows_and_no_file(folder):
    path = folder()
    with zipfile.ZipFile(path / ZIP, "w") as archive:
        archive.writestr(MEMBER, "prov_code,mun_code\n")
    with pytest.raises(SourceError, match="no rows"):
        read(path, "2021")
    shutil.rmtree(path)
    with pytest.raises(SourceError, match=f"{ZIP}.*missing"):
        read(path, "2021")


def test_real_census(real_folder):
    table = read(real_folder("ine_census", "2021"), "2021")
    national = table.groupby("variable")["obs_value"].sum()
    assert national["population"] == 47_400_798  # INE, 1 January 2021
    assert table["ref_area"].nunique() == 8131
    assert national["households"] == pytest.approx(18_536_616, rel=0.003)  # INE; the masked municipalities lack
    assert national["dwellings"] == pytest.approx(26_623_708, rel=0.007)  # INE; the same
    assert national["population_female"] / national["population"] == pytest.approx(0.51, abs=0.003)
    assert 100 * national["population_foreign_born"] / national["population"] == pytest.approx(15.3, abs=0.1)
    masked = table[(table["variable"] == "adults_tertiary") & (table["obs_status"] == "O")]
    people = table[(table["variable"] == "population") & table["ref_area"].isin(masked["ref_area"])]
    assert len(masked) == 1356 and people["obs_value"].max() < 100
