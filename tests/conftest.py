"""Shared by the tests: the real files where they are at hand, fixtures that a test may spoil, and one build of the index."""

import fcntl
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from prepared import fixture_of, workbook
from rich.console import Console

from pipeline.foundation.raw_files import sha256_of
from pipeline.release import release
from schemas import models
from schemas.catalogue import register

EDITION, FIRST_EDITION = "2026.1", "2021.1"

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
ARCHIVE = PROJECT / "data" / "raw" / "archive"
NOWHERE = Console(file=io.StringIO())


def pytest_addoption(parser):
    """``--update-snapshots``: write the approved pages of tests/snapshots anew."""
    parser.addoption("--update-snapshots", action="store_true", help="write the approved pages anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the whole build first: one process builds, and the others take the rest from it meanwhile."""
    items.sort(key=lambda item: "built" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; the test skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def fixtures():
    """``fixtures(source, vintage)``: the folder of a few real lines of a source."""
    return fixture_of


_sha256 = cache(sha256_of)


def _find(raw: Path, file: str, sha256: str) -> Path:
    """The file below ``raw`` with that hash; files of the same name are looked at first."""
    files = sorted((path for path in raw.rglob("*") if path.is_file()), key=lambda path: path.name != Path(file).name)
    found = next((path for path in files if _sha256(path) == sha256), None)
    if found is None:
        pytest.skip(f"{file} is not among the real files of this machine")
    return found


@pytest.fixture
def real_folder(shared, tmp_path):
    """``real_folder(source, vintage)``: a folder of links to the real files that source_files.csv lists."""

    def make(source: str, vintage: str) -> Path:
        folder = tmp_path / source / vintage
        files = register("source_files")
        rows = files[(files["source"] == source) & (files["vintage"] == vintage)]
        for row in rows.itertuples():
            target = folder / row.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(_find(shared / "raw", row.file, row.sha256))
        return folder

    return make


def save_workbook(path: Path, sheets: dict[str, list[list]]) -> None:
    """A workbook with these rows; an empty text is an empty cell."""
    path.write_bytes(workbook(sheets))


@pytest.fixture
def fixture_folder(fixtures, tmp_path):
    """``fixture_folder(source, vintage)``: a copy of a fixture; ``<file>.json`` becomes the workbook ``<file>``.

    ``spoil`` maps the name of a workbook to a function that changes its sheets before it is saved.
    """

    def make(source: str, vintage: str, spoil: dict | None = None) -> Path:
        folder = tmp_path / source / vintage
        shutil.copytree(fixtures(source, vintage), folder)
        for text in folder.glob("*.xls*.json"):
            sheets = json.loads(text.read_text(encoding="utf-8"))
            (spoil or {}).get(text.stem, lambda _: None)(sheets)
            save_workbook(text.with_suffix(""), sheets)
            text.unlink()
        return folder

    return make


@pytest.fixture(scope="session")
def archived() -> Path:
    """The committed archive."""
    return ARCHIVE


def data_folder(folder: Path) -> Path:
    """An empty ``data`` folder that reads the committed archive."""
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "archive").symlink_to(ARCHIVE)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The release of the newest edition, built once for all tests and all their processes from the archive alone."""
    from assets.run import build_edition  # Dagster takes seconds to load; most tests do not need it

    with once_for_all(tmp_path_factory, "build") as folder:
        release = folder / "processed" / "releases" / EDITION
        if not release.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            build_edition(EDITION, data_folder(folder), NOWHERE)
        return release


@contextmanager
def once_for_all(tmp_path_factory, name: str) -> Iterator[Path]:
    """A folder that the processes of a run share, while no other of them is in it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield base / name


@pytest.fixture(scope="session")
def stored(built) -> Path:
    """The folder of the tables that the build stored, of which the release publishes a part."""
    return built.parents[1] / "tables" / EDITION


@pytest.fixture(scope="session")
def small_data(tmp_path_factory) -> Path:
    """A data folder with the small archive: a few states of each country, every source."""
    from benchmarks.small_archive import write_small_archive

    with once_for_all(tmp_path_factory, "small") as folder:
        return folder if (folder / "raw").is_dir() else write_small_archive(folder)


@pytest.fixture(scope="session")
def small_before(small_data, tmp_path_factory) -> Path:
    """The tables of the first edition, built from the small archive."""
    return small_tables(small_data, tmp_path_factory, FIRST_EDITION)


@pytest.fixture(scope="session")
def small_stored(small_data, tmp_path_factory) -> Path:
    """The tables of the newest edition, built from the small archive and compared with the first."""
    return small_tables(small_data, tmp_path_factory, EDITION)


def small_tables(data: Path, tmp_path_factory, edition: str) -> Path:
    """The tables of an edition of the small archive, built if they are not there yet."""
    from assets.run import build_edition

    with once_for_all(tmp_path_factory, edition):
        if not (data / "processed" / "releases" / edition).is_dir():
            build_edition(edition, data, NOWHERE, compared_with=FIRST_EDITION)
    return data / "processed" / "tables" / edition


@pytest.fixture
def released(built):
    """A connection to the published file, opened with nothing but DuckDB."""
    with duckdb.connect(built / "mirror_cities.duckdb", read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def small_release(stored, tmp_path_factory) -> Path:
    """A release that is whole in itself: Monterrey as municipality, metropolis and state, and their mirrors; Mexico's people."""
    folder = tmp_path_factory.mktemp("small")
    with duckdb.connect(config={"threads": 2}) as connection:
        for name in models.PUBLISHED:
            connection.read_parquet(str(stored / f"{name}.parquet")).create_view(name)
        connection.execute(FEW)
        parts = {name: folder / f"{name}.parquet" for name in models.PUBLISHED}
        for name, path in parts.items():
            part = connection.sql(f"select * from {name} where {_of_few(name)}").to_arrow_table()
            pq.write_table(part.cast(models.arrow_schema(name)), path, compression="zstd")
    return release.write_release(parts, folder / "releases", EDITION, PROJECT / "docs")


FEW = """
    create temp table few as
    with seeds as (
        select unnest(['MX-19039', 'MX-METRO-19.1.01', 'MX-19']) as ref_area
    ), pairs as (
        from seeds union select counterpart_area from mirrors join seeds using (ref_area)
        union select counterpart_area from nominated_pairs union select ref_area from nominated_pairs
    ), members as (
        from pairs union select m.ref_area from area_members as m join seeds as s on s.ref_area = m.parent
        union select ref_area from area_changes union select origin from area_changes
    )
    from members union select parent from reference_areas join members using (ref_area) where parent is not null
"""
PEOPLE = "ref_area like 'MX-%' and level = 'local'"


def _of_few(name: str) -> str:
    """The rows of a table that stand on their own in the small release."""
    columns = [key for keys, target, _ in models.foreign_keys(name) for key in keys if target == "reference_areas"]
    rows = " and ".join(f"({column} is null or {column} in (from few))" for column in columns) or "true"
    more = {
        "reference_areas": "ref_area in (from few) or country = 'MEX'",
        "indicator_values": f"{rows} or (indicator in ('population', 'density') and {PEOPLE})",
        "used_observations": "ref_area in (from few) or length(ref_area) = 3",
        "area_outlines": "ref_area in (from few) or length(ref_area) = 3",
        "edition_changes": "ref_area in (from few)",
        "mirror_changes": "ref_area in (from few)",
    }
    return more.get(name, rows)
