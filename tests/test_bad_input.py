"""Bad input: one clear error that names the file and what is wrong, and no release left behind."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from assets.run import BuildError, build_edition
from pipeline.raw_files import read_newest
from pipeline.reading import SourceError

EDITION = "2026.1"
NEWEST = "2099-01-01"
FIXTURES = Path(__file__).parent / "fixtures"
PAGE = b"<!DOCTYPE html><html><body>La pagina no existe</body></html>"


def placed(data: Path, source: str, vintage: str) -> Path:
    """The folder of a source's files, filled with a few real lines."""
    folder = data / "raw" / source / vintage
    folder.mkdir(parents=True)
    for path in (FIXTURES / source / vintage).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def first_page_only(folder: Path) -> str:
    (folder / "NY.GDP.PCAP.PP.CD_page2.json").unlink()
    return "NY.GDP.PCAP.PP.CD"


def without_a_column(folder: Path) -> str:
    path = folder / "ageeml_catalog.csv"
    path.write_bytes(path.read_bytes().replace(b"CVEGEO", b"CLAVE", 1))
    return "CVEGEO"


def with_a_key_twice(folder: Path) -> str:
    path = folder / "ageeml_catalog.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[1]]))
    return "twice"


def with_an_unknown_municipality(folder: Path) -> str:
    path = folder / "ageeml_catalog.csv"
    path.write_bytes(path.read_bytes() + b"99001,99,Ninguno,001,Nadie\n")
    return "99001"


def with_a_share_above_100_percent(folder: Path) -> str:
    path = folder / "conjunto_de_datos_iter_00CSV20_municipios.csv"
    header, first, *rest = path.read_text(encoding="utf-8-sig").splitlines()
    cells = first.split(",")
    column = header.split(",").index("POB0_14")
    cells[column] = str(int(cells[header.split(",").index("POBTOT")]) + 1)
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    return "POB0_14"


def web_page_for_a_zip(folder: Path) -> str:
    for path in folder.iterdir():
        path.unlink()
    (folder / "iter_00_cpv2020_csv.zip").write_bytes(PAGE)
    return "iter_00_cpv2020_csv.zip"


def truncated_zip(folder: Path) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    for path in folder.iterdir():
        path.unlink()
    (folder / "iter_00_cpv2020_csv.zip").write_bytes(content.getvalue()[: len(content.getvalue()) // 2])
    return "iter_00_cpv2020_csv.zip"


SPOILT = [
    ("world_bank", "2026-07", first_page_only),
    ("inegi_area_catalogue", "2026", without_a_column),
    ("inegi_area_catalogue", "2026", with_a_key_twice),
    ("inegi_area_catalogue", "2026", with_an_unknown_municipality),
    ("inegi_census", "2020", with_a_share_above_100_percent),
    ("inegi_census", "2020", web_page_for_a_zip),
    ("inegi_census", "2020", truncated_zip),
]


@pytest.mark.parametrize(("source", "vintage", "spoil"), SPOILT, ids=[spoil.__name__ for *_, spoil in SPOILT])
def test_a_spoilt_file_is_refused_by_name(tmp_path, source, vintage, spoil: Callable[[Path], str]):
    word = spoil(placed(tmp_path, source, vintage))
    with pytest.raises(SourceError) as error:
        read_newest(source, NEWEST, tmp_path)
    assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_a_build_on_a_spoilt_file_says_why_and_leaves_no_release(tmp_path, archived):
    data = tmp_path / "data"
    (data / "raw").mkdir(parents=True)
    (data / "raw" / "archive").symlink_to(archived)
    first_page_only(placed(data, "world_bank", "2026-07"))
    with pytest.raises(BuildError) as error:
        build_edition(EDITION, data, Console(file=io.StringIO()))
    assert "observations_world_bank" in str(error.value) and "NY.GDP.PCAP.PP.CD" in str(error.value)
    assert not list((data / "processed").glob("releases/*"))


def test_an_unknown_edition_is_refused(tmp_path):
    with pytest.raises(BuildError, match=r"there is no edition 1999\.1"):
        build_edition("1999.1", tmp_path, Console(file=io.StringIO()))
