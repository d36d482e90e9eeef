"""The reader of the compiled table of homicides."""

import pandas as pd
import pytest
from prepared import put

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "mx_homicides", "2021", "homicidios_mun_2019_2021.parquet"
read = reader_of(SOURCE)


def test_reads_three_years_twice(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 3 * 3 * 2
    assert row_of(table, "homicides", "MX-02004", 2019)["obs_value"] == 2059
    assert row_of(table, "homicides", "MX-02004", 2021)["obs_value"] == 2097
    juarez = row_of(table, "homicides_icd", "MX-08037", 2020)
    assert (juarez["obs_value"], juarez["source_row"], juarez["obs_status"]) == (2072, 2, "A")
    assert row_of(table, "homicides", "MX-20226", 2021)["obs_value"] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(1, "hom_2020", -3.0), ["row 1", "hom_2020", "-3"]),
        (put(1, "hom_2020", 2019.0), ["row 1", "hom_3a", "6174", "6,175"]),
        (put(2, "hom_icd_2021", 1488.0), ["row 2", "hom_icd_3a", "5048"]),
        (put(2, "cvegeo", "02004"), ["row 2", "cvegeo", "twice"]),
        (put(2, "cvegeo", "08999x"), ["row 2", "cvegeo", "08999x"]),
        (lambda frame: frame.drop(columns="hom_icd_2020"), ["hom_icd_2020", "column is missing"]),
        (lambda frame: frame.drop(columns=["hom_2021", "hom_icd_2021"]), ["hom_2021", "vintage"]),
        (lambda frame: frame.drop(columns="hom_3a"), ["hom_3a", "column is missing"]),
        (lambda frame: frame[:0], ["no rows"]),
    ],
)
def test_refuses(fixture_folder, refusal, change, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    change(pd.read_parquet(folder / FILE)).to_parquet(folder / FILE)
    refusal(read, folder, VINTAGE, FILE, *words)


def test_the_compiled_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2469 and table["obs_value"].notna().all()
    years = table[table["variable"] == "homicides"].groupby("time_period")["obs_value"].sum()
    assert years.to_dict() == {2019: 34_503, 2020: 34_825, 2021: 33_694}
    # INEGI's national figures, unknown municipalities included: 36,661, 36,773 and 35,700.
    assert 0.93 < years[2020] / 36_773 < 0.96
    icd = table[table["variable"] == "homicides_icd"].groupby("time_period")["obs_value"].sum()
    assert (years - icd).to_list() == [1, 0, 0]
