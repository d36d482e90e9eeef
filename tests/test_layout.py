"""The house keeps its shape: three floors inside the checkout, package files without formulas, Dagster on one floor only."""

import ast
import importlib
from pathlib import Path

import pytest

from schemas import tables
from schemas.catalogue import register

PROJECT = Path(__file__).resolve().parent.parent
FLOORS = ("schemas", "pipeline", "assets")


@pytest.mark.parametrize("name", FLOORS)
def test_each_package_is_the_checkout_s_own(name):
    assert Path(importlib.import_module(name).__file__).is_relative_to(PROJECT)


def test_package_files_hold_no_formulas():
    files = [path for floor in FLOORS for path in (PROJECT / floor).rglob("__init__.py")]
    assert len(files) >= len(FLOORS)
    kinds = (ast.Expr, ast.ImportFrom, ast.Assign)  # a docstring, what the package shows, __all__
    assert all(isinstance(node, kinds) for path in files for node in ast.parse(path.read_text(encoding="utf-8")).body)


def test_only_assets_knows_dagster():
    for floor in ("schemas", "pipeline"):
        assert [
            path.name for path in (PROJECT / floor).rglob("*.py") if "dagster" in path.read_text(encoding="utf-8").lower()
        ] == []


@pytest.mark.parametrize("name", tables.PUBLISHED)
def test_every_published_table_is_described(name):
    schema = tables.arrow_schema(name)
    assert schema.metadata[b"description"]
    assert all(field.metadata[b"description"] for field in schema)
    assert set(tables.primary_key(name)) <= set(schema.names)


def test_the_graph_loads_with_one_partition_an_edition():
    from assets.definitions import ASSETS, defs

    assert defs.resolve_job_def("edition").partitions_def is not None
    editions = list(register("editions")["edition"])
    assert all(list(asset.partitions_def.get_partition_keys()) == editions for asset in ASSETS)
