"""The reader of the gross domestic product by state and activity."""

import gzip

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_state_gdp", "2024"
FILE = "pib_estatal_2003_2024.csv.gz"
read = reader_of("inegi_state_gdp")


def test_reads_both_prices(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    oil = row_of(table, "gdp_21_1", "MX", 2024)
    assert (oil["obs_value"], oil["obs_status"]) == (pytest.approx(581_226.107), "A")
    assert row_of(table, "gdp_constant_total", "MX", 2024)["obs_value"] == pytest.approx(25_396_468.49)


def test_refuses_states_that_do_not_give_the_nation(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = gzip.decompress((folder / FILE).read_bytes()).decode()
    (folder / FILE).write_bytes(gzip.compress(text.replace("33582899.273", "33582999.273").encode(), mtime=0))
    refusal(read, folder, VINTAGE, "product of 2024", "published total")


def test_real_totals(real_folder):
    """33,582,899 million pesos in 2024; 32 states and the nation, 44 activities, 22 years, two prices."""
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    product = table[(table["variable"] == "gdp_total") & (table["time_period"] == 2024)].set_index("ref_area")["obs_value"]
    assert product["MX"] == pytest.approx(33_582_899, abs=1)
    assert product.drop("MX").sum() == pytest.approx(33_582_899, abs=1)
    assert len(table) == 33 * 44 * 22 * 2 and table["obs_value"].notna().all()
