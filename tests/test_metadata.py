"""What other people's tools make of a release: their own libraries read it, and find every table, column, unit and key."""

import gzip
import json
import re
from pathlib import Path

import duckdb
import frictionless
import mlcroissant
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rdflib
import yaml

from pipeline.foundation.raw_files import sha256_of, vintages_at
from pipeline.release import metadata
from schemas import models
from schemas.catalogue import register
from schemas.codes import LEVELS

CUT_OFF = register("editions").set_index("edition").loc["2026.1", "cut_off"]
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
FILES = ("datapackage.json", "croissant.json", "dcat.jsonld", "CITATION.cff")


@pytest.fixture(scope="module")
def package(small_release) -> dict:
    return json.loads((small_release / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # frictionless leaves compressed files open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_frictionless_finds_the_release_valid(small_release):
    """Every cell of every table: types, constraints, keys, references, hashes and sizes."""
    report = frictionless.validate(str(small_release / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "note"])[:5]
    assert {task.name for task in report.tasks} >= set(models.PUBLISHED)


def test_frictionless_finds_a_spoilt_one_invalid(small_release, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (small_release / "csv" / "pillars.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "pillars.csv").write_text(text.replace("0.17", "much", 1), encoding="utf-8-sig")
    schema = frictionless.Schema.from_descriptor(metadata.table_schema("pillars"))
    report = frictionless.validate("csv/pillars.csv", schema=schema, encoding="utf-8-sig")
    assert "type-error" in {row[0] for row in report.flatten(["type"])}


def test_every_file_is_in_the_package_with_its_hash_and_size(small_release, package):
    listed = {item["path"]: item for item in package["resources"]}
    found = [*small_release.glob("*"), *small_release.glob("parquet/*"), *small_release.glob("csv/*")]
    files = {path.relative_to(small_release).as_posix(): path for path in found if path.is_file()}
    assert set(files) - set(listed) == {*FILES, "SHA256SUMS"}
    for name, item in listed.items():
        if not name.endswith(".duckdb"):
            assert (item["hash"], item["bytes"]) == (f"sha256:{sha256_of(files[name])}", files[name].stat().st_size), name


def test_the_package_says_of_every_table_what_the_models_say(package, small_release):
    described = {item["name"]: item for item in package["resources"] if "schema" in item}
    assert set(described) == set(models.PUBLISHED)
    for name, item in described.items():
        schema = models.arrow_schema(name)
        assert [field["name"] for field in item["schema"]["fields"]] == schema.names
        assert item["schema"]["primaryKey"] == models.primary_key(name)
        assert item["rows"] == pq.read_metadata(small_release / "parquet" / f"{name}.parquet").num_rows > 0
        assert all(field["description"] for field in item["schema"]["fields"])
    mirrors = {field["name"]: field for field in described["mirrors"]["schema"]["fields"]}
    assert mirrors["similarity"]["constraints"] == {"required": True, "minimum": 0, "maximum": 100}
    assert mirrors["level"]["constraints"]["enum"] == LEVELS
    assert {"fields": ["counterpart_area"], "reference": {"resource": "reference_areas", "fields": ["ref_area"]}} in (
        described["mirrors"]["schema"]["foreignKeys"]
    )


def test_sources_and_licences_are_in_the_package(package):
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    used = {(item["source"], item["vintage"]) for item in package["sources"]}
    assert used == set(vintages_at(CUT_OFF)[["source", "vintage"]].itertuples(index=False, name=None))
    assert all(item["licence"] and item["path"].startswith("http") and item["citation"] for item in package["sources"])


def test_the_only_day_is_the_edition_s_cut_off(small_release):
    """Apart from the days on which sources were published and what texts say."""
    days = {
        "datapackage.json": [json.loads((small_release / "datapackage.json").read_text(encoding="utf-8"))["created"][:10]],
        "croissant.json": re.findall(r"20\d\d-\d\d-\d\d", (small_release / "croissant.json").read_text(encoding="utf-8")),
        "dcat.jsonld": re.findall(r'"(20\d\d-\d\d-\d\d)"', (small_release / "dcat.jsonld").read_text(encoding="utf-8")),
    }
    assert days == {name: [CUT_OFF] for name in days}


def test_metadata_follow_from_the_release_alone(small_release):
    hashes = {}
    for line in (small_release / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        if name not in FILES:
            hashes[name] = digest
    for _ in range(2):
        written = metadata.documents(small_release, "2026.1", dict(reversed(hashes.items())))
        assert {name: (small_release / name).read_text(encoding="utf-8") for name in FILES} == written
    database = next(digest for name, digest in hashes.items() if name.endswith(".duckdb"))
    assert not [name for name, text in written.items() if database in text], "equal builds write it in other bytes"


@pytest.mark.filterwarnings("ignore")
def test_croissant_reads_the_records(small_release):
    dataset = mlcroissant.Dataset(str(small_release / "croissant.json"))
    assert {record_set.id for record_set in dataset.metadata.record_sets} == set(models.PUBLISHED)
    records = pd.DataFrame(dataset.records("development_scores")).rename(columns=lambda name: str(name).split("/")[-1])
    stored = pd.read_parquet(small_release / "parquet" / "development_scores.parquet")
    assert list(records.columns) == list(stored.columns) and len(records) == len(stored)
    assert records["score"].astype(float).to_numpy() == pytest.approx(stored["score"].to_numpy(), nan_ok=True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own
def test_dcat_has_what_dcat_ap_asks_of_a_dataset(small_release):
    base = "https://example.org/2026.1/"
    graph = rdflib.Graph().parse(small_release / "dcat.jsonld", format="json-ld", publicID=base)
    [dataset] = graph.subjects(rdflib.RDF.type, DCAT.Dataset)
    for term in (DCT.title, DCT.description):
        assert {text.language for text in graph.objects(dataset, term)} == {"es", "en"}
    for term in (DCT.publisher, DCAT.theme, DCT.license, DCT.accrualPeriodicity, DCT.spatial, DCT.identifier, DCAT.keyword):
        assert list(graph.objects(dataset, term)), term
    assert [day.toPython().isoformat() for day in graph.objects(dataset, DCT.issued)] == [CUT_OFF]
    addresses = set()
    for distribution in graph.objects(dataset, DCAT.distribution):
        [address] = graph.objects(distribution, DCAT.accessURL)
        addresses.add(str(address))
        assert list(graph.objects(distribution, DCAT.mediaType)) and list(graph.objects(distribution, DCT.license))
    package = json.loads((small_release / "datapackage.json").read_text(encoding="utf-8"))
    assert addresses == {base + item["path"] for item in package["resources"]}


def test_the_citation_has_the_edition_and_its_sources(small_release):
    citation = yaml.safe_load((small_release / "CITATION.cff").read_text(encoding="utf-8"))
    project = yaml.safe_load((Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], str(citation["date-released"])) == ("2026.1", CUT_OFF)
    assert citation["authors"] == project["authors"] and citation["license"] == "CC-BY-4.0"
    assert len(citation["references"]) == len(vintages_at(CUT_OFF))


@pytest.mark.parametrize("name", models.PUBLISHED)
def test_every_number_has_a_unit_in_parquet_and_in_the_database(name, small_release):
    """A float without one: add the column to schemas/columns.csv."""
    schema = pq.read_schema(small_release / "parquet" / f"{name}.parquet")
    with duckdb.connect(small_release / "mirror_cities.duckdb", read_only=True) as connection:
        sql = "select column_name, comment from duckdb_columns() where table_name = ?"
        comments = dict(connection.execute(sql, [name]).fetchall())
    for field in schema:
        assert field.metadata[b"description"], field.name
        unit = field.metadata.get(b"unit", b"").decode()
        assert unit or str(field.type) != "double", f"{name}.{field.name} has no unit; add it to schemas/columns.csv"
        assert unit == "" or comments[field.name].endswith(f"[{unit}]")


def test_every_row_of_the_register_of_columns_is_used():
    columns = {f"{table}.{column}" for table in models.PUBLISHED for column in models.arrow_schema(table).names}
    plain = {name.split(".")[1] for name in columns}
    for row in register("columns").itertuples():
        table, _, names = row.column.rpartition(".")
        assert all((f"{table}.{name}" in columns) if table else (name in plain) for name in names.split("+")), row.column
        if isinstance(row.refers_to, str):
            target, _, others = row.refers_to.partition(".")
            assert all(f"{target}.{other}" in columns for other in others.split("+")), row.refers_to


@pytest.mark.parametrize("name", models.PUBLISHED)
def test_parquet_is_plain_enough_for_old_readers(name, small_release):
    """R's arrow, pandas and DuckDB 1.1 read format 2.6 with these encodings and zstd."""
    info = pq.read_metadata(small_release / "parquet" / f"{name}.parquet")
    assert info.format_version == "2.6"
    chunks = [info.row_group(g).column(c) for g in range(info.num_row_groups) for c in range(info.num_columns)]
    assert {chunk.compression for chunk in chunks} == {"ZSTD"}
    assert {encoding for chunk in chunks for encoding in chunk.encodings} <= {"PLAIN", "RLE", "RLE_DICTIONARY"}
    assert {chunk.physical_type for chunk in chunks} <= {"BYTE_ARRAY", "INT64", "DOUBLE", "BOOLEAN"}


@pytest.mark.parametrize("name", models.PUBLISHED)
def test_a_csv_file_begins_with_the_mark_by_which_excel_knows_utf_8(name, small_release):
    path = small_release / "csv" / models.csv_file(name)
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\xef\xbb\xbf") == 1
    header = content.decode("utf-8-sig").splitlines()[0]
    assert header.split(",") == models.arrow_schema(name).names
    assert list(pd.read_csv(path, nrows=5).columns) == models.arrow_schema(name).names
