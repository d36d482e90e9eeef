"""A whole release has no findings; each kind of damage has one that names the file and what is wrong."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from assets.cli.main import app
from pipeline.foundation.raw_files import sha256_of
from pipeline.release.verification import HASHES, manifest, verify

TABLE = "parquet/pillar_scores.parquet"


@pytest.fixture
def copy(small_release, tmp_path) -> Path:
    """A copy of the small release that a test may damage."""
    return shutil.copytree(small_release, tmp_path / "copy")


def rehash(folder: Path) -> None:
    """The hashes anew, as one who hides a change would write them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != HASHES)
    (folder / HASHES).write_text("".join(f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files))


def rewrite(folder: Path, select: str, file: str = TABLE) -> None:
    """Replace a Parquet file by a query on itself, ``t``, with its hash."""
    path = folder / file
    with duckdb.connect() as connection:
        connection.execute(f"create table t as from '{path}'")
        connection.execute(f"copy ({select}) to '{path}' (format parquet)")
    rehash(folder)


def describe(folder: Path, table: str, change) -> None:
    """Change what datapackage.json says of a table."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    change(next(item for item in package["resources"] if item["name"] == table))
    path.write_text(json.dumps(package), encoding="utf-8")
    rehash(folder)


def in_database(folder: Path, *statements: str) -> None:
    with duckdb.connect(folder / "mirror_cities.duckdb") as connection:
        for statement in statements:
            connection.execute(statement)
    rehash(folder)


def test_a_whole_release_has_no_findings(small_release):
    assert verify(small_release) == []


def test_the_release_of_the_build_has_none(built):
    assert verify(built) == []


@pytest.mark.parametrize("name", [TABLE, "csv/mirrors.csv", "mirror_cities.duckdb", "methodology.md", "datapackage.json"])
def test_a_flipped_byte_is_found_in_every_kind_of_file(copy, name):
    path = copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any(line.startswith(f"{name}: has the sha256") for line in verify(copy))


@pytest.mark.parametrize("name", [TABLE, "csv/mirrors.csv", "mirror_cities.duckdb", "CITATION.cff"])
def test_a_missing_file_is_found(copy, name):
    (copy / name).unlink()
    assert f"{name}: is listed in SHA256SUMS and missing" in verify(copy)


def test_a_table_that_is_missing_with_its_hash_is_found(copy):
    (copy / TABLE).unlink()
    rehash(copy)
    assert f"{TABLE}: is missing" in verify(copy)


def test_a_file_too_many_is_found(copy):
    (copy / "csv" / "more.csv").write_text("a\n1\n")
    assert verify(copy) == ["csv/more.csv: is not listed in SHA256SUMS"]


def test_a_dropped_row_is_found_though_the_hashes_were_rewritten(copy):
    rewrite(copy, "from t limit (select count(*) - 1 from t)")
    found = verify(copy)
    assert [line.split(":")[0] for line in found] == [
        TABLE, "csv/pillar_scores.csv", "mirror_cities.duckdb, table pillar_scores"
    ]  # fmt: skip
    assert "rows; datapackage.json says" in found[0] and found[2].endswith("lacks 0 rows of " + TABLE + " and has 1 others")


def test_a_row_dropped_in_all_formats_is_found(copy):
    rewrite(copy, "from t where ref_area <> 'MX-19039'")
    lines = (copy / "csv" / "pillar_scores.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("MX-19039,")]
    (copy / "csv" / "pillar_scores.csv").write_text("".join(kept), encoding="utf-8")
    in_database(copy, "delete from pillar_scores where ref_area = 'MX-19039'")
    assert [line.split(" rows;")[1] for line in verify(copy)] == [f" datapackage.json says {len(lines) - 1:,}"]


def test_a_changed_number_in_the_database_is_found(copy):
    in_database(copy, "update development_scores set score = score + 1e-9 where ref_area = 'MX-19039'")
    assert verify(copy) == [
        "mirror_cities.duckdb, table development_scores: lacks 1 rows of parquet/development_scores.parquet and has 1 others"
    ]


def test_tables_missing_from_the_database_or_only_there_are_found(copy):
    in_database(copy, "drop table goalposts", "create table more as select 1 as a")
    assert verify(copy) == [
        "mirror_cities.duckdb: table goalposts is missing", "mirror_cities.duckdb: table more is in no other format"
    ]  # fmt: skip


def test_a_column_of_another_type_in_the_database_is_found(copy):
    in_database(copy, "create or replace table pillars as select * replace (weight::float as weight) from pillars")
    assert ["weight FLOAT" in line for line in verify(copy)] == [True]


def test_a_changed_cell_of_a_csv_file_is_found(copy):
    path = copy / "csv" / "pillars.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Ingreso", "ingreso"), encoding="utf-8")
    rehash(copy)
    assert verify(copy) == ["csv/pillars.csv: lacks 1 rows of parquet/pillars.parquet and has 1 others"]


def test_an_empty_text_is_not_a_missing_one(copy):
    """A frame that is absolute has the country '', which a CSV file writes in quotes."""
    path = copy / "csv" / "goalposts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace('""', ""), encoding="utf-8")
    rehash(copy)
    assert [line.split(":")[0] for line in verify(copy)] == ["csv/goalposts.csv"]


@pytest.mark.parametrize("text", ["", "no table\n", "ref_area,pillar\nMX-19039\n"])
def test_a_csv_file_that_is_none_is_found(copy, text):
    (copy / "csv" / "pillar_scores.csv").write_text(text)
    rehash(copy)
    assert [line.split(":")[0] for line in verify(copy)] == ["csv/pillar_scores.csv"]


def test_a_key_that_stands_twice_is_found(copy):
    rewrite(copy, "from t union all (from t where ref_area = 'MX-19039' and pillar = 'income')")
    assert f"{TABLE}: key (ref_area, pillar) stands more than once: MX-19039, income" in verify(copy)


def test_a_reference_to_nothing_is_found(copy):
    rewrite(copy, "select * replace (if(pillar = 'income', 'wealth', pillar) as pillar) from t")
    assert f"{TABLE}: (pillar) is not in pillars: wealth" in verify(copy)


def test_a_pair_of_which_the_blocks_have_no_mirror_is_found(copy):
    rewrite(copy, "from t where not (ref_area = 'MX-19039' and rank = 1)", "parquet/mirrors.parquet")
    assert any("(ref_area, counterpart_area, lens) is not in mirrors: MX-19039" in line for line in verify(copy))


def test_a_missing_value_where_none_may_be_is_found(copy):
    rewrite(copy, "select * replace (if(ref_area = 'MX-19039', null, coverage) as coverage) from t")
    assert any("column coverage is missing in 7 rows and must not be" in line for line in verify(copy))


@pytest.mark.parametrize("select", ["select * replace (score::float as score) from t", "select * exclude (score) from t"])
def test_another_type_or_a_missing_column_is_found(copy, select):
    rewrite(copy, select)
    assert any(line.startswith(f"{TABLE}: has the columns") for line in verify(copy))


def test_people_that_do_not_add_up_are_found(copy):
    one_more = (
        "select * replace (if(ref_area = 'MX-09007' and indicator = 'density', numerator + 1, numerator) as numerator) from t"
    )
    rewrite(copy, one_more, "parquet/indicator_values.parquet")
    assert "parquet/indicator_values.parquet: people of Mexico add up to 126,014,025; officially they are 126,014,024" in verify(
        copy
    )


def test_a_municipality_that_is_missing_is_found(copy):
    rewrite(copy, "from t where ref_area <> 'MX-20010' or indicator <> 'density'", "parquet/indicator_values.parquet")
    assert any("municipalities add up to 2,468; officially they are 2,469" in line for line in verify(copy))


def test_a_truncated_file_is_found_though_its_hash_is_right(copy):
    content = (copy / TABLE).read_bytes()
    (copy / TABLE).write_bytes(content[: len(content) // 2])
    rehash(copy)
    assert any(line.startswith(f"{TABLE}: cannot be read") for line in verify(copy))


def test_what_the_package_says_is_what_is_checked(copy):
    describe(copy, "pillars", lambda item: item.update(rows=item["rows"] + 1))
    assert verify(copy) == ["parquet/pillars.parquet: has 7 rows; datapackage.json says 8"]


@pytest.mark.parametrize("text", ["{", "[]", '{"resources": 1}'])
def test_a_package_that_cannot_be_read_is_one_finding(copy, text):
    (copy / "datapackage.json").write_text(text)
    rehash(copy)
    found = verify(copy)
    assert len(found) == 1 and found[0].startswith("datapackage.json: cannot be read")


def test_a_folder_without_hashes_is_no_release(tmp_path):
    assert verify(tmp_path) == [f"SHA256SUMS: is missing; {tmp_path.name} is no whole release"]


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "a/../../b", "", "a\\b"])
def test_a_manifest_names_files_inside_the_release_only(name):
    with pytest.raises(ValueError, match=r"row 1: .* is no hash and path of a file inside the release"):
        manifest(f"{'0' * 64}  {name}\n")


def test_the_command_prints_a_line_per_finding_and_exits_with_1(copy):
    assert CliRunner().invoke(app, ["verify", str(copy)]).exit_code == 0
    (copy / "methodology.md").unlink()
    (copy / "more.md").write_text("more")
    answer = CliRunner().invoke(app, ["verify", str(copy)])
    assert answer.exit_code == 1
    assert answer.stdout.splitlines() == [
        "more.md: is not listed in SHA256SUMS", "methodology.md: is listed in SHA256SUMS and missing"
    ]  # fmt: skip
