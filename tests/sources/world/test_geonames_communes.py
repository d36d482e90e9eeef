"""The reader of GeoNames' places of French, Italian and Portuguese municipalities and British districts."""

import pytest

from pipeline.sources.world.geonames_communes import FILE, read

SOURCE, VINTAGE = "geonames_communes", "2023-03"


def test_reads_one_place_per_commune_its_seat_or_its_largest(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    french = {f"FR-{code}" for code in ("01004", "2A004", "50031", "69123", "75056", "78423", "97411")}
    assert set(table["ref_area"]) == french | {"IT-042017", "IT-058091", "IT-091037", "PT-0101", "PT-1507", "GB-E09000001"}
    assert len(table) == 13 * 3, "Andorra and Croatia are not read"
    paris = row_of(table, "altitude", "FR-75056", 2023)
    assert (paris["obs_value"], paris["source_file"]) == (42, FILE)
    assert row_of(table, "latitude", "FR-69123", 2023)["obs_value"] == 45.74846, "Lyon, not a suburb with its code"
    assert row_of(table, "longitude", "FR-97411", 2023)["obs_value"] == 55.4504
    assert row_of(table, "altitude", "IT-058091", 2023)["obs_value"] == 52, "Rome, not one of its suburbs"
    assert row_of(table, "latitude", "PT-1507", 2023)["obs_value"] == 38.70675


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\t173\t", "\tfar up\t", ["dem", "far up"]),
        ("\t48.85341\t", "\t248.85341\t", ["latitude", "248.85341"]),
        ("\n2996944\t", "\n2988507\t", ["2988507", "twice"]),
        ("2023-03-05", "2023-04-05", ["2023-04-05", "2023-03"]),
        ("\t522969\t", "\tmany\t", ["population", "many"]),
    ],
)
def test_refuses(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    content = (folder / FILE).read_text(encoding="utf-8")
    assert old in content
    (folder / FILE).write_text(content.replace(old, new), encoding="utf-8", newline="")
    refusal(read, folder, VINTAGE, FILE, *words)
