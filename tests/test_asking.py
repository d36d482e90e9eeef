"""Questions at the command line: what people see at 80 columns, what a command says when it cannot answer, its exit code."""

import csv
import io
import os
import subprocess
import sys

import pandas as pd
import pytest

from assets.cli.screen import _cell, fitting
from pipeline.decisions.area_names import areas_named, meant, with_names
from pipeline.release.verification import summary
from pipeline.scoring import engine

COMMAND = [sys.executable, "-W", "ignore", "-c", "from assets.cli.main import main; main()"]


def asked(built, *arguments: str) -> subprocess.CompletedProcess:
    """A command as it ends in a shell, in which it cannot know that somebody looks."""
    return subprocess.run([*COMMAND, *arguments, "--data", str(built.parents[2])], capture_output=True, text=True, timeout=120)


def on_a_terminal(built, *arguments: str) -> str:
    """What a command writes to a terminal of 80 columns."""
    leader, follower = os.openpty()
    environment = os.environ | {"COLUMNS": "80", "TERM": "dumb"}
    where = ["--data", str(built.parents[2])]
    subprocess.run([*COMMAND, *arguments, *where], stdout=follower, stderr=follower, env=environment, timeout=120)
    os.close(follower)
    written = b""
    try:
        while chunk := os.read(leader, 65536):
            written += chunk
    except OSError:
        pass
    os.close(leader)
    return written.decode().replace("\r\n", "\n")


def test_a_terminal_shows_what_fits_and_says_what_does_not(built):
    lines = on_a_terminal(built, "query", "from mirrors_of('MX-19039')").splitlines()
    table, said = lines[:11], lines[11]
    assert all(len(line) <= 80 for line in table) and table[1].split()[0] == "Monterrey"
    assert table[0].split()[0] == "name" and "ref_area" not in table[0]
    assert said.startswith("not shown, for want of room: ") and said.endswith("counterpart_area; --wide shows them")
    assert "0.996" in "".join(on_a_terminal(built, "query", "select name, probability from mirrors_of('MX-19039')"))


def test_csv_and_wide_hold_every_column(built):
    sql = "from mirrors_of('MX-19039')"
    header = next(csv.reader(io.StringIO(asked(built, "query", sql).stdout)))
    assert {"ref_area", "counterpart_area", "probability", "tier", "distance"} <= set(header)
    wide = on_a_terminal(built, "query", sql, "--wide").replace("\n", "")
    assert "not shown" not in wide


def test_three_digits_and_whole_columns():
    assert [_cell(value, 3) for value in (0.123456, 1234.56, 12.3456, 2, None, "x")] == ["0.123", "1235", "12.3", "2", "", "x"]
    assert _cell(1 / 3, 10) == "0.3333333333"
    assert fitting([10, 10, 10], 34) == [10, 10, 10] and fitting([10, 10, 10], 33) == [10, 10] and fitting([99], 10) == [99]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", ""], "error: there is no question; write one in SQL"),
        (["query", "from mirrors_of('Monterey')"], '"Monterey": no Mexican area has this name or code; did you mean monterrey'),
        (["query", "from nearest_with('MX-19039', size := -1)"], "error: weights must not be negative, nor all be 0"),
        (["query", "copy (select 1) to 'written.csv'"], "file system operations are disabled"),
        (["query", "create table written as select 1"], "read-only"),
        (["brief", "guadalaraja"], "error: guadalaraja: no area has this name; did you mean guadalajara"),
        (["trace", "Monterey, Nuevo León", "population"], "Monterey, Nuevo León: no area has this name"),
        (["trace", "Monterrey", "populaton"], "populaton is no indicator, no pillar, not development_score"),
        (["trace", "Monterrey", "Recife"], "Monterrey (MX-19039) and Recife are no published pair"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_one_line_and_exit_code_1(built, arguments, said):
    ended = asked(built, *arguments)
    assert ended.returncode == 1 and said in ended.stderr and "Traceback" not in ended.stderr, ended.stderr


def test_trace_takes_names(built):
    ended = asked(built, "trace", "monterrey", "Curitiba")
    assert ended.returncode == 0 and "distance of MX-19039 and BR-4106902" in ended.stdout
    assert asked(built, "trace", "CDMX", "population").stdout.startswith("population of MX-METRO-09.1.01 Ciudad de México")


@pytest.mark.parametrize(
    ("name", "title"),
    [("CDMX", "# Ciudad de México\n"), ("Ciudad de México", "# Ciudad de México\n"), 
     ("santiago de queretaro", "# Querétaro, Querétaro\n"),
     ("edomex", "# México\n"), ("Houston", "# Houston-The Woodlands-Sugar Land, TX (Estados Unidos)\n")],
)  # fmt: skip
def test_a_brief_is_found_by_what_people_say(built, name, title):
    ended = asked(built, "brief", name)
    assert ended.returncode == 0 and ended.stdout.startswith(title) and "nan" not in ended.stdout.split()


def test_a_place_abroad_says_whose_mirror_it_is(built, released):
    ended = asked(built, "brief", "BR-4106902", "--lang", "en")
    assert ended.returncode == 0 and "| Monterrey | Nuevo León | 1.00 | firm | 1 |" in ended.stdout
    lists = "select count(*) from mirrors where counterpart_area = 'BR-4106902' and lens = 'overall' and position is not null"
    assert f"It is in {released.execute(lists).fetchone()[0]} published lists" in ended.stdout


def test_homonyms_are_listed_with_their_state_or_province(built):
    ended = asked(built, "brief", "Capital")
    assert ended.returncode == 2
    assert "  mirrors brief AR-50007   # Capital, Mendoza (ARG)" in ended.stdout.splitlines()


def test_a_bare_name_means_the_municipality_else_the_metropolis():
    rows = [("MX-1", "Mérida", "local", "MEX"), ("MX-2", "Mérida", "metro", "MEX"), ("ES-1", "Mérida", "local", "ESP"),
            ("MX-3", "Ciudad de México", "metro", "MEX"), ("MX-4", "Ciudad de México", "state", "MEX"),
            ("US-1", "Houston County, AL", "local", "USA"), ("US-2", "Houston County, GA", "local", "USA"),
            ("US-3", "Houston-Sugar Land, TX", "metro", "USA")]  # fmt: skip
    areas = with_names([dict(zip(("ref_area", "name", "level", "country"), row, strict=True)) | {"parent": None} for row in rows])
    found = {name: [area["ref_area"] for area in meant(areas_named(name, areas))] for name in ("merida", "CDMX", "Houston")}
    assert found == {"merida": ["MX-1"], "CDMX": ["MX-3"], "Houston": ["US-3"]}


def test_findings_are_counted_by_kind():
    missing = [f"csv/{number}.csv: is listed in SHA256SUMS and missing" for number in range(2000)]
    findings = [*missing, "more.md: is not listed in SHA256SUMS"]
    lines = summary(findings, 5)
    assert lines[:5] == findings[:5] and lines[6] == findings[-1] and len(lines) == 8
    assert lines[5] == "and 1,995 more: is listed in SHA256SUMS and missing" and lines[7] == "2,001 findings"
    assert summary(findings[-1:], 5) == findings[-1:]


def test_an_aggregate_that_points_down_is_refused():
    structure = pd.DataFrame(
        {"code": ["a", "b", "top"], "parent": ["top", "top", ""], "level": [1, 1, 2], "weight": 1.0, "direction": [1, 1, -1]}
    )
    values = pd.DataFrame({"ref_area": ["x", "y"] * 2, "indicator": ["a", "a", "b", "b"], "value": [1.0, 2.0, 3.0, 4.0]})
    with pytest.raises(engine.ScoringError, match="top is an aggregate and cannot have the direction -1; turn its indicators"):
        engine.score(values, structure, {})
