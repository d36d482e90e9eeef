"""The examples of docs/using.md, run as they stand beside a release, or at least parsed."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest

SHEETS = Path(__file__).parents[1] / "pipeline" / "release" / "workbook"
TEXT = (Path(__file__).parents[1] / "docs" / "using.md").read_text(encoding="utf-8")


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


SQL = [statement.strip() for block in examples("sql") for statement in block.split(";\n")]


@pytest.fixture
def beside(small_release, tmp_path, monkeypatch) -> Path:
    """A working folder that holds 2026.1/."""
    (tmp_path / "2026.1").symlink_to(small_release)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("statement", [statement for statement in SQL if statement])
def test_sql_gives_rows(beside, statement):
    with duckdb.connect("2026.1/mirror_cities.duckdb", read_only=True) as connection:
        rows = connection.execute(statement.rstrip(";")).fetchall()
    assert rows or "MX-20067" in statement, "Oaxaca is not in the small release"


@pytest.mark.parametrize("code", examples("python"))
def test_python_prints_something(beside, code):
    answer = subprocess.run([sys.executable, "-c", code], cwd=beside, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip()


@pytest.mark.parametrize("code", examples("r"))
def test_r_is_right(beside, code):
    """Parsed by R where it is here, and run if it needs no package; elsewhere every bracket and quote is closed."""
    if rscript := shutil.which("Rscript"):
        parsed = f"invisible(parse(text = {code!r}))" if "::" in code else code
        answer = subprocess.run([rscript, "--vanilla", "-e", parsed], cwd=beside, capture_output=True, text=True, timeout=120)
        assert answer.returncode == 0, answer.stderr
    bare = re.sub(r'"[^"]*"', "", code)
    assert '"' not in bare and all(bare.count(left) == bare.count(right) for left, right in ("()", "[]", "{}"))
    assert all((beside / path).exists() for path in re.findall(r'"(2026\.1/[^"]+)"', code))


def test_the_workbook_holds_what_the_tables_hold(small_release):
    sheets = pd.read_excel(small_release / "mirror_cities.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == [path.stem for path in sorted(SHEETS.glob("*.sql"))] and len(sheets) == 7
    mirrors = sheets["espejos_mirrors"]
    of_monterrey = mirrors[mirrors["clave / code"] == "MX-19039"]
    assert list(of_monterrey["lugar en la lista / position"]) == list(range(1, 11))
    with duckdb.connect(small_release / "mirror_cities.duckdb", read_only=True) as connection:
        expected = [row[0] for row in connection.execute("select counterpart from mirrors_of('MX-19039')").fetchall()]
    assert list(of_monterrey["espejo / mirror"]) == expected
    assert {"Nuevo León"} == set(of_monterrey["estado / state"])
    of_city = [
        sheets[name].query("`clave / code` == 'MX-19039'") for name in ("respuestas_answers", "sectores_sectors", "riesgos_risks")
    ]
    assert (
        len(of_city[0]) == 1 and of_city[0]["respuesta"].str.contains("Monterrey").all() and len(of_city[1]) and len(of_city[2])
    )
    assert sheets["puntajes_scores"]["lugar en el país / standing in the country"].dtype == float
    assert any("México" in str(place) for place in sheets["fuentes_sources"]["quién publica / publisher"]), "accents are whole"


def test_the_workbook_carries_no_clock(small_release):
    with zipfile.ZipFile(small_release / "mirror_cities.xlsx") as workbook:
        days = set(re.findall(r"20\d\d-\d\d-\d\d", workbook.read("docProps/core.xml").decode()))
        assert days == {"2026-11-15"} and {item.date_time[0] for item in workbook.infolist()} == {1980}
