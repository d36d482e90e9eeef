"""The reader of Italy's ages and degrees."""

import gzip

import pytest
from prepared import prepare

from pipeline.sources.italy.istat_ages import AGES, DEGREES, PLACES, read

SOURCE, VINTAGE = "istat_ages", "2022"
FILE = AGES.format(VINTAGE)


def test_reads_comuni_and_regions(tmp_path, row_of):
    table = read(prepare(SOURCE, VINTAGE, tmp_path / VINTAGE), VINTAGE)
    comuni = {"IT-004078", "IT-022167", "IT-022252", "IT-025016", "IT-081021"}
    assert set(table["ref_area"]) == comuni | {"IT-R01", "IT-R04", "IT-R05", "IT-R19"}, "Acceglio has 157 people"
    groups = [row_of(table, f"population_{name}", "IT-004078", 2022)["obs_value"] for name in ("0_14", "15_64", "65_plus")]
    assert sum(groups) == 55_557
    assert row_of(table, "population_0_14", "IT-R01", 2022)["obs_value"] > groups[0], "with Acceglio"
    degrees, base = (row_of(table, f"adults_tertiary{name}", "IT-025016", 2021) for name in ("", "_base"))
    assert degrees["obs_status"] == "E" and degrees["obs_value"] / base["obs_value"] == pytest.approx(0.175, abs=0.001)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (FILE, "\n004078,", "\n304078,", ["row 3", "codice_istat", "304078"]),
        (FILE, "\n004078,", "\n022167,", ["codice_istat", "twice", "022167"]),
        (FILE, "\n004078,", "\n004078,-", ["row 3", "F_0", "count"]),
        (FILE, ",F_7,", ",W_7,", ["F_7", "column is missing"]),
        (FILE, "\n004078,", "\n010078,", ["row 3", "is in no province"]),
        (DEGREES, "0,178", "1,178", ["row 3", "ist3_21", "outside"]),
        (PLACES, "Piemonte,1,", "Piemonte,21,", ["region_code", "21"]),
    ],
)
def test_refuses(tmp_path, refusal, file, old, new, words):
    folder = prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)
    packed = file == FILE
    content = (folder / file).read_bytes()
    content = gzip.decompress(content) if packed else content
    assert old.encode() in content
    content = content.replace(old.encode(), new.encode(), 1)
    (folder / file).write_bytes(gzip.compress(content) if packed else content)
    refusal(read, folder, VINTAGE, file, *words)
