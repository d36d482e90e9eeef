"""Names of nominated pairs: one meaning is added to the register, several are listed, none is refused."""

import shutil

import pandas as pd
import pytest

from pipeline.decisions.nominations import nominate, pairs_named
from schemas.catalogue import FOLDER, RegisterError, read_register

AREAS = pd.DataFrame(
    [
        ("MX-31050", "Mérida", "local", "MEX", "MX-31"),
        ("MX-METRO-31.1.01", "Mérida", "metro", "MEX", None),
        ("MX-23005", "Benito Juárez", "local", "MEX", "MX-23"),
        ("MX-09014", "Benito Juárez", "local", "MEX", "MX-09"),
        ("MX-31", "Yucatán", "state", "MEX", None),
        ("MX-23", "Quintana Roo", "state", "MEX", None),
        ("MX-09", "Ciudad de México", "state", "MEX", None),
        ("ES-29067", "Málaga", "local", "ESP", "ES-CCAA-01"),
        ("ES-CCAA-01", "Andalucía", "state", "ESP", None),
        ("EU-ES006C", "Málaga", "metro", "ESP", None),
        ("ES-06083", "Mérida", "local", "ESP", "ES-CCAA-01"),
        ("US-12095", "Orange County, FL", "local", "USA", "US-12"),
        ("US-06059", "Orange County, CA", "local", "USA", "US-06"),
        ("US-12", "Florida", "state", "USA", None),
        ("US-06", "California", "state", "USA", None),
        ("US-CBSA-26420", "Houston-The Woodlands-Sugar Land, TX", "metro", "USA", None),
    ],
    columns=["ref_area", "name", "level", "country", "parent"],
)


@pytest.mark.parametrize(
    ("home", "abroad", "level", "pairs"),
    [
        ("Mérida", "Málaga", None, [("MX-METRO-31.1.01", "EU-ES006C")]),
        ("merida", "MALAGA", None, [("MX-METRO-31.1.01", "EU-ES006C")]),
        ("Mérida", "Málaga", "local", [("MX-31050", "ES-29067")]),
        ("MX-31050", "Málaga", None, [("MX-31050", "ES-29067")]),
        ("Mérida, Yucatán", "Mérida, España", None, [("MX-31050", "ES-06083")]),
        ("Mérida", "Houston", None, [("MX-METRO-31.1.01", "US-CBSA-26420")]),
        ("Benito Juárez, Quintana Roo", "Orange County, FL", None, [("MX-23005", "US-12095")]),
        ("Benito Juárez, Quintana Roo", "Orange, Florida", None, [("MX-23005", "US-12095")]),
        ("Benito Juárez", "Orange County, FL", None, [("MX-09014", "US-12095"), ("MX-23005", "US-12095")]),
        ("MX-23005", "orange county", None, [("MX-23005", "US-06059"), ("MX-23005", "US-12095")]),
    ],
)
def test_names_mean_pairs_of_one_level(home, abroad, level, pairs):
    found = pairs_named(home, abroad, AREAS, level)
    assert sorted(zip(found["ref_area"], found["counterpart_area"], strict=True)) == sorted(pairs)


@pytest.mark.parametrize(
    ("home", "abroad", "words"),
    [("Meridaa", "Málaga", "Meridaa: no area has this name; did you mean merida"), ("Mérida", "Atlantis", "Atlantis: no area"),
     ("Málaga", "Mérida", "Málaga: no area"), ("Benito Juárez", "Houston", "different levels")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(home, abroad, words):
    with pytest.raises(ValueError, match=words):
        pairs_named(home, abroad, AREAS)


@pytest.fixture
def register_folder(tmp_path):
    shutil.copy(FOLDER / "nominated_pairs.csv", tmp_path)
    return tmp_path


def test_a_pair_is_appended_and_the_register_stays_valid(register_folder):
    path = register_folder / "nominated_pairs.csv"
    before = path.read_text(encoding="utf-8")
    pair = pairs_named("Mérida", "Málaga", AREAS).iloc[0]
    nominate(pair, "reader", 'ports, "white" cities', register_folder)
    assert path.read_text(encoding="utf-8") == before + 'MX-METRO-31.1.01,EU-ES006C,reader,"ports, ""white"" cities"\n'
    assert read_register("nominated_pairs", register_folder).iloc[-1]["note"] == 'ports, "white" cities'
    with pytest.raises(ValueError, match="the pair stands there already"):
        nominate(pair, "reader", "again", register_folder)


def test_a_row_that_breaks_the_register_is_not_written(register_folder):
    path = register_folder / "nominated_pairs.csv"
    before = path.read_bytes()
    with pytest.raises(RegisterError, match="proposed_by"):
        nominate(pairs_named("Mérida", "Málaga", AREAS).iloc[0], "nobody", "why", register_folder)
    assert path.read_bytes() == before


def test_an_ambiguous_name_is_listed_and_nothing_is_written(built):
    from typer.testing import CliRunner

    from assets.cli.main import app

    path = FOLDER / "nominated_pairs.csv"
    before = path.read_bytes()
    found = CliRunner().invoke(app, ["nominate", "Benito Juárez", "Orange County, FL", "--data", str(built.parents[2])])
    assert found.exit_code == 2 and path.read_bytes() == before
    assert "mirrors nominate MX-23005 US-12095" in found.output and "mirrors nominate MX-09014 US-12095" in found.output


def test_a_nominated_pair_is_answered_in_a_sentence(released):
    rows = released.execute("select text_es, text_en, verdict from nominated_pairs where lens = 'overall'").fetchall()
    assert len(rows) == len(read_register("nominated_pairs"))
    endings = {"supported": "respaldan la propuesta.", "not supported": "no respaldan la propuesta."}
    assert all(es.endswith(endings[verdict]) for es, _, verdict in rows if verdict in endings)
