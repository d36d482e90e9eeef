"""The reader of GeoNames."""

import zipfile

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "geonames", "2026-05"
read = reader_of("geonames")
ARCHIVE, MEMBER = "cities15000.zip", "cities15000.txt"
FILE = f"{ARCHIVE}!{MEMBER}"


def pack(folder, lines=None):
    """Put the table into a zip, as the publisher serves it."""
    text = folder / MEMBER
    content = text.read_text(encoding="utf-8") if lines is None else lines
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, content)


@pytest.fixture
def folder(fixture_folder):
    folder = fixture_folder(SOURCE, VINTAGE)
    pack(folder)
    return folder


def test_reads_a_place(folder, row_of):
    table = read(folder, VINTAGE)
    monterrey = row_of(table, "population", "GEONAMES-3995465", 2026)
    assert (monterrey["obs_value"], monterrey["obs_status"], monterrey["source_row"]) == (1_135_512, "E", 4)
    assert monterrey["source_file"] == FILE
    assert row_of(table, "name", "GEONAMES-3995465", 2026)["obs_text"] == "Monterrey"
    assert row_of(table, "country", "GEONAMES-3995465", 2026)["obs_text"] == "MEX"
    assert row_of(table, "region_name", "GEONAMES-3995465", 2026)["obs_text"] == "Nuevo León"
    assert row_of(table, "settlement_class", "GEONAMES-3995465", 2026)["obs_text"] == "PPLA"
    assert row_of(table, "altitude", "GEONAMES-3995465", 2026)["obs_value"] == 560
    assert row_of(table, "latitude", "GEONAMES-3995465", 2026)["obs_value"] == 25.68435
    assert row_of(table, "longitude", "GEONAMES-3995465", 2026)["obs_value"] == -100.31721
    assert len(table) == 7 * 8


def test_na_is_namibia(folder, row_of):
    table = read(folder, VINTAGE)
    assert row_of(table, "country", "GEONAMES-3352136", 2026)["obs_text"] == "NAM"
    assert row_of(table, "region_name", "GEONAMES-3352136", 2026)["obs_text"] == "Khomas Region"


@pytest.mark.parametrize(
    ("variable", "area"),
    [("population", "GEONAMES-3578069"), ("altitude", "GEONAMES-2511700"), ("region_name", "GEONAMES-1880252")],
)
def test_what_is_unknown_is_missing(folder, row_of, variable, area):
    row = row_of(read(folder, VINTAGE), variable, area, 2026)
    assert row["obs_status"] == "O"
    assert row[["obs_value", "obs_text"]].isna().all()


def test_a_quotation_mark_is_a_letter(folder, row_of):
    text = (folder / MEMBER).read_text(encoding="utf-8")
    pack(folder, text.replace("\tMonterrey\t", '\t"Monterrey\t', 1))
    table = read(folder, VINTAGE)
    assert row_of(table, "name", "GEONAMES-3995465", 2026)["obs_text"] == '"Monterrey'
    assert len(table) == 7 * 8


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\t25.68435\t", "\t95.68435\t", ["row 4", "latitude", "95.68435"]),
        ("\t1135512\t", "\t-5\t", ["row 4", "population", "-5"]),
        ("\t1135512\t", "\tmany\t", ["row 4", "population", "many"]),
        ("\t560\t", "\t9999\t", ["row 4", "dem", "9999"]),
        ("\tPPLA\tMX\t", "\tPPLA\tQQ\t", ["row 4", "country_code", "QQ", "countryInfo.txt"]),
        ("3995465\t", "3117735\t", ["row 4", "geonameid", "3117735", "twice"]),
        ("\tPPLA\tMX\t", "\tPPLA\t", ["row 4", "18 fields"]),
        ("2026-04-14", "14/04/2026", ["row 4", "modification_date", "14/04/2026"]),
        ("2026-05-16", "2026-06-16", ["row 6", "modification_date", "2026-06-16", "vintage 2026-05"]),
    ],
)
def test_refuses_a_spoilt_line(folder, refusal, old, new, words):
    text = (folder / MEMBER).read_text(encoding="utf-8")
    assert text.count(old) == 1
    pack(folder, text.replace(old, new))
    refusal(read, folder, VINTAGE, MEMBER, *words)


def test_refuses_a_damaged_download(folder, refusal):
    content = (folder / ARCHIVE).read_bytes()
    (folder / ARCHIVE).write_bytes(content[: len(content) // 2])
    refusal(read, folder, VINTAGE, ARCHIVE, "no intact zip")
    (folder / ARCHIVE).write_text("<!DOCTYPE html>")
    refusal(read, folder, VINTAGE, ARCHIVE, "no intact zip")
    pack(folder, (folder / MEMBER).read_text(encoding="utf-8")[:-30])
    refusal(read, folder, VINTAGE, MEMBER, "truncated", "row 7")
    pack(folder, "")
    refusal(read, folder, VINTAGE, MEMBER, "empty")
    (folder / ARCHIVE).unlink()
    refusal(read, folder, VINTAGE, ARCHIVE, "missing")


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("countryInfo.txt", "<html></html>\n", ["web page"]),
        ("countryInfo.txt", "AD\tAND\t020\nAE\tARE\t784\n", ["#ISO", "column is missing"]),
        ("admin1CodesASCII.txt", "<html></html>\n", ["web page"]),
        ("admin1CodesASCII.txt", "MX.19\tNuevo León\n", ["row 1", "2 fields"]),
        ("admin1CodesASCII.txt", "MX.19\ta\ta\t1\nMX.19\tb\tb\t2\n", ["row 2", "MX.19", "twice"]),
    ],
)
def test_refuses_other_lists(folder, refusal, file, content, words):
    (folder / file).write_text(content, encoding="utf-8")
    refusal(read, folder, VINTAGE, file, *words)


def test_the_real_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    countries = table[table["variable"] == "country"]
    assert len(countries) == 33_711
    assert (countries["obs_text"] == "NAM").sum() == 19
    assert row_of(table, "region_name", "GEONAMES-3981609", 2026)["obs_text"] == "Baja California"
    assert row_of(table, "settlement_class", "GEONAMES-3530597", 2026)["obs_text"] == "PPLC"
    mexico = row_of(table, "altitude", "GEONAMES-3530597", 2026)
    assert 2200 < mexico["obs_value"] < 2300
    missing = table[table["obs_status"] == "O"].groupby("variable").size().to_dict()
    assert missing == {"altitude": 55, "population": 3, "region_name": 203}
