"""The reader of Japan's list of local governments: points of town halls, and names in Latin letters."""

import pytest

from pipeline.sources.japan.japan_localgovjp import read, romanised

SOURCE, VINTAGE, FILE = "japan_localgovjp", "2026", "localgovjp-utf8.csv"


def test_reads_municipalities_and_no_wards(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert sorted(table["ref_area"].unique()) == ["JP-01100", "JP-13101", "JP-27227", "JP-28209"]
    names = table[table["variable"] == "name"].set_index("ref_area")["obs_text"]
    assert names.to_dict() == {
        "JP-01100": "Sapporo", "JP-13101": "Chiyoda", "JP-27227": "Higashiosaka", "JP-28209": "Toyooka"
    }  # fmt: skip
    assert row_of(table, "latitude", "JP-01100", 2026)[["obs_value", "source_row"]].tolist() == [43.06208877, 2]


@pytest.mark.parametrize(
    ("kana", "name"),
    [
        ("おおさか", "Osaka"), ("とうきょう", "Tokyo"), ("きょうと", "Kyoto"), ("まつうら", "Matsuura"), ("ゆうばり", "Yubari"),
        ("ちゅうおう", "Chuo"), ("はっちょう", "Hatcho"), ("にっこう", "Nikko"), ("しんじゅく", "Shinjuku"), ("うおづ", "Uozu"),
    ],
)  # fmt: skip
def test_names_as_towns_write_them(kana, name):
    assert romanised(kana) == name


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",011002", ",011003", ["row 2", "lgcode", "011003", "check digit"]),
        (",011002", ",11002", ["row 2", "lgcode", "11002", "6 digits"]),
        ("43.06208877", "143.06208877", ["row 2", "lat", "143.06"]),
        ("さっぽろし,", "Sapporo,", ["row 2", "citykana", "hiragana"]),
        ("lgcode", "code", ["lgcode", "column is missing"]),
    ],
)
def test_refuses(fixture_folder, refusal, replace, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, old, new)
    refusal(read, folder, VINTAGE, FILE, *words)
