"""The house keeps its shape: three floors inside the checkout, no code in package files, Dagster on one floor only."""

import ast
import importlib
from pathlib import Path

import pytest

from schemas import models
from schemas.catalogue import register

PROJECT = Path(__file__).resolve().parent.parent
FLOORS = ("schemas", "pipeline", "assets")


@pytest.mark.parametrize("name", FLOORS)
def test_each_package_is_the_checkout_s_own(name):
    assert Path(importlib.import_module(name).__file__).is_relative_to(PROJECT)


def test_package_files_hold_a_docstring_at_most():
    files = [path for floor in FLOORS for path in (PROJECT / floor).rglob("__init__.py")]
    assert len(files) >= len(FLOORS)
    bodies = {path: ast.parse(path.read_text(encoding="utf-8")).body for path in files}
    assert [
        path for path, body in bodies.items() if len(body) > 1 or (body and not ast.get_docstring(ast.Module(body, [])))
    ] == []


def test_every_room_says_what_belongs_there():
    rooms = {path.parent for path in (PROJECT / "pipeline").glob("*/*.py")}
    assert {
        room.name for room in rooms if not ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    } == set()


def test_only_assets_knows_dagster():
    for floor in ("schemas", "pipeline"):
        assert [
            path.name for path in (PROJECT / floor).rglob("*.py") if "dagster" in path.read_text(encoding="utf-8").lower()
        ] == []


@pytest.mark.parametrize("name", models.PUBLISHED)
def test_every_published_table_is_described(name):
    schema = models.arrow_schema(name)
    assert schema.metadata[b"description"]
    assert all(field.metadata[b"description"] for field in schema)
    assert set(models.primary_key(name)) <= set(schema.names)


def test_the_graph_loads_with_one_partition_an_edition():
    from assets.definitions import ASSETS, defs

    assert defs.resolve_job_def("edition").partitions_def is not None
    editions = list(register("editions")["edition"])
    assert all(list(asset.partitions_def.get_partition_keys()) == editions for asset in ASSETS)
