"""The reader of the World Port Index."""

import pytest

from pipeline.sources.readers import reader_of

read = reader_of("world_port_index")
FILE = "UpdatedPub150.csv"

SOURCE, VINTAGE = "world_port_index", "2024"


def spoil(folder, old, new):
    path = folder / FILE
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8", newline="")


def test_reads_ports(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 9 and len(table) == 9 * 10
    tampico = {name: row_of(table, name, "PORT-9360", 2024) for name in table["variable"].unique()}
    assert tampico["name"]["obs_text"] == "Tampico" and tampico["country_name"]["obs_text"] == "Mexico"
    assert (tampico["latitude"]["obs_value"], tampico["longitude"]["obs_value"]) == (22.216667, -97.866667)
    assert tampico["harbour_size"]["obs_text"] == "Medium" and tampico["harbour_size"]["source_row"] == 8
    assert tampico["cargo_pier_depth"]["obs_value"] == 7.9 and tampico["handles_containers"]["obs_text"] == "Yes"
    assert row_of(table, "cargo_pier_depth", "PORT-9395", 2024)["obs_value"] == 0, "Cayo Arcas is a terminal at sea"
    assert row_of(table, "harbour_size", "PORT-9240", 2024)["obs_text"] == "Large"
    assert row_of(table, "name", "PORT-49454.5", 2024)["obs_text"] == "Kattupalli Port"


def test_a_blank_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    for variable in ("country_name", "harbour_size"):
        row = row_of(table, variable, "PORT-20730", 2024)
        assert row.isna()["obs_text"] and row["obs_status"] == "O"
    assert (table["obs_status"] == "O").sum() == 2


def test_of_a_port_listed_twice_the_row_with_a_size_counts(fixture_folder, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    seydisfjordur = row_of(read(folder, VINTAGE), "harbour_size", "PORT-400", 2024)
    assert (seydisfjordur["obs_text"], seydisfjordur["source_row"]) == ("Small", 3)
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    lines[2], lines[6] = lines[6], lines[2]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert row_of(read(folder, VINTAGE), "harbour_size", "PORT-400", 2024)["source_row"] == 7


def test_knows_the_other_spelling_of_the_columns(fixture_folder):
    folder = fixture_folder(SOURCE, VINTAGE)
    table = read(folder, VINTAGE)
    for old, new in (("MAIN_PORT_NAME", "Main Port Name"), ("LATITUDE,LONGITUDE", "Latitude,Longitude")):
        spoil(folder, old, new)
    assert read(folder, VINTAGE).equals(table)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Harbor Size", "Size", ["harbor size", "missing"]),
        ("Medium,River (Natural)", "Huge,River (Natural)", ["row 8", "harbor size", "Huge", "none of"]),
        ("22.216667,-97.866667", "222.16667,-97.866667", ["row 8", "latitude", "222.16667", "90"]),
        ("22.216667,-97.866667", "22.216667,-978.66667", ["row 8", "longitude", "-978.66667", "180"]),
        ("22.216667,-97.866667", "22°13'N,-97.866667", ["row 8", "latitude", "22°13'N", "not a number"]),
        ("22.216667,-97.866667", "22.216667", ["row 8", "106 fields", "107"]),
        ("\n9360,", "\n9380,", ["world port index number", "9380", "twice"]),
        ("\n9360,", "\nMX TAM,", ["row 8", "world port index number", "MX TAM"]),
        (",Tampico,", ", ,", ["row 8", "main port name"]),
    ],
)
def test_refuses(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    spoil(folder, old, new)
    refusal(read, folder, VINTAGE, FILE, *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda content: content[:-30], ["row 11", "fields"]),
        (lambda content: content.split(b"\n")[0], ["no rows"]),
        (lambda content: b"<html>moved", ["web page"]),
        (lambda content: content + b"\xff\xfe", ["not utf-8"]),
    ],
)
def test_refuses_a_damaged_file(fixture_folder, refusal, content, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(content((folder / FILE).read_bytes()))
    refusal(read, folder, VINTAGE, FILE, *words)


def test_the_published_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 3824 - 2
    countries = table[table["variable"] == "country_name"].set_index("ref_area")["obs_text"]
    assert (countries == "Mexico").sum() == 35 and countries.isna().sum() == 4
    sizes = table[table["variable"] == "harbour_size"].set_index("ref_area")["obs_text"]
    mexican = sizes[countries[countries == "Mexico"].index].value_counts(dropna=False)
    assert mexican["Medium"] == 7 and mexican["Small"] == 10 and mexican["Very Small"] == 14
    large = {row_of(table, "name", port, 2024)["obs_text"] for port in sizes[sizes == "Large"].index}
    assert {"Rotterdam", "Houston", "Los Angeles", "Barcelona", "Santos"} <= large
    # The port of Veracruz: 19° 12' N, 96° 08' W.
    assert row_of(table, "latitude", "PORT-9380", 2024)["obs_value"] == pytest.approx(19 + 12 / 60, abs=0.02)
    assert row_of(table, "longitude", "PORT-9380", 2024)["obs_value"] == pytest.approx(-96 - 8 / 60, abs=0.02)
