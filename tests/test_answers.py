"""One answer wherever it is asked: the order of the lists, the lead sentence and why two places are alike."""

import inspect

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.decisions import answers, brief, texts
from pipeline.foundation import query
from pipeline.site.content import Content, is_listed
from pipeline.site.words import Words
from schemas import models
from schemas.catalogue import register

FIRST = 5
TIER = {"firm": 1, "likely": 2, "possible": 3}


@pytest.fixture(scope="module")
def lists(built) -> dict[str, list[str]]:
    """The first five of every Mexican area by tier, then probability, then distance, ordered anew."""
    rows = pd.read_parquet(built / "parquet" / "mirrors.parquet").query("lens == 'overall'").dropna(subset=["rank"])
    rows = rows.assign(order=rows["tier"].map(TIER).fillna(4), doubt=-rows["inclusion_probability"])
    rows = rows.sort_values(["ref_area", "order", "doubt", "distance", "counterpart_area"]).groupby("ref_area").head(FIRST)
    return rows.groupby("ref_area")["counterpart_area"].agg(list).to_dict()


@pytest.fixture(scope="module")
def small(built):
    """The pairs of the lens overall alone, under the macros of the release: thousands of questions are asked of them."""
    parquet = built / "parquet"
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"create table mirrors as from '{parquet}/mirrors.parquet' where lens = 'overall' and position <= 10")
        wanted = "ref_area in (select ref_area from mirrors union select counterpart_area from mirrors) or level = 'state'"
        connection.execute(f"create table reference_areas as from '{parquet}/reference_areas.parquet' where {wanted}")
        connection.execute(
            f"create table place_names as from '{parquet}/place_names.parquet' semi join reference_areas using (ref_area)"
        )
        for macro in ("areas_named", "mirrors_of"):
            connection.execute((query.ROOMS / "release" / "macros" / f"{macro}.sql").read_text(encoding="utf-8"))
        yield connection


def test_the_first_five_are_the_same_in_atlas_brief_workbook_and_macro(built, lists, small):
    assert len(lists) == 2593
    content = Content(built, built.name)
    listed = {ref: [row["counterpart_area"] for row in content.mirrors[ref] if is_listed(row)][:FIRST] for ref in lists}
    assert listed == lists
    sheet = pd.read_excel(built / "mirror_cities.xlsx", sheet_name="espejos_mirrors", engine="calamine")
    code, mirror = "clave / code", "clave del espejo / mirror's code"
    assert sheet.groupby(code).head(FIRST).groupby(code)[mirror].agg(list).to_dict() == lists
    names = dict(small.execute("select ref_area, name from reference_areas").fetchall())
    for ref, first in lists.items():
        rows = small.execute("select counterpart_area from mirrors_of(?, first := 5)", [ref]).fetchall()
        assert [row[0] for row in rows] == first
        assert [row["name"] for row in brief._rows(small, "mirrors", ref)] == [names[code] for code in first]


def test_the_macro_shows_tier_and_probability(released):
    found = released.execute("from mirrors_of('MX-19039')").df()
    assert list(found["position"]) == list(range(1, 11))
    assert {"tier", "probability"} <= set(found.columns) and found["probability"].notna().all()


def test_the_lead_says_the_verdict_first(released):
    sql = """select a.*, v.firm, v.likely, v.no_close_mirror, r.name, c.name as counterpart from answers as a
        join mirror_verdicts as v on v.ref_area = a.ref_area and v.lens = 'overall'
        join reference_areas as r on r.ref_area = a.ref_area join reference_areas as c on c.ref_area = a.counterpart_area"""
    rows = released.execute(sql).df()
    assert len(rows) == released.execute("select count(distinct ref_area) from mirrors").fetchone()[0]
    none = rows["no_close_mirror"]
    assert none.equals(rows["verdict"] == "none") and none.any()
    assert rows.loc[none, "lead_es"].str.startswith("Ningún lugar").all()
    assert rows.loc[none, "lead_en"].str.startswith("No place").all()
    firm, likely = rows["verdict"] == "firm", rows["verdict"] == "likely"
    assert (rows.loc[firm, "firm"] > 0).all() and rows.loc[firm, "lead_es"].str.contains("firme").all()
    assert (rows.loc[likely, "firm"] == 0).all() and rows.loc[likely, "lead_en"].str.contains("likely mirror").all()
    for row in rows.to_dict("records"):
        assert row["counterpart"] in row["lead_es"] and row["name"] in row["lead_en"]


def test_no_two_places_share_a_lead_but_by_truth(released):
    sql = "select lead_es from answers join reference_areas using (ref_area) group by lead_es having count(distinct name) > 1"
    assert released.execute(sql).fetchall() == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_why_they_are_alike_gives_both_figures(released, language):
    """The figures of every feature of the absolute frame stand in the sentence as the indicator values have them."""
    said = released.execute("from answers where indicators_alike is not null").df()
    values = released.execute("select ref_area, indicator, obs_value from indicator_values").df()
    values = values.set_index(["ref_area", "indicator"])["obs_value"]
    register_of = register("indicators").set_index("indicator")
    checked = 0
    for row in said.itertuples():
        codes = [*row.indicators_alike.split(";"), *([row.indicator_apart] if isinstance(row.indicator_apart, str) else [])]
        for code in codes:
            label = register_of.loc[code, f"label_{language}"].split(" (")[0]
            sentence = getattr(row, f"why_{language}")
            assert label[1:] in sentence
            if code in ("altitude", "population", "distance_coast"):
                own, other = (f"{values[ref, code] + 0.0:,.0f}" for ref in (row.ref_area, row.counterpart_area))
                assert f"({own} {texts.AND[language]} {other} ".replace("-", "−") in sentence
                checked += 1
    assert checked > 1000


def test_a_lead_by_hand():
    listed = pd.DataFrame(
        [("MX-1", "X-1", "BRA", 1, "firm"), ("MX-1", "X-2", "PER", 2, "likely"), ("MX-1", "X-3", "BOL", 3, None),
         ("MX-2", "X-2", "PER", 1, None), ("MX-2", "X-1", "BRA", 2, None)],
        columns=["ref_area", "counterpart_area", "country", "position", "tier"],
    )  # fmt: skip
    verdicts = pd.DataFrame({"ref_area": ["MX-1", "MX-2"], "firm": [1, 0], "likely": [1, 0], "reason": [None, "distant"]})
    names = pd.Series({"MX-1": "Uno", "MX-2": "Dos", "X-1": "Olinda", "X-2": "Iquitos", "X-3": "Oruro"})
    found = answers.leads(listed, verdicts, names).set_index("ref_area")
    assert found.loc["MX-1", "lead_es"] == (
        "Por su tamaño, su economía, su geografía y sus retos, Uno tiene un espejo firme: Olinda (Brasil). "
        "Probables, además: Iquitos (Perú)."
    )
    assert found.loc["MX-2", "lead_en"].startswith("No place abroad closely resembles Dos.")
    assert found.loc["MX-2", "lead_es"].endswith("Iquitos (Perú) y Olinda (Brasil).")
    assert list(found["verdict"]) == ["firm", "none"]


def test_an_edition_without_mirrors_has_no_answers(tmp_path):
    tables = {}
    for name in inspect.signature(answers.answers).parameters:
        tables[name] = tmp_path / f"{name}.parquet"
        pq.write_table(models.arrow_schema(name).empty_table(), tables[name])
    assert models.validate("answers", answers.answers(**tables)).num_rows == 0


def test_the_atlas_shows_the_sentences_of_the_table(built):
    from pipeline.site.profiles import profile

    content = Content(built, built.name)
    for ref in ("MX-19039", "MX-METRO-19.1.01", "MX-20"):
        page = profile(content, Words("es"), ref)
        assert (page["lead"], page["why"]) == (content.answers[ref]["lead_es"], content.answers[ref]["why_es"])


def test_a_municipality_that_is_nearly_its_metropolis_and_it_point_to_each_other(built, released):
    from pipeline.site.profiles import profile

    content, words = Content(built, built.name), Words("en")
    sql = """select l.ref_area, m.ref_area, l.population / m.population as share from reference_areas as l
        join reference_areas as m on m.ref_area = l.metropolis where l.country = 'MEX' and l.level = 'local'
        qualify row_number() over (partition by m.ref_area order by l.population desc) = 1 order by 1"""
    pairs = released.execute(sql).fetchall()
    near = [pair for pair in pairs if pair[2] >= 0.8]
    assert len(near) > 30 and ("MX-19039", "MX-METRO-19.1.01") not in {pair[:2] for pair in near}
    for local, metropolis, share in [*near[:5], *(pair for pair in pairs if pair[0] in ("MX-31050", "MX-19039"))]:
        there, back = (profile(content, words, ref)["twin"] for ref in (local, metropolis))
        if share < 0.8:
            assert there is None and back is None
        else:
            assert (there["ref"], back["ref"]) == (metropolis, local)
            assert there["text"].startswith(f"{min(share * 100, 100):.0f} % of the people of its metropolis")
