"""The release: complete lists, the same rows in every format, and macros that do what the command line prints."""

import hashlib

import duckdb
import pytest

from assets.cli import EXAMPLES
from schemas import tables
from schemas.catalogue import register


def test_every_mexican_area_has_ten_mirrors_or_a_reason(released):
    rows = released.execute("""
        select a.ref_area from reference_areas as a
        where a.country = 'MEX' and a.reason is null
            and (select count(*) from mirrors as m where m.ref_area = a.ref_area and m.lens = 'overall' and m.rank <= 10) <> 10
    """).fetchall()
    assert rows == []


def test_the_best_three_of_each_country_are_there(released):
    rows = released.execute("""
        with candidates as (
            select level, country, least(count(*), 3) as wanted from reference_areas
            where takes_part and country <> 'MEX' group by level, country
        ), found as (
            select ref_area, country, count(*) as found from mirrors
            where lens = 'overall' and rank_in_country <= 3 group by ref_area, country
        )
        select a.ref_area, c.country from reference_areas as a
        join candidates as c using (level)
        left join found as f on f.ref_area = a.ref_area and f.country = c.country
        where a.country = 'MEX' and a.takes_part and f.found is distinct from c.wanted
    """).fetchall()
    assert rows == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_printed_examples_answer(released, example):
    assert released.execute(example).fetchall()


def test_names_are_found_whatever_their_accents_and_case(released):
    plain = released.execute("from mirrors_of('MERIDA')").fetchall()
    assert plain and plain == released.execute("from mirrors_of('Mérida')").fetchall()
    assert {"Yucatán"} <= {row[2] for row in plain}


def test_recomputed_mirrors_with_the_lens_s_weights_are_the_published_ones(released):
    weights = register("lenses").query("lens == 'overall'").set_index("block")["weight"]
    given = ", ".join(f"{block} := {weight}" for block, weight in weights.items())
    for area in ("MX-19039", "MX-20067", "MX-METRO-19.1.01", "MX-19"):
        recomputed = released.execute(f"select counterpart_area, distance from nearest_with('{area}', {given})").fetchall()
        published = released.execute(
            "select counterpart_area, distance from mirrors where ref_area = ? and lens = 'overall' and rank <= 10 order by rank",
            [area],
        ).fetchall()
        assert [code for code, _ in recomputed] == [code for code, _ in published]
        assert [d for _, d in recomputed] == pytest.approx([d for _, d in published], abs=1e-9)


def test_nominated_pairs_are_ranked_among_all_candidates(released):
    rows = released.execute(
        "select ref_area, counterpart_area, rank, distance from nominated_pairs where lens = 'overall'"
    ).fetchall()
    assert len(rows) == len(register("nominated_pairs"))
    for area, counterpart, rank, distance in rows:
        published = released.execute(
            "select distance from mirrors where ref_area = ? and counterpart_area = ? and lens = 'overall'", [area, counterpart]
        ).fetchone()
        assert published is None or published[0] == pytest.approx(distance, abs=1e-9)
        tenth = released.execute(
            "select max(distance) from mirrors where ref_area = ? and lens = 'overall' and rank <= 10", [area]
        ).fetchone()[0]
        assert (rank <= 10) == (distance <= tenth + 1e-12)


def test_every_table_has_its_key_and_every_column_its_comment(released):
    keys = dict(
        released.execute(
            "select table_name, constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    )
    assert keys == {name: tables.primary_key(name) for name in tables.PUBLISHED}
    bare = released.execute("""
        select table_name, column_name from duckdb_columns()
        where not internal and coalesce(comment, '') = '' and table_name in (select table_name from duckdb_tables())
    """).fetchall()
    assert bare == []
    assert released.execute("select count(*) from duckdb_tables() where coalesce(comment, '') = ''").fetchone() == (0,)


@pytest.mark.parametrize("name", tables.PUBLISHED)
def test_parquet_csv_and_database_hold_the_same_rows(built, released, name):
    parquet = f"read_parquet('{built}/parquet/{name}.parquet')"
    csv = f"read_csv('{built}/csv/{name}.csv', all_varchar = true)"
    rows = released.execute(f"select count(*) from {name}").fetchone()
    assert rows == released.execute(f"select count(*) from {parquet}").fetchone()
    assert rows == released.execute(f"select count(*) from {csv}").fetchone()
    assert released.execute(f"select count(*) from (from {name} except from {parquet})").fetchone() == (0,)


def test_hashes_are_those_of_the_files(built):
    lines = (built / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert set(named) == files
    assert all(hashlib.sha256((built / name).read_bytes()).hexdigest() == digest for name, digest in named.items())


def test_the_database_needs_nothing_but_duckdb(built):
    with duckdb.connect(built / "mirror_cities.duckdb", read_only=True) as connection:
        assert connection.execute("select count(*) from mirrors_of('Monterrey')").fetchone()[0] == 20
