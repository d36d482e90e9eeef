"""Bad input: one clear error that names the file and what is wrong, and no release left behind."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from prepared import fixture_of
from rich.console import Console

from assets.run import BuildError, build_edition
from pipeline.foundation import raw_files
from pipeline.foundation.errors import SourceError
from pipeline.observations import archive
from pipeline.observations.read_source import read_newest

EDITION = "2026.1"
NEWEST = "2099-01-01"
PAGE = b"<!DOCTYPE html><html><body>La pagina no existe</body></html>"
CENSUS, STATES = "conjunto_de_datos_iter_00CSV20_municipios.csv", "conjunto_de_datos_iter_00CSV20_entidades.csv"
ITER = "iter_00_cpv2020_csv.zip"
SPAIN = "census_2021_municipality.zip"
ROWS = 3  # of each source in the small archive


def change_cells(path: Path, **cells: str) -> None:
    """Put the cells into the first row of figures of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, first, *rest = csv.reader(stream)
    first = [cells.get(name, cell) for name, cell in zip(header, first, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, first, *rest])


def first_page_only(folder: Path) -> list[str]:
    (folder / "NY.GDP.PCAP.PP.CD_page2.json").unlink()
    return ["NY.GDP.PCAP.PP.CD", "page"]


def without_a_column(folder: Path) -> list[str]:
    path = folder / "ageeml_catalog.csv"
    path.write_bytes(path.read_bytes().replace(b"CVEGEO", b"CLAVE", 1))
    return ["ageeml_catalog.csv", "CVEGEO", "column is missing"]


def without_a_column_of_figures(folder: Path) -> list[str]:
    for name in (CENSUS, STATES):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b",VPH_INTER,", b",INTERNET,", 1))
    return [STATES, "VPH_INTER", "column is missing"]


def with_a_key_twice(folder: Path) -> list[str]:
    path = folder / "ageeml_catalog.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[1]]))
    return ["ageeml_catalog.csv", f"row {len(lines) + 1}", "twice"]


def with_a_municipality_twice(folder: Path) -> list[str]:
    lines = (folder / CENSUS).read_bytes().splitlines(keepends=True)
    (folder / CENSUS).write_bytes(b"".join([*lines, lines[1]]))
    return [CENSUS, f"row {len(lines) + 1}", "MX-03001", "twice"]


def with_a_municipality_of_no_state(folder: Path) -> list[str]:
    path = folder / "ageeml_catalog.csv"
    path.write_bytes(path.read_bytes() + b"99001,99,Ninguno,001,Nadie\n")
    return ["ageeml_catalog.csv", "99001"]


def with_a_municipality_of_no_total(folder: Path) -> list[str]:
    text = (folder / CENSUS).read_text(encoding="utf-8")
    extra = text.splitlines()[1].split(",")
    extra[2] = "777"
    (folder / CENSUS).write_text(text.rstrip("\n") + "\n" + ",".join(extra) + "\n", encoding="utf-8")
    return [STATES, "municipalities of", "of 03", "adds up to"]


def with_a_share_above_100_percent(folder: Path) -> list[str]:
    with (folder / CENSUS).open(encoding="utf-8-sig", newline="") as stream:
        people = int(next(csv.DictReader(stream))["POBTOT"])
    change_cells(folder / CENSUS, POB0_14=str(people + 1))
    return [CENSUS, "row 2", "POB0_14", str(people + 1), "more than POBTOT"]


def with_a_percentage_above_100(folder: Path) -> list[str]:
    path = folder / "vistaD_v1.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "empleo_precario_pct"] = 100.5
    table.to_parquet(path)
    return [path.name, "row 1", "empleo_precario_pct", "100.5"]


def web_page_for_a_zip(folder: Path) -> list[str]:
    for path in folder.iterdir():
        path.unlink()
    (folder / ITER).write_bytes(PAGE)
    return [ITER, "web page"]


def truncated_zip(folder: Path) -> list[str]:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in folder.iterdir():
            zipped.write(path, path.name)
    for path in folder.iterdir():
        path.unlink()
    (folder / ITER).write_bytes(content.getvalue()[: len(content.getvalue()) // 2])
    return [ITER, "damaged"]


def web_page_for_the_spanish_zip(folder: Path) -> list[str]:
    (folder / SPAIN).write_bytes(PAGE)
    return [SPAIN, "no intact zip"]


def truncated_spanish_zip(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / SPAIN, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(folder / f"{SPAIN}.csv", "census.csv")
    content = (folder / SPAIN).read_bytes()
    (folder / SPAIN).write_bytes(content[: len(content) * 2 // 3])
    return [SPAIN, "no intact zip"]


SPOILT = [
    ("world_bank", "2026-07", first_page_only),
    ("inegi_area_catalogue", "2026", without_a_column),
    ("inegi_census", "2020", without_a_column_of_figures),
    ("inegi_area_catalogue", "2026", with_a_key_twice),
    ("inegi_census", "2020", with_a_municipality_twice),
    ("inegi_area_catalogue", "2026", with_a_municipality_of_no_state),
    ("inegi_census", "2020", with_a_municipality_of_no_total),
    ("inegi_census", "2020", with_a_share_above_100_percent),
    ("mx_labour_structure", "2020", with_a_percentage_above_100),
    ("inegi_census", "2020", web_page_for_a_zip),
    ("inegi_census", "2020", truncated_zip),
    ("ine_census", "2021", web_page_for_the_spanish_zip),
    ("ine_census", "2021", truncated_spanish_zip),
]


def placed(data: Path, source: str, vintage: str) -> Path:
    """The folder of a source's files, filled with a few real lines."""
    folder = data / "raw" / source / vintage
    folder.mkdir(parents=True)
    for path in fixture_of(source, vintage).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def small_archive(archived, tmp_path_factory) -> Path:
    """A few rows of every source, so that a build reads the rest of its input at once; the lists of places are whole."""
    folder = tmp_path_factory.mktemp("small") / "archive"
    for path in sorted(archived.glob("*/*.parquet")):
        target = raw_files.archive_path(folder, path.parent.name, path.stem)
        if path.parent.name in ("inegi_area_catalogue", "inegi_population"):
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
            continue
        batch = next(pq.ParquetFile(path).iter_batches(batch_size=ROWS))
        archive.write_archive(target, archive.as_observations(batch.to_pandas()))
    return folder


@pytest.fixture
def data(tmp_path, small_archive) -> Path:
    folder = tmp_path / "data"
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "archive").symlink_to(small_archive)
    return folder


def failure(data: Path) -> str:
    """What a build says that must fail; it leaves no release, not even a part of one."""
    screen = io.StringIO()
    with pytest.raises(BuildError) as error:
        build_edition(EDITION, data, Console(file=screen))
    assert not list((data / "processed").glob("releases/**/*")) and screen.getvalue() == ""
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(("source", "vintage", "spoil"), SPOILT, ids=[spoil.__name__ for *_, spoil in SPOILT])
def test_a_spoilt_file_is_refused_by_name(tmp_path, source, vintage, spoil: Callable[[Path], list[str]]):
    words = spoil(placed(tmp_path, source, vintage))
    with pytest.raises(SourceError) as error:
        read_newest(source, NEWEST, tmp_path)
    missing = [word for word in words if word not in str(error.value)]
    assert not missing, f"{error.value} does not say {missing}"
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("source", "vintage", "spoil"),
    [row for row in SPOILT if row[2] in (first_page_only, with_a_share_above_100_percent, truncated_zip, web_page_for_a_zip)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_build_on_a_spoilt_file_says_why_and_leaves_no_release(data, source, vintage, spoil):
    words = spoil(placed(data, source, vintage))
    message = failure(data)
    missing = [word for word in [f"observations_{source}: ", *words] if word not in message]
    assert not missing, f"{message} does not say {missing}"


def test_a_municipality_that_nobody_knows_stops_a_build(data):
    """Its state exists and its figures add up; but no catalogue and no census ever listed it."""
    path = placed(data, "mx_homicides", "2021") / "homicidios_mun_2019_2021.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "cvegeo"] = "01999"
    table.to_parquet(path)
    message = failure(data)
    assert all(word in message for word in ("observations: ", "mx_homicides", path.name, "MX-01999", "known to INEGI"))


def test_a_census_whose_municipality_nobody_knows_stops_a_build(data):
    path = placed(data, "inegi_census", "2020") / CENSUS
    change_cells(path, MUN="777")
    message = failure(data)
    assert all(word in message for word in ("inegi_census", CENSUS, "MX-03777", "known to INEGI"))


def test_a_release_that_is_there_survives_a_failed_build(data):
    """What people use stays in its place until a new one is whole."""
    release = data / "processed" / "releases" / EDITION
    release.mkdir(parents=True)
    (release / "SHA256SUMS").write_text("old")
    truncated_zip(placed(data, "inegi_census", "2020"))
    with pytest.raises(BuildError):
        build_edition(EDITION, data, Console(file=io.StringIO()))
    assert [path.name for path in release.parent.rglob("*")] == [EDITION, "SHA256SUMS"]
    assert (release / "SHA256SUMS").read_text() == "old"


def test_a_damaged_archive_is_named(data, small_archive, tmp_path):
    own = tmp_path / "archive"
    for path in small_archive.glob("*/*.parquet"):
        target = raw_files.archive_path(own, path.parent.name, path.stem)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    content = (own / "imss" / "2021.parquet").read_bytes()
    (own / "imss" / "2021.parquet").write_bytes(content[: len(content) // 2])
    (data / "raw" / "archive").unlink()
    own.rename(data / "raw" / "archive")
    message = failure(data)
    assert "observations_imss: 2021.parquet: the archive file is damaged" in message and "version control" in message


def test_the_page_at_hand_is_the_first_of_two(shared, tmp_path):
    """The real truncated answers of the World Bank that lie among the raw files."""
    pages = sorted((shared / "raw" / "world_bank" / "api_json").glob("*.json"))
    assert pages
    for page in pages:
        folder = tmp_path / page.stem / "raw" / "world_bank" / "2026-07"
        folder.mkdir(parents=True)
        (folder / page.name).write_bytes(page.read_bytes())
        answer = json.loads(page.read_text(encoding="utf-8"))[0]
        assert answer["pages"] == 2
        with pytest.raises(SourceError, match=page.name):
            read_newest("world_bank", NEWEST, tmp_path / page.stem)


def test_an_unknown_edition_is_refused(tmp_path):
    with pytest.raises(BuildError, match=r"there is no edition 1999\.1"):
        build_edition("1999.1", tmp_path, Console(file=io.StringIO()))
