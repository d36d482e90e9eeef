"""The reader of the compiled table of municipal finances."""

import pandas as pd
import pytest
from prepared import put

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "mx_municipal_finance", "2020", "finanzas_mun_2020.parquet"
read = reader_of("mx_municipal_finance")


def test_reads_pesos(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 4 * 6
    own = row_of(table, "municipal_own_revenue", "MX-14039", 2020)
    assert (own["obs_value"], own["obs_status"], own["source_row"]) == (3_125_584_126, "A", 2)
    assert row_of(table, "municipal_unconditional_transfers", "MX-19039", 2020)["obs_value"] == 2_539_194_511
    assert row_of(table, "municipal_conditional_transfers", "MX-19039", 2020)["obs_value"] == 1_468_976_879
    assert row_of(table, "municipal_expenditure", "MX-20361", 2020)["obs_value"] == 6_475_525


def test_an_empty_amount_is_missing_and_not_zero(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    for variable, area in (("municipal_own_revenue", "MX-07120"), ("municipal_public_investment", "MX-20361")):
        row = row_of(table, variable, area, 2020)
        assert pd.isna(row["obs_value"]) and row["obs_status"] == "O"
    assert (table["obs_status"] == "O").sum() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(2, "aportaciones", -1), ["row 2", "aportaciones", "-1"]),
        (put(2, "ingresos_propios", 9e9), ["row 2", "ingresos_propios", "ingresos_tot", "8,777,797,192"]),
        (put(3, "inversion_publica", 7.4e9), ["row 3", "inversion_publica", "egresos_tot"]),
        (put(3, "dep_transferencias_pct", 60.0), ["row 3", "dep_transferencias_pct", "60", "54.16"]),
        (put(4, "cvegeo", "07120"), ["row 4", "cvegeo", "MX-07120", "twice"]),
        (lambda frame: frame.drop(columns="egresos_tot"), ["egresos_tot", "column is missing"]),
        (lambda frame: frame[:0], ["no rows"]),
    ],
)
def test_refuses(fixture_folder, refusal, change, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    change(pd.read_parquet(folder / FILE)).to_parquet(folder / FILE)
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_another_year(fixture_folder, refusal):
    refusal(read, fixture_folder(SOURCE, VINTAGE), "2021", "finanzas_mun_2021.parquet", "missing")


def test_the_compiled_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2250
    assert not table["ref_area"].str.startswith("MX-09").any()
    missing = table[table["obs_status"] == "O"]["variable"].value_counts().to_dict()
    assert missing == {"municipal_own_revenue": 8, "municipal_public_investment": 26}
    assert row_of(table, "municipal_revenue", "MX-01001", 2020)["obs_value"] == 3_690_362_003
