"""The reader of the compiled table of altitude, ruggedness and night light."""

import pandas as pd
import pytest
from prepared import put

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "mx_terrain", "2020", "vistaF_satelital.parquet"
read = reader_of(SOURCE)


def test_reads_the_grids(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 4 * 4
    cuauhtemoc = row_of(table, "altitude", "MX-09015", 2020)
    assert (round(cuauhtemoc["obs_value"], 3), cuauhtemoc["source_row"]) == (2241.674, 2)
    assert row_of(table, "terrain_ruggedness", "MX-20091", 2020)["obs_value"] == 136
    assert row_of(table, "night_light_sum", "MX-19039", 2020)["obs_value"] == pytest.approx(31_835.43, abs=0.01)
    assert row_of(table, "night_light_mean", "MX-09015", 2020)["obs_value"] == pytest.approx(76.894426)
    assert table["source_file"].eq(FILE).all() and table["obs_status"].eq("A").all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(2, "elev_mean", 22416.0), ["row 2", "elev_mean", "22416", "5700"]),
        (put(2, "elev_mean", -9999.0), ["row 2", "elev_mean", "-9999"]),
        (put(3, "ntl_sum", -0.5), ["row 3", "ntl_sum", "-0.5"]),
        (put(3, "ntl_sum", 2.0), ["row 3", "ntl_mean", "ntl_sum"]),
        (put(4, "cvegeo", "09015"), ["row 4", "cvegeo", "MX-09015", "twice"]),
        (put(4, "cvegeo", "33001"), ["row 4", "cvegeo", "33001"]),
        (lambda frame: frame.rename(columns={"tri_mean": "tri"}), ["tri_mean", "column is missing"]),
        (lambda frame: frame[:0], ["no rows"]),
    ],
)
def test_refuses(fixture_folder, refusal, change, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    change(pd.read_parquet(folder / FILE)).to_parquet(folder / FILE)
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_a_cut_file(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[:-100])
    refusal(read, folder, VINTAGE, FILE, "cannot be read as Parquet")


def test_the_compiled_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2469 and table["obs_value"].notna().all()
    # Seats: Toluca 2,660 m, Mérida 9 m, Veracruz 10 m; the municipalities' means lie near or a little above.
    assert row_of(table, "altitude", "MX-15106", 2020)["obs_value"] == pytest.approx(2_750, abs=100)
    assert row_of(table, "altitude", "MX-31050", 2020)["obs_value"] == pytest.approx(9, abs=9)
    assert row_of(table, "altitude", "MX-30193", 2020)["obs_value"] == pytest.approx(25, abs=25)
    assert row_of(table, "terrain_ruggedness", "MX-31050", 2020)["obs_value"] < 5
