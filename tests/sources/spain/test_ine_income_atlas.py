"""Spain's household income atlas by municipality and year."""

import zipfile

import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of

MEMBER = "file37541d9e11e5.csv"
read = reader_of("ine_income_atlas")


@pytest.fixture
def folder(fixtures, tmp_path):
    """``folder({file: (old, new)})``: the fixture as zips, with texts replaced."""

    def make(spoil: dict | None = None):
        path = tmp_path / "ine_income_atlas" / "2022"
        path.mkdir(parents=True)
        for source in sorted(fixtures("ine_income_atlas", "2022").glob("*.zip.csv")):
            name, text = source.stem, source.read_text(encoding="utf-8")
            old, new = (spoil or {}).get(name, ("", ""))
            assert old in text
            with zipfile.ZipFile(path / name, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MEMBER, text.replace(old, new, 1) if old else text)
        return path

    return make


def cell(table, area, variable, year=2022):
    found = (table["ref_area"] == area) & (table["variable"] == variable) & (table["time_period"] == year)
    assert found.sum() == 1
    return table[found].iloc[0]


def test_published_numbers_are_as_published_and_traceable(folder):
    table = read(folder(), "2022")
    income = cell(table, "ES-28079", "income_per_capita")
    assert (income["obs_value"], income["obs_status"]) == (18_632, "A")
    assert (income["source_file"], income["source_row"]) == (f"income_municipality.zip!{MEMBER}", 9)
    assert cell(table, "ES-28079", "income_median_equivalised", 2021)["obs_value"] == 20_650
    assert cell(table, "ES-28079", "gini")["obs_value"] == 37.7
    assert cell(table, "ES-28079", "income_ratio_p80_p20")["obs_value"] == 3.3
    assert cell(table, "ES-28079", "income_per_capita_pensions")["obs_value"] == 4225
    assert cell(table, "ES-28079", "population")["obs_value"] == 3_293_178
    assert not table.duplicated(["variable", "time_period", "ref_area"]).any()


def test_shares_by_age_become_counts(folder):
    table = read(folder(), "2022")
    old = cell(table, "ES-28079", "population_65_plus")
    assert (old["obs_value"], old["obs_status"]) == (665_222, "E")  # 20.2 % of 3,293,178
    assert cell(table, "ES-28079", "population_under_18")["obs_value"] == 497_270  # 15.1 %


def test_masked_cells_are_missing_and_never_zero(folder):
    table = read(folder(), "2022")
    for area, variable, year in (
        ("ES-01002", "income_per_capita_wages", 2019),
        ("ES-01002", "income_per_capita_pensions", 2022),
        ("ES-36011", "population", 2022),
        ("ES-36011", "population_65_plus", 2022),
    ):
        row = cell(table, area, variable, year)
        assert row["obs_status"] == "O" and row["obs_value"] != row["obs_value"]


def test_sources_that_do_not_add_up_to_income_are_estimates(folder):
    table = read(folder(), "2022")
    assert cell(table, "ES-03038", "income_per_capita_wages", 2020)["obs_status"] == "E"  # 26,559 of 28,967 euros
    assert cell(table, "ES-03038", "income_per_capita_wages", 2022)["obs_status"] == "A"


@pytest.mark.parametrize(
    "file, old, new, words",
    [
        ("income_municipality.zip", "net_income_pc", "renta_neta", ["row 1", "net_income_pc", "missing"]),
        ("income_municipality.zip", ",18632,", ",x,", ["row 9", "net_income_pc", "'x'"]),
        ("income_municipality.zip", ",18632,", ",-18632,", ["row 9", "net_income_pc", "-18632"]),
        ("income_municipality.zip", "28079,Madrid,28,Madrid,2021", "28079,Madrid,28,Madrid,2022", ["twice", "28079"]),
        ("gini_p80p20_municipality.zip", ",37.7,", ",137.7,", ["row 9", "gini", "137.7"]),
        ("demographics_municipality.zip", ",15.1,", ",151,", ["row 9", "pct_under18", "151"]),
        ("demographics_municipality.zip", "28079,Madrid,28", "99079,Madrid,28", ["row 9", "mun_code", "99079"]),
        ("demographics_municipality.zip", "Madrid,2022", "Madrid,2023", ["row 9", "year", "2023"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, file, old, new, words):
    with pytest.raises(SourceError) as caught:
        read(folder({file: (old, new)}), "2022")
    for word in [file, *words]:
        assert word in str(caught.value)


def test_refuses_an_older_atlas_and_a_truncated_zip(folder):
    path = folder()
    with pytest.raises(SourceError, match="ends before 2023"):
        read(path, "2023")
    zipped = path / "income_municipality.zip"
    zipped.write_bytes(zipped.read_bytes()[:-40])
    with pytest.raises(SourceError, match=r"income_municipality\.zip.*zip"):
        read(path, "2022")


def test_real_atlas(real_folder):
    table = read(real_folder("ine_income_atlas", "2022"), "2022")
    income = table[table["variable"] == "income_per_capita"]
    assert set(income["time_period"]) == set(range(2015, 2023))
    assert income["ref_area"].nunique() == 8138
    richest = income[(income["time_period"] == 2022)].nlargest(1, "obs_value").iloc[0]
    assert richest["ref_area"] == "ES-28115"  # Pozuelo de Alarcón, the highest of INE's list for years
    people = table[(table["variable"] == "population") & (table["time_period"] == 2022)]["obs_value"].sum()
    assert people == pytest.approx(47_475_420, rel=0.005)  # Padrón of 1 January 2022; the atlas counts a little otherwise
