"""Eurostat's NUTS 3 regions."""

import gzip
import shutil

import pandas as pd
import pytest
import shapely

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of

GDP, AGES, INDICATORS = "estat_nama_10r_3gdp.tsv", "estat_demo_r_pjangrp3.tsv.gz", "estat_demo_r_pjanind3.tsv.gz"
NEET, OUTLINES = "edat_lfse_22.tsv.gz", "nuts3_20M_2021.geojson"
read = reader_of("eurostat_regions")


@pytest.fixture
def folder(fixtures, tmp_path):
    """``folder(file, old, new)``: the fixture with one text replaced, packed as published."""

    def make(file: str = GDP, old: str = "", new: str = ""):
        path = tmp_path / "eurostat_regions" / "2023"
        shutil.copytree(fixtures("eurostat_regions", "2023"), path)
        place = path / f"{file}.txt" if file.endswith(".gz") else path / file
        text = place.read_text(encoding="utf-8")
        assert old in text
        place.write_text(text.replace(old, new, 1), encoding="utf-8")
        for plain in path.glob("*.txt"):
            plain.with_suffix("").write_bytes(gzip.compress(plain.read_bytes()))
            plain.unlink()
        return path

    return make


def cell(table, area, variable, year):
    found = (table["ref_area"] == area) & (table["variable"] == variable) & (table["time_period"] == year)
    assert found.sum() == 1
    return table[found].iloc[0]


def test_product_is_in_whole_units_and_traceable(folder):
    path = folder()
    table = read(path, "2023")
    gdp = cell(table, "NUTS-LU000", "gdp_euro", 2019)
    assert (gdp["obs_value"], gdp["obs_status"], gdp["source_file"]) == (62_373_590_000, "A", GDP)
    line = (path / GDP).read_text(encoding="utf-8").splitlines()[gdp["source_row"] - 1]
    assert line.startswith("A,MIO_EUR,LU000,")
    assert cell(table, "NUTS-LU000", "gdp_per_capita_euro", 2021)["obs_value"] == 112_800
    assert cell(table, "NUTS-MT002", "gdp", 2021)["obs_value"] == 637_950_000
    product = table[table["source_file"] == GDP]
    assert set(product["time_period"]) == set(range(2012, 2022))
    assert set(product["ref_area"]) == {"NUTS-LU000", "NUTS-MT001", "NUTS-MT002"}


def test_people_by_age_are_sums_with_the_gravest_flag(folder):
    table = read(folder(), "2023")
    assert cell(table, "NUTS-LU000", "population", 2022)["obs_value"] == 645_397
    assert cell(table, "NUTS-LU000", "population_female", 2022)["obs_value"] == 320_333
    young = cell(table, "NUTS-LU000", "population_0_14", 2022)
    assert (young["obs_value"], young["obs_status"]) == (33_725 + 34_771 + 34_177, "A")
    assert cell(table, "NUTS-MT002", "population_0_14", 2022)["obs_status"] == "P"
    assert cell(table, "NUTS-LU000", "population", 2017)["obs_status"] == "B"
    parts = [cell(table, "NUTS-LU000", name, 2022)["obs_value"] for name in ("population_15_64", "population_65_plus")]
    assert sum(parts) + young["obs_value"] == 645_397
    assert cell(table, "NUTS-MT002", "age_median", 2022)["obs_value"] == 43.2
    assert not table["ref_area"].eq("NUTS-MKXXX").any()


def test_a_region_without_a_figure_is_missing(folder):
    old = "A,MIO_EUR,MT002,242.6,"
    path = folder(GDP, "605.06,548.87,637.95", "605.06,548.87,:")
    assert old in (path / GDP).read_text(encoding="utf-8")
    row = cell(read(path, "2023"), "NUTS-MT002", "gdp_euro", 2021)
    assert row["obs_status"] == "O" and pd.isna(row["obs_value"])


def test_young_people_by_nuts_2(folder):
    table = read(folder(), "2023")
    rate = cell(table, "NUTS-LU00", "young_not_in_work_or_education_share", 2021)
    assert (rate["obs_value"], rate["obs_status"]) == (8.8, "B")
    assert not table["ref_area"].eq("NUTS-LU").any()


def test_outlines_and_names(folder):
    table = read(folder(), "2023")
    texts = table[table["ref_area"] == "NUTS-LU000"].dropna(subset=["obs_text"]).set_index("variable")["obs_text"]
    assert (texts["name"], texts["country"], texts["parent"]) == ("Luxembourg", "LUX", "NUTS-LU00")
    assert shapely.from_wkt(texts["outline"]).covers(shapely.Point(6.13, 49.61))


@pytest.mark.parametrize(
    "file, old, new, words",
    [
        (GDP, "freq,unit,geo", "freq,einheit,geo", ["unit", "missing"]),
        (GDP, "605.06,548.87,637.95", "605.06,viel,637.95", ["row", "2020", "viel"]),
        (GDP, "605.06,548.87,637.95", "605.06,-548.87,637.95", ["row", "2020", "-548.87"]),
        (GDP, "605.06,548.87,637.95", "605.06,548.87,737.95", ["MT 2021", "MIO_EUR", "published total"]),
        (GDP, "A,MIO_EUR,MT002,", "A,MIO_EUR,MT001,", ["twice", "MT001"]),
        (GDP, ",2020,2021\n", ",2020,2020\n", ["row 1", "2020", "twice"]),
        (AGES, "33725", "33726", ["row", "people", "645397", "sum of its ages"]),
        (AGES, "A,T,NR,TOTAL,LU000", "A,T,NR,LU000", ["row", "lacks a dimension"]),
        (AGES, "geo\\TIME_PERIOD", "geo", ["freq"]),
        (INDICATORS, "MEDAGEPOP,YR,LU000", "MEDIAN,YR,LU000", None),
        (NEET, "9.5 \t9.5 b", "950 \t9.5 b", ["950"]),
        (OUTLINES, '"features": [', '"dinge": [', ["GeoJSON"]),
        (OUTLINES, '"NUTS_ID": "LU000"', '"NUTS_ID": "MT001"', ["NUTS_ID", "MT001", "twice"]),
        (OUTLINES, '"LEVL_CODE": 3', '"LEVL_CODE": 2', ["LEVL_CODE"]),
        (OUTLINES, '"CNTR_CODE": "LU"', '"CNTR_CODE": "QQ"', ["CNTR_CODE", "QQ"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, file, old, new, words):
    path = folder(file, old, new)
    if words is None:  # one region fewer is no other layout
        assert "NUTS-LU000" not in set(read(path, "2023").query("variable == 'age_median'")["ref_area"])
        return
    with pytest.raises(SourceError) as caught:
        read(path, "2023")
    for word in [file, *words]:
        assert word in str(caught.value)


def test_refuses_a_truncated_file_and_a_page(folder):
    path = folder()
    (path / AGES).write_bytes((path / AGES).read_bytes()[:200])
    with pytest.raises(SourceError, match=f"{AGES}.*gzip"):
        read(path, "2023")
    (path / GDP).write_text("<html></html>")
    with pytest.raises(SourceError, match=f"{GDP}.*web page"):
        read(path, "2023")


def test_real_regions(real_folder):
    table = read(real_folder("eurostat_regions", "2023"), "2023")
    assert cell(table, "NUTS-ES300", "gdp_euro", 2019)["obs_value"] == pytest.approx(242_093e6, abs=1e6)
    assert (table["variable"] == "outline").sum() == 1514
    people = table[(table["variable"] == "population") & (table["time_period"] == 2022)].set_index("ref_area")
    of_country = people["obs_value"].groupby(people.index.str[5:7]).sum()
    assert of_country["DE"] == 83_237_124  # Eurostat, 1 January 2022
    assert of_country["ES"] == 47_432_893
    assert of_country["LU"] == 645_397
    assert cell(table, "NUTS-DE300", "population", 2022)["obs_value"] == 3_677_472  # Berlin
    gdp = table[(table["variable"] == "gdp_euro") & (table["time_period"] == 2019)].set_index("ref_area")["obs_value"]
    assert gdp[gdp.index.str.startswith("NUTS-DE")].sum() == pytest.approx(3_473_350e6, rel=0.002)  # Destatis, as of 2022
