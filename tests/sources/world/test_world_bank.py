"""The reader of World Bank indicators, in each of the forms in which they are downloaded."""

import json
import zipfile

import pandas as pd
import pytest

from pipeline.sources.world.world_bank import read
from schemas.catalogue import register

SOURCE, NEW, OLD = "world_bank", "2026-07", "2025-04"
URBAN = "API_SP.URB.TOTL.IN.ZS_DS2_en_csv_v2_33901.csv"
OLD_URBAN = "API_SP.URB.TOTL.IN.ZS_DS2_en_csv_v2_380445.csv"
AGRICULTURE = "API_NV.AGR.TOTL.ZS_DS2_en_csv_v2_33230.csv"
STABILITY = "API_PV.EST_DS2_en_csv_v2_7919.csv"
EFFECTIVENESS = "API_GE.EST_DS2_en_csv_v2_450167.csv"
GINI, PAGE_1, PAGE_2 = "SI.POV.GINI.csv", "NY.GDP.PCAP.PP.CD.json", "NY.GDP.PCAP.PP.CD_page2.json"


@pytest.fixture
def new(fixture_folder):
    return fixture_folder(SOURCE, NEW)


@pytest.fixture
def old_zip(fixture_folder):
    """The older fixture as the publisher serves it: members of one zip."""
    folder = fixture_folder(SOURCE, OLD)
    with zipfile.ZipFile(folder / "urban.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.write(path, path.name)
            path.unlink()
    return folder


def change(path, old, new):
    """Replace a text that stands once in a file."""
    content = path.read_bytes()
    assert content.count(old.encode()) == 1, f"{old} stands {content.count(old.encode())} times"
    path.write_bytes(content.replace(old.encode(), new.encode()))


def change_json(path, edit):
    answer = json.loads(path.read_text(encoding="utf-8"))
    edit(answer)
    path.write_text(json.dumps(answer), encoding="utf-8")


def test_reads_the_csv_with_preamble(new, row_of):
    table = read(new, NEW)
    mexico = row_of(table, "urban_population_share", "MEX", 2023)
    assert (mexico["obs_value"], mexico["source_row"], mexico["obs_status"]) == (79.4734935748046, 6, "A")
    assert mexico["source_file"] == URBAN
    assert row_of(table, "urban_population_share", "USA", 2025)["source_row"] == 7
    assert set(table.loc[table["source_file"] == URBAN, "ref_area"]) == {"MEX", "USA"}
    assert table["time_period"].min() == 1990


def test_reads_the_csv_without_preamble_and_drops_empty_cells(new, row_of):
    table = read(new, NEW)
    mexico = row_of(table, "government_effectiveness", "MEX", 2023)
    assert (mexico["obs_value"], mexico["source_row"]) == (-0.198361441, 4)
    years = set(table.loc[table["variable"] == "government_effectiveness", "time_period"])
    assert years == {1996, 1998, 2000, *range(2002, 2024)}


def test_reads_the_long_csv_whose_indicator_is_its_name(new, row_of):
    table = read(new, NEW)
    mexico = row_of(table, "gini", "MEX", 2024)
    assert (mexico["obs_value"], mexico["source_file"]) == (0.426, GINI)
    first = [line for line in (new / GINI).read_text().splitlines() if ",MEX,2024," in line]
    assert (new / GINI).read_text().splitlines()[mexico["source_row"] - 1] == first[0] == "Mexico,MEX,2024,42.6"
    assert row_of(table, "gini", "NAM", 1993)["obs_value"] == 0.711
    assert 1989 not in set(table.loc[table["variable"] == "gini", "time_period"])


def test_reads_all_pages_of_an_answer(new, row_of):
    table = read(new, NEW)
    mexico = row_of(table, "gdp_per_capita_ppp", "MEX", 2024)
    assert (mexico["obs_value"], mexico["source_file"], mexico["source_row"]) == (26185.3564713253, PAGE_2, 1)
    assert row_of(table, "gdp_per_capita_ppp", "MEX", 2023)["source_row"] == 2
    rows = table[table["variable"] == "gdp_per_capita_ppp"]
    assert set(rows["ref_area"]) == {"BRA", "DEU", "MEX"}
    assert rows["obs_value"].notna().all()


def test_reads_the_zip(old_zip, row_of):
    table = read(old_zip, OLD)
    mexico = row_of(table, "urban_population_share", "MEX", 2023)
    assert (mexico["obs_value"], mexico["source_file"]) == (81.582, f"urban.zip!{OLD_URBAN}")
    assert set(table["ref_area"]) == {"MEX"}


def test_reads_loose_members_of_a_zip_alike(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, OLD), OLD)
    assert row_of(table, "urban_population_share", "MEX", 2023)["obs_value"] == 81.582
    assert len(table) == 2023 - 1990 + 1


def test_a_share_of_gdp_of_zero_is_missing(new, row_of):
    table = read(new, NEW)
    rounded_away = row_of(table, "agriculture_share_of_gdp", "VEN", 2000)
    assert rounded_away["obs_status"] == "O"
    assert rounded_away.isna()["obs_value"]
    assert row_of(table, "agriculture_share_of_gdp", "VEN", 1990)["obs_value"] == pytest.approx(5.21213674081204)
    missing = table[(table["obs_status"] == "O")]
    assert set(missing["ref_area"]) == {"VEN"}
    assert set(missing["time_period"]) == set(range(1991, 2012))


@pytest.mark.parametrize(
    ("file", "old", "new_text", "words"),
    [
        (URBAN, "79.4734935748046", "n.a.", ["MEX", "row 6", "2023", "n.a.", "not a number"]),
        (URBAN, "79.4734935748046", "179.47", ["MEX", "row 6", "2023", "179.47", "0 to 100"]),
        (URBAN, '"United States","USA"', '"Utopia","UTO"', ["row 7", "Country Code", "UTO", "countries.csv"]),
        (URBAN, '"United States","USA"', '"Mexico","MEX"', ["row 7", "Country Code", "MEX", "twice"]),
        (URBAN, '"Country Code"', '"Code"', ["row 5", "Country Name,Code", "header"]),
        (URBAN, '"2007","2008"', '"2007","2009"', ["row 5", "2009", "consecutive"]),
        (URBAN, '"Last Updated Date","2026-07-13",', '"Updated",', ["row 3", "last update"]),
        (URBAN, "2026-07-13", "2026-08-01", ["2026-08-01", "after the vintage 2026-07"]),
        (URBAN, '"World Development Indicators"', '"Gender Statistics"', ["row 1", "Gender Statistics"]),
        (URBAN, '"World Development Indicators"', '"WDI Database Archives"', ["row 1", "Archives", "source 57"]),
        (URBAN, '"79.4734935748046",', "", ["row 6", "70 fields", "71"]),
        (EFFECTIVENESS, "-0.198361441", "-9.8", ["MEX", "row 4", "2023", "-9.8", "impossible"]),
        (GINI, "Mexico,MEX,2024,42.6", "Mexico,MEX,2024M1,42.6", ["Year", "2024M1", "not a year"]),
        (GINI, "Mexico,MEX,2024,42.6", "Mexico,MEX,2022,42.6", ["MEX", "2022", "twice"]),
        (STABILITY, "2025-07-01", "not a date", ["row 3", "last update"]),
    ],
)
def test_refuses_a_spoilt_table(new, refusal, file, old, new_text, words):
    change(new / file, old, new_text)
    refusal(read, new, NEW, file, *words)


def test_refuses_a_truncated_table(new, refusal):
    content = (new / URBAN).read_bytes()
    cut = content[: content.index(b'"United States"') + 60]
    (new / URBAN).write_bytes(cut)
    refusal(read, new, NEW, URBAN, "row 7")
    (new / URBAN).write_bytes(content.rstrip(b'\r\n,"0123456789'))
    refusal(read, new, NEW, URBAN, "row 8")
    (new / URBAN).write_bytes(b"\n".join(content.splitlines()[:5]) + b"\n")
    refusal(read, new, NEW, URBAN, "row 5", "no rows")
    (new / URBAN).write_bytes(b"")
    refusal(read, new, NEW, URBAN, "empty")


@pytest.mark.parametrize("byte_order_mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>Error</title>\n", b'<?xml version="1.0"?><wb:data page="1"/>\n'])
@pytest.mark.parametrize("file", [URBAN, PAGE_1])
def test_refuses_web_pages_and_xml(new, refusal, file, body, byte_order_mark):
    (new / file).write_bytes(byte_order_mark + body)
    refusal(read, new, NEW, file, "web page", body[:10].decode())


def test_refuses_a_page_of_a_truncated_download(new, refusal):
    (new / PAGE_2).unlink()
    refusal(read, new, NEW, PAGE_1, "truncated", "2 pages", "page 2")


def test_refuses_the_same_page_twice(new, refusal):
    (new / "again.json").write_bytes((new / PAGE_1).read_bytes())
    refusal(read, new, NEW, "again.json", "not those of one answer")


def test_refuses_pages_of_different_days(new, refusal):
    change_json(new / PAGE_2, lambda answer: answer[0].update(lastupdated="2026-04-08"))
    refusal(read, new, NEW, PAGE_2, "2026-02-24", "2026-04-08")


def test_refuses_an_answer_that_lacks_observations(new, refusal):
    change_json(new / PAGE_2, lambda answer: answer[1].pop())
    refusal(read, new, NEW, PAGE_2, "observations", "9", "10")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([{"message": [{"id": "120", "key": "Invalid value", "value": "Not valid"}]}], ["error", "Invalid value"]),
        ([{"message": [{"id": "175", "key": "Invalid format", "value": "archived"}]}], ["error", "archived"]),
        ([{"page": 0, "pages": 0, "per_page": 0, "total": 0, "lastupdated": None}, None], ["no data"]),
        ([{"page": 1, "pages": 1, "per_page": 50, "total": 0, "lastupdated": "2026-07-13"}, []], ["no data"]),
        ({"page": 1}, ["is not an answer"]),
        ([], ["is not an answer"]),
    ],
)
def test_refuses_the_answers_that_are_none(new, refusal, answer, words):
    (new / PAGE_1).write_text(json.dumps(answer))
    refusal(read, new, NEW, PAGE_1, *words)


def test_refuses_a_damaged_or_foreign_answer(new, refusal):
    content = (new / PAGE_1).read_text(encoding="utf-8")
    (new / PAGE_1).write_text(content[: len(content) // 2])
    refusal(read, new, NEW, PAGE_1, "truncated JSON")
    (new / PAGE_1).write_text(content.replace('"sourceid": "2"', '"sourceid": "57"'))
    refusal(read, new, NEW, PAGE_1, "sourceid", "57")
    (new / PAGE_1).write_text(content.replace('"date"', '"when"'))
    refusal(read, new, NEW, PAGE_1, "date")


def test_refuses_a_damaged_zip(old_zip, refusal):
    path = old_zip / "urban.zip"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refusal(read, old_zip, OLD, "urban.zip", "damaged or truncated")
    middle = len(content) // 3
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    refusal(read, old_zip, OLD, "urban.zip", "damaged or truncated")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    refusal(read, old_zip, OLD, "urban.zip", "0 members")


def test_refuses_metadata_with_a_country_that_the_register_lacks(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, OLD)
    metadata = next(folder.glob("Metadata_Country*"))
    change(metadata, '"MEX"', '"UTO"')
    refusal(read, folder, OLD, metadata.name, "row 3", "UTO", "countries.csv")


def test_a_new_aggregate_of_the_metadata_is_known(fixture_folder):
    folder = fixture_folder(SOURCE, OLD)
    for path in folder.iterdir():
        change(path, '"AFE"', '"NEW"')
    assert set(read(folder, OLD)["ref_area"]) == {"MEX"}


def test_refuses_an_indicator_twice(new, refusal):
    (new / "urban_population_pct.csv").write_bytes((new / URBAN).read_bytes())
    refusal(read, new, NEW, "urban_population_pct.csv", "SP.URB.TOTL.IN.ZS", URBAN)


def test_refuses_an_indicator_that_is_not_listed(new, refusal):
    (new / GINI).rename(new / "SI.POV.UNKNOWN.csv")
    refusal(read, new, NEW, "SI.POV.UNKNOWN", "variables.csv")


def test_refuses_governance_estimates_of_different_editions(new, refusal):
    rule = (new / STABILITY).read_bytes().replace(b"PV.EST", b"RL.EST")
    (new / "API_RL.EST.csv").write_bytes(rule)
    assert "rule_of_law" in set(read(new, NEW)["variable"])
    change(new / "API_RL.EST.csv", "2025-07-01", "2026-03-11")
    refusal(read, new, NEW, "governance", "PV.EST updated 2025-07-01", "RL.EST updated 2026-03-11")


def test_refuses_governance_estimates_that_end_in_different_years(new, refusal):
    rows = [line.split(",") for line in (new / EFFECTIVENESS).read_text(encoding="utf-8-sig").splitlines()]
    for row in rows[1:]:
        row[rows[0].index("2023")] = ""
    (new / EFFECTIVENESS).write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    refusal(read, new, NEW, "GE.EST updated unknown, last year 2022", "PV.EST updated 2025-07-01, last year 2023")


def test_refuses_an_empty_folder(tmp_path, refusal):
    refusal(read, tmp_path, NEW, "no World Bank file")


def test_the_newest_vintage_of_the_real_files(real_folder, row_of):
    table = read(real_folder(SOURCE, NEW), NEW)
    for country, value in {"MEX": 26185, "USA": 85810, "ESP": 57965}.items():
        assert round(row_of(table, "gdp_per_capita_ppp", country, 2024)["obs_value"]) == value
    assert row_of(table, "national_population", "MEX", 2025)["obs_value"] == 131_946_900
    assert round(row_of(table, "urban_population_share", "MEX", 2023)["obs_value"], 2) == 79.47
    assert row_of(table, "gini", "MEX", 2024)["obs_value"] == 0.426
    assert round(row_of(table, "homicide_rate_national", "MEX", 2018)["obs_value"], 1) == 29.4
    assert table["variable"].nunique() == 48
    assert table.groupby("variable")["source_file"].nunique().max() == 1
    population = table[(table["variable"] == "national_population") & (table["time_period"] == 2025)]
    assert len(population) == 217
    taiwan = 8_215_424_893 - population["obs_value"].sum()  # in the publisher's world total, but no economy of its own
    assert 23_000_000 < taiwan < 23_600_000
    missing = table[table["obs_status"] == "O"]
    assert set(missing["ref_area"]) == {"VEN"}
    assert missing["time_period"].between(1991, 2011).all()


def test_the_older_vintages_of_the_real_files(real_folder, row_of):
    table = read(real_folder(SOURCE, OLD), OLD)
    assert round(row_of(table, "urban_population_share", "MEX", 2023)["obs_value"], 2) == 81.58
    assert row_of(table, "national_population", "MEX", 2023)["obs_value"] == 129_739_759
    assert round(row_of(table, "gini", "MEX", 2020)["obs_value"], 3) == 0.454
    first = read(real_folder(SOURCE, "2022-07"), "2022-07")
    assert set(first["variable"]) == {"gini", "homicide_rate_national", "safe_water_share"}


def test_the_real_archive_series_is_refused(shared, tmp_path, refusal):
    file = "broken_archive_co2_emissions_per_capita.zip"
    (tmp_path / file).symlink_to(shared / "raw" / SOURCE / "older_vintages" / file)
    refusal(read, tmp_path, NEW, "row 1", "WDI Database Archives", "source 57")


@pytest.mark.parametrize("code", ["NY.GDP.PCAP.PP.CD", "SP.URB.TOTL.IN.ZS"])
def test_the_real_first_page_alone_is_refused(shared, tmp_path, refusal, code):
    (tmp_path / f"{code}.json").symlink_to(shared / "raw" / SOURCE / "api_json" / f"{code}.json")
    refusal(read, tmp_path, NEW, f"{code}.json", "truncated", "2 pages", "page 2")


def test_the_real_rule_of_law_is_of_another_edition(shared, tmp_path, refusal):
    for code in ("GE", "PV", "RL"):
        path = next((shared / "raw" / SOURCE / "api_csv").glob(f"API_{code}.EST_*"))
        (tmp_path / path.name).symlink_to(path)
    refusal(read, tmp_path, NEW, "RL.EST updated 2026-03-11, last year 2024", "PV.EST updated 2025-07-01, last year 2023")


@pytest.mark.parametrize(
    ("vintage", "code", "variable", "year", "value"),
    [
        ("2026-02", "SP.URB.TOTL.IN.ZS", "urban_population_share", 2023, 79.4734935748046),
        ("2026-02", "NV.IND.TOTL.ZS", "industry_share_of_gdp", 2024, 31.7777432689428),
        ("2026-04", "NE.TRD.GNFS.ZS", "trade_share_of_gdp", 2024, 74.5889079825143),
        ("2026-04", "SL.UEM.TOTL.ZS", "unemployment_rate_national", 2025, 2.673),
    ],
)
def test_the_other_real_older_files_can_be_read(shared, tmp_path, row_of, vintage, code, variable, year, value):
    path = next((shared / "raw" / SOURCE / "older_vintages").glob(f"API_{code}_*"))
    (tmp_path / path.name).symlink_to(path)
    assert row_of(read(tmp_path, vintage), variable, "MEX", year)["obs_value"] == value


def test_countries_of_the_register():
    countries = register("countries").set_index("iso3")
    assert len(countries) == 245
    assert countries.loc["NAM", ["iso2", "un_code", "name_es"]].tolist() == ["NA", "516", "Namibia"]
    assert countries.loc["MEX", ["iso2", "un_code", "name_es", "income_group"]].tolist() == [
        "MX",
        "484",
        "México",
        "Upper middle income",
    ]
    assert countries.loc["USA", "name_es"] == "Estados Unidos"
    assert countries.loc["TWN", "un_code"] == "158"


def test_the_register_has_the_publishers_217_economies(shared):
    path = next((shared / "raw" / SOURCE / "api_csv").glob("Metadata_Country_API_SP.POP.TOTL_*"))
    metadata = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig").set_index("Country Code")
    economies = metadata[metadata["Region"] != ""]
    countries = register("countries").set_index("iso3")
    assert len(economies) == 217
    assert countries.loc[economies.index, "region"].tolist() == economies["Region"].tolist()
    assert countries.loc[economies.index, "income_group"].tolist() == economies["IncomeGroup"].tolist()
    assert not set(countries.index) & set(metadata.index[metadata["Region"] == ""])
