"""The reader of the jobs insured with the IMSS."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

read = reader_of("imss")
JOBS, INSURED = "jobs_by_municipality_sector8_202002_202101.csv", "asegurados_total_202008.csv"

SOURCE, VINTAGE = "imss", "2021"


def test_reads_february(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    factory = row_of(table, "insured_jobs_manufacturing", "MX-01001", 2020)
    assert (factory["obs_value"], factory["obs_status"], factory["source_row"]) == (80_968, "A", 2)
    assert factory["source_file"] == JOBS
    assert row_of(table, "insured_jobs_services", "MX-01001", 2020)["obs_value"] == 94_791
    assert row_of(table, "insured_jobs_agriculture", "MX-11047", 2020)["obs_value"] == 1_692
    insured = row_of(table, "insured_jobs_total", "MX-01008", 2020)
    assert (insured["obs_value"], insured["source_row"], insured["source_file"]) == (283, 8, INSURED)
    assert row_of(table, "insured_jobs_total", "MX-01008", 2019)["obs_value"] == 379


def test_mexico_city_is_the_state(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert row_of(table, "insured_jobs_trade", "MX-09", 2020)["obs_value"] == 617_448
    assert row_of(table, "insured_jobs_total", "MX-09", 2020)["obs_value"] == 3_447_038
    assert not table["ref_area"].isin(["MX-09000", "MX-09999"]).any()
    assert row_of(table, "insured_jobs_total", "MX-16999", 2020)["obs_value"] == 296


def test_the_mean_needs_twelve_months(fixture_folder, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    table = read(folder, VINTAGE)
    months = [80968, 80497, 79517, 78331, 76552, 75854, 75802, 76008, 76031, 76522, 76247]
    january = (folder / JOBS).read_text().split("01001,2021,01,")[1].split(",")[2]
    mean = row_of(table, "insured_jobs_manufacturing_twelve_month_mean", "MX-01001", 2020)
    assert mean["obs_value"] == pytest.approx((sum(months) + float(january)) / 12)
    assert (mean["obs_status"], mean["source_row"]) == ("E", 2)
    replaced(folder, JOBS, "\n01001,2020,05,", "\n01002,2020,05,")
    short = row_of(read(folder, VINTAGE), "insured_jobs_manufacturing_twelve_month_mean", "MX-01001", 2020)
    assert pd.isna(short["obs_value"]) and short["obs_status"] == "O"


def replaced(folder, file, old, new):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (JOBS, "80968.0", "-80968.0", ["row 2", "manufact", "-80968"]),
        (JOBS, "80968.0", "muchos", ["row 2", "manufact", "muchos"]),
        (JOBS, "80968.0", "9080968.0", ["2020-02", "published total"]),
        (JOBS, "01001,2020,03", "01001,2020,02", ["row 3", "MX-01001", "twice"]),
        (JOBS, "01001,2020,03", "01001,2020,13", ["row 3", "mes", "13"]),
        (JOBS, "01001,2020,03", "99001,2020,03", ["row 3", "cve_mun", "99001"]),
        (JOBS, "agro_pesc_ganad", "agro", ["agro_pesc_ganad", "column is missing"]),
        (INSURED, ",1001,2020,3", ",1001,2020,2", ["row 5", "MX-01001", "twice"]),
        (INSURED, "asegurados,", "puestos,", ["asegurados", "column is missing"]),
        (INSURED, "263713,", "-1,", ["row 2", "asegurados", "-1"]),
    ],
)
def test_refuses(fixture_folder, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replaced(folder, file, old, new)
    refusal(read, folder, VINTAGE, file if "published total" not in words else JOBS, *words)


def test_refuses_other_months_and_other_files(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    lines = (folder / JOBS).read_text().splitlines(keepends=True)
    (folder / JOBS).write_text("".join(line for line in lines if ",2021," not in line))
    refusal(read, folder, VINTAGE, JOBS, "mes", "twelve months")
    (folder / JOBS).write_text("".join(lines))
    months = (folder / INSURED).read_text().splitlines(keepends=True)
    (folder / INSURED).write_text("".join(line for line in months if "-02," not in line))
    refusal(read, folder, VINTAGE, INSURED, "no February")
    (folder / INSURED).write_text("<html>")
    refusal(read, folder, VINTAGE, INSURED, "web page")
    (folder / JOBS).unlink()
    refusal(read, folder, VINTAGE, JOBS, "missing")


def test_the_compiled_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    sums = table.groupby(["variable", "time_period"])["obs_value"].sum()
    groups = ("agriculture", "mining", "manufacturing", "construction", "utilities", "trade", "transport", "services")
    assert sum(sums[f"insured_jobs_{group}", 2020] for group in groups) == 17_440_177
    # the IMSS's own national figures for the end of February
    assert (sums["insured_jobs_total", 2020], sums["insured_jobs_total", 2019]) == (20_613_536, 20_299_993)
    mexico_city = [row_of(table, f"insured_jobs_{group}", "MX-09", 2020)["obs_value"] for group in groups]
    assert sum(mexico_city) == 2_995_261
    assert table[table["variable"] == "insured_jobs_mining"]["ref_area"].nunique() == 1971
    assert row_of(table, "insured_jobs_services", "MX-26054", 2020)["obs_value"] == 142
