"""Names of nominated pairs: one meaning is added to the register, several are listed, none is refused."""

import re
import shutil

import pandas as pd
import pytest

from pipeline.decisions import nominations
from pipeline.decisions.nominations import nominate, pairs_named
from pipeline.foundation import query
from schemas.catalogue import FOLDER, RegisterError, methodology, read_register

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
        ("Mérida", "Málaga", None, [("MX-31050", "ES-29067")]),
        ("merida", "MALAGA", "metro", [("MX-METRO-31.1.01", "EU-ES006C")]),
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


def test_a_foreign_name_is_the_level_at_which_one_bears_it():
    counties = [(f"US-0000{n}", f"Houston County, {state}", "local", "USA", "US-12") for n, state in enumerate(("AL", "GA"))]
    areas = pd.concat([AREAS, pd.DataFrame(counties, columns=AREAS.columns)])
    found = pairs_named("Mérida", "Houston", areas)
    assert list(zip(found["ref_area"], found["counterpart_area"], strict=True)) == [("MX-METRO-31.1.01", "US-CBSA-26420")]


def test_a_pair_is_appended_and_the_register_stays_valid(register_folder):
    path = register_folder / "nominated_pairs.csv"
    before = path.read_text(encoding="utf-8")
    pair = pairs_named("Mérida", "Málaga", AREAS).iloc[0]
    nominate(pair, "reader", 'ports, "white" cities', register_folder)
    assert path.read_text(encoding="utf-8") == before + 'MX-31050,ES-29067,reader,"ports, ""white"" cities"\n'
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
    endings = {"supported": "respaldan la propuesta.", "near": "la sitúan cerca.", "not near": "Los datos no la sitúan cerca."}
    assert all(es.endswith(endings[verdict]) for es, _, verdict in rows if verdict in endings)


@pytest.mark.parametrize(("rank", "verdict"), [(10, "supported"), (11, "near"), (20, "near"), (21, "not near")])
def test_a_pair_is_supported_near_or_not(rank, verdict):
    """Of 400 candidates, all of one country, a twentieth is 20."""
    table = evaluated_among(400, rank, ["AAA"] * 400)
    assert table["rank"] == rank and table["candidates"] == 400
    assert table["verdict"] == verdict


@pytest.mark.parametrize(("countrymen", "verdict"), [(100, "near"), (30, "near"), (14, "near"), (12, "not near")])
def test_a_pair_is_near_if_among_the_first_of_its_country(countrymen, verdict):
    """The 300th of 400 is the seventh of its country: near, unless that is beyond half of it."""
    countries = ["AAA"] * 400
    for place in (*range(290, 296), *range(300, 300 + countrymen - 6)):
        countries[place - 1] = "BBB"
    found = evaluated_among(400, 300, countries)
    assert (found["rank_in_country"], found["candidates_in_country"], found["verdict"]) == (7, countrymen, verdict)


def evaluated_among(candidates: int, rank: int, countries: list[str]) -> pd.Series:
    """The only pair of one Mexican area and candidates at the distances 1, 2, 3, ..., evaluated by the query itself."""
    areas = [("MX-1", "MEX"), *((f"X-{number:03}", country) for number, country in enumerate(countries, 1))]
    features = pd.DataFrame(
        [(ref, "local", "size", "population", "absolute", float(z), 0.0) for z, (ref, _) in enumerate(areas)],
        columns=["ref_area", "level", "block", "indicator", "frame", "z", "variance"],
    )
    coverage = pd.DataFrame(areas, columns=["ref_area", "country"]).assign(level="local", takes_part=True, ranked=True)
    pairs = pd.DataFrame({"ref_area": ["MX-1"], "counterpart_area": [f"X-{rank:03}"], "proposed_by": [""], "note": [""]})
    weights = features[["level", "block", "indicator", "frame"]].drop_duplicates().assign(lens="overall", weight=1.0)
    return query.run(
        "decisions/nominated_pairs",
        constants=methodology()["mirrors"] | methodology()["nominations"],
        matching_features=features,
        lens_features=weights,
        matching_coverage=coverage,
        nominated_pairs=pairs,
        lenses=pd.DataFrame({"lens": ["overall"], "block": ["size"], "weight": [1.0]}),
    ).iloc[0]


def test_the_command_answers_at_once(built, register_folder, monkeypatch):
    from typer.testing import CliRunner

    from assets.cli.main import app

    monkeypatch.setattr(nominations.nominate, "__defaults__", (register_folder,))
    found = CliRunner().invoke(app, ["nominate", "MX-METRO-19.1.01", "Chicago", "--data", str(built.parents[2]), "--lang", "en"])
    assert found.exit_code == 0, found.output
    assert re.search(r"Monterrey and Chicago[^:]*: place \d+ of [\d,]+ candidates", found.output)
    assert re.search(r"(support the proposal|place it near)\.\s*$", found.output)


def test_houston_is_near_monterrey(released):
    sql = "select rank, candidates, verdict from nominated_pairs where ref_area = 'MX-METRO-19.1.01' and lens = 'overall'"
    rank, candidates, verdict = released.execute(sql).fetchone()
    assert 10 < rank <= candidates / 20 and verdict == "near"
