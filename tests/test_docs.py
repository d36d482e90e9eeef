"""The documentation agrees with the code: generated pages are current, and what is named in the written ones exists."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from assets.cli.building import EXAMPLES
from assets.cli.main import app
from pipeline.areas import geography
from pipeline.foundation.query import ROOMS
from pipeline.release import dictionary
from schemas import models
from schemas.catalogue import methodology, register

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]
WRITTEN = {name: (PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md", "docs/operating.md")}
README = WRITTEN["README.md"]
METHOD = (PROJECT / "docs" / "methodology.md").read_text(encoding="utf-8")
MACROS = {path.stem for path in (ROOMS / "release" / "macros").glob("*.sql")}
COMMANDS = {command.name or command.callback.__name__ for command in app.registered_commands}
TARGETS = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ["data_dictionary.md", "indicators.md", "sources.md", "comparability.md", "methodology.md"])
def test_generated_documents_are_current(name):
    text = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    assert text == dictionary.documents()[name], f"docs/{name} lags behind; run make docs"


@pytest.mark.parametrize("name", WRITTEN)
def test_commands_exist(name):
    """`mirrors word`, bin/mirrors word, and `make word`."""
    text = WRITTEN[name]
    assert set(re.findall(r"(?:`|/)mirrors ([a-z]+)", text)) <= COMMANDS
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= TARGETS


def test_every_command_and_target_is_explained():
    assert all(f"`mirrors {name}" in WRITTEN["docs/operating.md"] for name in COMMANDS)
    assert all(f"`make {name}`" in WRITTEN["docs/operating.md"] for name in TARGETS)


def test_readme_lists_the_tables_of_a_release():
    section = README.split("## The tables of a release")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == sorted(models.PUBLISHED)


def test_readme_queries_name_what_exists():
    for name, bracket in re.findall(r"\b(?:from|join) (\w+)(\()?", "\n".join(re.findall(r'"(select [^\n]*)"', README))):
        assert name in (MACROS if bracket else models.PUBLISHED), name
    assert all(f"`{macro}(" in README for macro in MACROS)
    assert all(README.count(example) >= 2 for example in EXAMPLES), "the examples that a build prints"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_quoted_constants_are_those_of_the_method():
    """`section.name` = number; geography.NAME is a constant of pipeline/areas/geography.py."""
    quoted = re.findall(r"`([a-z_]+)\.([A-Za-z_]+)`\s+=\s+([\d,]+(?:[./]\d+)?)", METHOD)
    assert len(quoted) >= 25
    for section, name, text in quoted:
        value = getattr(geography, name) if section == "geography" else methodology()[section][name]
        assert float(Fraction(text.replace(",", ""))) == pytest.approx(value), f"{section}.{name}"


def test_quoted_weights_are_those_of_the_register():
    blocks = register("lenses").query("lens == 'overall'").set_index("block")["weight"]
    text = re.search(r"Size (\.\d+), vocation (\.\d+), geography (\.\d+), challenges (\.\d+)", METHOD)
    assert [float(part) for part in text.groups()] == list(blocks[["size", "vocation", "geography", "challenges"]])
