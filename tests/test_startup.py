"""Commands that people wait for start at once: they import nothing that they do not need.

What is imported is tested, and not seconds: these depend on the machine and on what else it does.
"""

import json
import subprocess
import sys

import pytest

from schemas.catalogue import newest_edition, register, rows

SLOW = {"dagster", "numpy", "pandas", "pandera", "pyarrow", "requests", "s3fs", "scipy", "shapely", "openpyxl", "xlsxwriter"}
PROBE = """
import json, sys
from assets.cli.main import app
try:
    app(sys.argv[1:], prog_name="mirrors")
except SystemExit as end:
    code = end.code
print(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def imported_by(*arguments: str) -> set[str]:
    """The packages that a command has imported when it has ended well."""
    ended = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True)
    code, packages = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0, ended.stderr
    return set(packages)


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["sources"]], ids=" ".join)
def test_help_and_sources_import_nothing_slow(arguments):
    assert not imported_by(*arguments) & {*SLOW, "duckdb", "jinja2"}


@pytest.mark.parametrize("arguments", [["query", "select 1.5 as x, null as y"], ["brief", "Monterrey"]], ids=" ".join)
def test_questions_to_a_release_import_nothing_slow(built, arguments):
    assert not imported_by(*arguments, "--data", str(built.parents[2])) & SLOW


@pytest.mark.parametrize("name", ["sources", "downloads", "countries", "area_kinds", "editions"])
def test_plain_rows_say_what_the_register_says(name):
    validated = register(name).astype(object)
    validated = validated.where(validated.notna(), "").to_dict("records")
    numbers = {column for column, value in validated[0].items() if isinstance(value, float)}
    assert [{key: float(text) if key in numbers else text for key, text in row.items()} for row in rows(name)] == validated


def test_the_newest_edition_is_the_last_of_the_register():
    assert newest_edition() == register("editions")["edition"].iloc[-1]
