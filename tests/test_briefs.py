"""The page on an area: ten municipalities of all sizes as approved snapshots, and what holds for every page.

``pytest tests/test_briefs.py --update-snapshots`` writes the snapshots anew; they are approved by reading them.
"""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli.main import app
from pipeline.decisions import texts
from pipeline.decisions.brief import area_of, brief
from schemas.catalogue import methodology

SNAPSHOTS = Path(__file__).parent / "snapshots" / "briefs"
EDITION = methodology()["base_edition"]
APPROVED = {
    "MX-20047": "Santa Magdalena Jicotlán, a village in Oaxaca",
    "MX-07112": "San Juan Cancuc, among the poorest",
    "MX-14094": "Tequila",
    "MX-23011": "Puerto Morelos, young and without a sector mix",
    "MX-29048": "La Magdalena Tlaltelulco, hardly interviewed in 2020",
    "MX-23005": "Benito Juárez, Cancún",
    "MX-31050": "Mérida",
    "MX-19039": "Monterrey",
    "MX-02004": "Tijuana",
    "MX-09007": "Iztapalapa, of 1.8 million people",
}
SECTIONS = 8
EMPTY = re.compile(r"^## [^\n]*\n+(?=## |\Z)", re.MULTILINE)
BROKEN = re.compile(r"\b(nan|None|null|NaT)\b|<NA>|undefined|\{\{|\(\)|, ,|\.\.|  ")
RANK = {"es": re.compile(r"[Ll]ugar [\d,]+ de"), "en": re.compile(r"Place [\d,]+ of")}
INTERVAL = {"es": re.compile(r"\(del [\d,]+ al [\d,]+\)"), "en": re.compile(r"\([\d,]+ to [\d,]+\)")}


def check_page(page: str, language: str) -> None:
    """Eight sections with something in each, no broken word, no rank without its interval, at most one page."""
    assert page.startswith("# ") and page.endswith("\n") and page.count("\n## ") == SECTIONS
    assert not EMPTY.search(page), "a section is empty"
    assert not BROKEN.search(page), BROKEN.search(page)
    for line in page.splitlines():
        if RANK[language].search(line):
            assert INTERVAL[language].search(line), line
    assert "\n\n\n" not in page and len(page.split()) <= 1100


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("area", APPROVED)
def test_approved_pages(released, request, area, language):
    page = brief(released, area, language, EDITION)
    check_page(page, language)
    path = SNAPSHOTS / f"{area}.{language}.md"
    if request.config.getoption("--update-snapshots"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8"), "if the change is meant: pytest tests/test_briefs.py --update-snapshots"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_pages_of_all_kinds_are_whole(released, language):
    """Every four hundredth municipality, every thirtieth metropolis, every sixteenth state."""
    sql = """select ref_area from (
            select ref_area, level, row_number() over (partition by level order by ref_area) as number
            from reference_areas where country = 'MEX'
        ) where number % case level when 'local' then 400 when 'metro' then 30 else 16 end = 0"""
    areas = [row[0] for row in released.execute(sql).fetchall()]
    assert len(areas) == 6 + 3 + 2
    for area in areas:
        check_page(brief(released, area, language, EDITION), language)


@pytest.mark.parametrize("name", ["19039", "MX-19039", "Monterrey", "monterrey", "Monterrey, Nuevo León"])
def test_an_area_has_many_names(released, name):
    assert [row["ref_area"] for row in area_of(released, name)] == ["MX-19039"]


def test_an_ambiguous_name_lists_what_it_can_mean(released, built):
    assert len(area_of(released, "Benito Juárez")) > 5
    found = CliRunner().invoke(app, ["brief", "Benito Juárez", "--data", str(built.parents[2])])
    assert found.exit_code == 2 and "MX-23005" in found.output and "Quintana Roo" in found.output
    one = CliRunner().invoke(app, ["brief", "benito juarez, quintana roo", "--lang", "en", "--data", str(built.parents[2])])
    assert one.exit_code == 0 and one.output.startswith("# Benito Juárez, Quintana Roo")


def test_a_name_that_nobody_bears_is_refused(released):
    with pytest.raises(ValueError, match=r"Monterrrey: no area has this name; did you mean .*monterrey"):
        area_of(released, "Monterrrey")
