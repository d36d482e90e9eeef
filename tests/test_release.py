"""The release as people get it: complete lists, macros that answer, one content in three formats, right hashes."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from assets.cli.building import EXAMPLES
from pipeline.foundation import query
from schemas import models
from schemas.catalogue import register

FIRST, OF_EACH = 10, 3
SAME = """
    select (select count(*) from {left}) as rows_left, (select count(*) from {right}) as rows_right,
        (select count(*) from (from {left} except all from {right})) as only_left
"""


def parameters(place: str) -> str:
    """The call of nearest_with with the weights of the lens overall."""
    weights = register("lenses").query("lens == 'overall'").set_index("block")["weight"]
    given = ", ".join(f"{block} := {weight}" for block, weight in weights.items())
    return f"nearest_with('{place}', {given})"


def test_every_mexican_area_has_ten_mirrors_or_a_reason(released):
    sql = """
        select a.level, count(*), count(*) filter (m.ranks = ?), count(*) filter (m.ranks is null and a.reason is null)
        from reference_areas as a left join (
            select ref_area, count(distinct rank) as ranks from mirrors where lens = 'overall' and rank <= ? group by ref_area
        ) as m using (ref_area)
        where a.country = 'MEX' group by a.level
    """
    found = {level: counts for level, *counts in released.execute(sql, [FIRST, FIRST]).fetchall()}
    assert {level: counts[0] for level, counts in found.items()} == {"local": 2469, "metro": 92, "state": 32}
    assert all(silent == 0 for _, _, silent in found.values())
    sql = "select level, count(*) from reference_areas where country = 'MEX' and takes_part group by level"
    assert {level: counts[1] for level, counts in found.items()} == dict(released.execute(sql).fetchall())


def test_every_mexican_area_has_the_best_three_of_each_country(released):
    """All of them where a country has fewer than three candidates at that level."""
    sql = f"""
        with candidates as (
            select level, country, count(*) as n from reference_areas where takes_part and country <> 'MEX' group by all
        ), found as (
            select ref_area, country, count(*) as n, max(rank_in_country) as last from mirrors
            where lens = 'overall' and rank_in_country <= {OF_EACH} group by all
        )
        select count(*), count(*) filter (coalesce(f.n, 0) <> least({OF_EACH}, c.n) or f.last <> least({OF_EACH}, c.n))
        from reference_areas as a join candidates as c using (level)
        left join found as f on f.ref_area = a.ref_area and f.country = c.country
        where a.country = 'MEX' and a.takes_part
    """
    lists, wrong = released.execute(sql).fetchone()
    assert wrong == 0
    assert lists > 2469 * 3


def test_an_area_without_mirrors_says_why(released):
    sql = "select count(*) from reference_areas where not takes_part and (reason is null or reason not like '% is needed%')"
    assert released.execute(sql).fetchone()[0] == 0
    sql = "select count(*) from reference_areas where takes_part and ranked and reason is not null"
    assert released.execute(sql).fetchone()[0] == 0


def test_mirrors_are_abroad_of_the_same_level_and_take_part(released):
    sql = """
        select count(*) from mirrors as m
        join reference_areas as a on a.ref_area = m.ref_area join reference_areas as c on c.ref_area = m.counterpart_area
        where a.country = 'MEX' and c.country = m.country and c.country <> 'MEX' and a.level = c.level and m.level = a.level
            and a.takes_part and c.takes_part and (m.rank is null or c.ranked)
    """
    assert released.execute(sql).fetchone() == released.execute("select count(*) from mirrors").fetchone()


@pytest.mark.parametrize("place", ["Monterrey", "monterrey", "MONTERREY", "Mónterrey"])
def test_mirrors_of_a_name_in_any_spelling(released, place):
    rows = released.execute("select ref_area, level, position from mirrors_of(?)", [place]).fetchall()
    assert [row[2] for row in rows] == [*range(1, FIRST + 1)] * 2
    assert {row[:2] for row in rows} == {("MX-19039", "local"), ("MX-METRO-19.1.01", "metro")}


def test_mirrors_of_are_those_of_the_table(released):
    rows = released.execute("select counterpart_area, position, distance from mirrors_of('MX-19039')").fetchall()
    sql = """select counterpart_area, position, distance from mirrors
        where ref_area = 'MX-19039' and lens = 'overall' and position <= 10 order by position"""
    assert rows == released.execute(sql).fetchall() and len(rows) == FIRST
    assert released.execute("select count(*) from mirrors_of('MX-19039', first := 3)").fetchone()[0] == 3


@pytest.mark.parametrize("macro", ["mirrors_of", "nearest_with", "profile", "level_of"])
@pytest.mark.parametrize("place", ["Atlantis", "'; drop table mirrors; --", ""])
def test_a_place_that_is_no_area_is_an_error(released, place, macro):
    with pytest.raises(duckdb.InvalidInputException, match="area has this name or code"):
        released.execute(f"select count(*) from {macro}(?)", [place])


def test_a_misspelt_name_is_answered_with_names(released):
    for macro in ("mirrors_of", "nearest_with"):
        with pytest.raises(duckdb.InvalidInputException, match=r'"Monterey": no Mexican area .*; did you mean monterrey'):
            released.execute(f"from {macro}('Monterey')")
    with pytest.raises(duckdb.InvalidInputException, match=r'"guadalaraja": no area .*; did you mean guadalajara'):
        released.execute("from profile('guadalaraja')")
    with pytest.raises(duckdb.InvalidInputException, match='"Houston": no Mexican area'):
        released.execute("from mirrors_of('Houston')")


def test_a_profile_begins_in_mexico(released):
    areas = [row[0] for row in released.execute("select ref_area from profile('Merida')").fetchall()]
    order = list(dict.fromkeys(areas))
    assert order[:2] == ["MX-31050", "MX-METRO-31.1.01"] and "ES-06083" in order[2:]


@pytest.mark.parametrize("weights", ["size := 0, vocation := 0, geography := 0, challenges := 0", "size := -1"])
def test_weights_that_are_none_are_refused(released, weights):
    with pytest.raises(duckdb.InvalidInputException, match="weights must not be negative, nor all be 0"):
        released.execute(f"from nearest_with('MX-19039', {weights})")


@pytest.mark.parametrize(
    ("name", "area"),
    [("cdmx", "MX-09"), ("CDMX", "MX-METRO-09.1.01"), ("edomex", "MX-15"), ("df", "MX-09"), ("Santiago de Querétaro", "MX-22014"),
     ("19039", "MX-19039"), ("Cancún", "MX-23005"), ("Munich", "EU-DE003C"), ("Florence", "IT-048017"), ("Wien", "WUP-20107")],
)  # fmt: skip
def test_areas_answer_to_what_people_call_them(released, name, area):
    assert area in {row[0] for row in released.execute("from areas_named(?)", [name]).fetchall()}


def test_homonyms_abroad_have_their_parent_s_name(released):
    sql = "select name from reference_areas where country = 'ARG' and name like 'Capital%' order by name"
    names = [row[0] for row in released.execute(sql).fetchall()]
    assert len(names) == 11 and names[0] == "Capital, Catamarca" and "Capital, Mendoza" in names
    sql = """select count(*) from (select country, name, parent from reference_areas where level = 'local' and country <> 'MEX'
        and parent is not null group by all having count(*) > 1) where name not like '%,%'"""
    assert released.execute(sql).fetchone()[0] == 0


def test_every_alias_is_somebody_s(released):
    """An alias of the register stands in the table: what it means is there."""
    names = {row[0] for row in released.execute("select distinct name from place_names").fetchall()}
    assert set(register("area_aliases")["alias"]) <= names


def test_accents_may_be_left_out(released):
    for name, plain in (
        ("Mérida", "merida"),
        ("San Luis Potosí", "san luis potosi"),
        ("Cañadas de Obregón", "canadas de obregon"),
    ):
        rows = released.execute("select * from mirrors_of(?)", [name]).fetchall()
        assert rows and rows == released.execute("select * from mirrors_of(?)", [plain]).fetchall()


@pytest.mark.parametrize("place", ["MX-19039", "MX-20067", "MX-METRO-14.1.01", "MX-METRO-09.1.01", "MX-19", "MX-20"])
def test_nearest_with_the_weights_of_the_lens_gives_the_mirrors(released, place):
    found = released.execute(f"select counterpart_area, rank, distance from {parameters(place)} order by rank").fetchall()
    sql = """select counterpart_area, rank, distance from mirrors
        where ref_area = ? and lens = 'overall' and rank <= 10 order by rank"""
    listed = released.execute(sql, [place]).fetchall()
    assert [row[:2] for row in found] == [row[:2] for row in listed] and len(found) == FIRST
    assert [row[2] for row in found] == pytest.approx([row[2] for row in listed], abs=1e-9)


def test_nearest_with_other_weights_is_another_list(released):
    only_size = "nearest_with('MX-19039', size := 1, vocation := 0, geography := 0, challenges := 0)"
    alone = released.execute(f"select counterpart_area, distance from {only_size}").fetchall()
    listed = released.execute("select counterpart_area from mirrors_of('MX-19039')").fetchall()
    assert len(alone) == FIRST and {row[0] for row in alone} != {row[0] for row in listed}
    nearest = """
        select g.ref_area, sqrt(sum(f.weight * (pow(f.z - g.z, 2) + f.variance + g.variance))) as distance
        from matching_features as f join matching_features as g using (level, block, indicator, frame)
        join reference_areas as c on c.ref_area = g.ref_area and c.ranked and c.country <> 'MEX'
        where f.ref_area = 'MX-19039' and block = 'size' group by g.ref_area order by 2, 1 limit 1
    """
    assert alone[0] == pytest.approx(released.execute(nearest).fetchone())


def test_profile_says_what_the_tables_say(released):
    rows = released.execute("select section, item, value from profile('MX-19039')").fetchall()
    facts = {item: value for section, item, value in rows if section == "area"}
    assert facts == {"name": "Monterrey", "level": "local", "country": "MEX", "population": "1174689"}
    figures = released.execute("select count(*) from indicator_values where ref_area = 'MX-19039'").fetchone()[0]
    assert sum(section.startswith(("matching", "outcome", "risk", "context")) for section, _, _ in rows) == figures > 40
    assert [section for section, _, _ in rows if section.startswith("mirror")] == [f"mirror {rank:02}" for rank in range(1, 11)]


def test_profile_gives_marginalisation_and_social_lag(released):
    rows = released.execute("select section, item, value, unit_measure from profile('MX-12078')").fetchall()
    found = {(section, item): (value, unit) for section, item, value, unit in rows}
    assert found["marginalisation 2020", "grado / grade"] == ("Muy alto / Very high", None)
    assert found["social lag 2020", "lugar / rank"] == ("4", "1 the most of 2469")
    assert ("social lag 2000", "lugar / rank") not in found, "Cochoapa el Grande was founded afterwards"
    rows = released.execute("select section from profile('MX-19039') where item = 'lugar / rank'").fetchall()
    assert [section for (section,) in rows] == ["marginalisation 2020", "social lag 2000", "social lag 2020"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_work_as_printed(built, example):
    """In a process of its own, in the words that a build prints."""
    data = built.parents[2]
    code = (
        f"import sys; sys.argv = ['mirrors', 'query', {example!r}, '--data', {str(data)!r}]; "
        "from assets.cli.main import main; main()"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    answer = subprocess.run(command, cwd=query.ROOMS.parent, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == "" and len(answer.stdout.splitlines()) > FIRST


def test_every_table_is_published_with_its_key_and_comments(released):
    found = dict(released.execute("select table_name, comment from duckdb_tables()").fetchall())
    keys = {name: re.search(r"\[key: (.+)\]$", comment).group(1).split(", ") for name, comment in found.items()}
    assert keys == {name: models.primary_key(name) for name in models.PUBLISHED}
    for name, key in keys.items():  # no index carries it, so it is counted here
        rows, different = released.execute(f"select count(*), count(distinct ({', '.join(key)})) from {name}").fetchone()
        assert rows == different, name
    bare = released.execute(
        "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    )
    assert bare.fetchall() == []


@pytest.mark.parametrize("name", models.PUBLISHED)
def test_three_formats_hold_the_same_rows(built, released, name):
    columns = dict(
        released.execute("select column_name, data_type from duckdb_columns() where table_name = ?", [name]).fetchall()
    )
    parquet = f"'{built / 'parquet' / name}.parquet'"
    assert released.execute(SAME.format(left=name, right=parquet)).fetchone()[2] == 0
    types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    path = built / "csv" / models.csv_file(name)
    text = f"read_csv('{path}', columns = {{{types}}}, header = true, delim = ',', quote = '\"', nullstr = '')"
    texts = [column for column, kind in columns.items() if kind == "VARCHAR"]
    plain = f"(select * replace ({', '.join(f'nullif({column}, $$$$) as {column}' for column in texts)}) from {name})"
    in_table, in_text, only_table = released.execute(SAME.format(left=plain, right=text)).fetchone()
    assert in_table == in_text > 0 and only_table == 0


ASKED_OF_ONE_AREA = ["mirrors", "mirror_blocks", "indicator_values", "used_observations", "key_sectors", "structural_risks"]


@pytest.mark.parametrize("name", ASKED_OF_ONE_AREA)
def test_one_municipality_is_a_small_part_of_a_large_table(built, name):
    """Bytes of the row groups that can hold it: what ``read_parquet('https://…') where ref_area = …`` reads at most."""
    file = pq.ParquetFile(built / "parquet" / f"{name}.parquet")
    column = file.schema_arrow.names.index("ref_area")
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    reached = [
        group for group in groups if group.column(column).statistics.min <= "MX-19039" <= group.column(column).statistics.max
    ]
    assert sum(group.column(number).total_compressed_size for group in reached for number in range(group.num_columns)) < 2_500_000
    assert file.metadata.serialized_size < 200_000


def test_hashes_are_right_and_cover_every_file(built):
    lines = (built / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(built).as_posix(): path for path in built.rglob("*") if path.is_file()}
    assert set(listed) == set(files) - {"SHA256SUMS"}
    for name, digest in listed.items():
        with files[name].open("rb") as stream:
            assert hashlib.file_digest(stream, "sha256").hexdigest() == digest, name


def test_the_release_is_whole_and_alone(built):
    assert sorted(path.name for path in built.parent.iterdir()) == [built.name]
    for name in ("methodology.md", "data_dictionary.md", "indicators.md", "sources.md"):
        assert (built / name).stat().st_size > 1000, name
    assert {path.name for path in (built / "parquet").iterdir()} == {f"{name}.parquet" for name in models.PUBLISHED}
    assert {path.name for path in (built / "csv").iterdir()} == {models.csv_file(name) for name in models.PUBLISHED}


def test_no_path_or_machine_is_published(built):
    home = str(Path.home()).encode()
    places = [str(query.ROOMS.parent).encode(), str(built.parents[2]).encode(), *([home] if len(home) > 6 else [])]
    for path in built.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [place for place in places if place in content], path.name


def test_sources_have_citation_licence_and_the_known_files(released):
    sql = "select count(*), count(*) filter (known_file and citation <> '' and licence <> '' and url like 'http%') from sources"
    files, complete = released.execute(sql).fetchone()
    assert files == complete >= 100
    newest = {source for (source,) in released.execute("select distinct source from sources").fetchall()}
    assert newest == set(register("sources").dropna(subset="released")["source"])


def test_nominated_pairs_are_evaluated(released):
    """Ranks anew over all candidates of the long table; the four of the editorial, whatever they show."""
    pairs = released.execute("select * from nominated_pairs where lens = 'overall'").df()
    nominated = set(register("nominated_pairs")[["ref_area", "counterpart_area"]].itertuples(index=False, name=None))
    assert set(zip(pairs["ref_area"], pairs["counterpart_area"], strict=True)) == nominated and len(nominated) >= 4
    for pair in pairs.itertuples():
        assert_evaluated(pair, distances_of(released, pair.ref_area))


def distances_of(released: duckdb.DuckDBPyConnection, area: str):
    sql = """
        select g.ref_area as counterpart_area, any_value(c.country) as country, any_value(c.ranked) as ranked,
            sum(l.weight / (select sum(weight) from lenses where lens = 'overall')
                * f.weight * (pow(f.z - g.z, 2) + f.variance + g.variance)) as squared
        from matching_features as f join matching_features as g using (level, block, indicator, frame)
        join lenses as l on l.block = block and l.lens = 'overall'
        join reference_areas as c on c.ref_area = g.ref_area and c.takes_part and c.country <> 'MEX'
        where f.ref_area = ? group by g.ref_area
    """
    return released.execute(sql, [area]).df().set_index("counterpart_area")


def assert_evaluated(pair, candidates) -> None:
    own = candidates.loc[pair.counterpart_area]
    ranked, country = candidates[candidates["ranked"]], candidates[candidates["country"] == own["country"]]
    assert pair.distance_squared == pytest.approx(own["squared"], abs=1e-9)
    assert pair.size + pair.vocation + pair.geography + pair.challenges == pytest.approx(pair.distance_squared, abs=1e-9)
    assert pair.candidates == len(ranked) and pair.candidates_in_country == len(country)
    if own["ranked"]:
        assert pair.rank == 1 + (ranked["squared"] < own["squared"] - 1e-9).sum()
    in_country = 1 + (country["squared"] < own["squared"] - 1e-9).sum()
    assert pair.rank_in_country == in_country
    near = (own["ranked"] and pair.rank <= len(ranked) / 20) or in_country <= min(10, len(country) / 2)
    verdict = "supported" if own["ranked"] and pair.rank <= FIRST else "near" if near else "not near"
    assert pair.verdict == verdict
    assert 0 <= pair.similarity <= 100
