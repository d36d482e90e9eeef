"""Municipal accounts of Brazil in SIDRA's shape; the figures are the published ones of 2016."""

import json

import pytest
from prepared import prepare

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "ibge_municipal_accounts", "2021", "sidra_5938_2021.json"
read = reader_of("ibge_municipal_accounts")


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


def change(folder, edit) -> None:
    rows = json.loads((folder / FILE).read_bytes())
    edit(rows)
    (folder / FILE).write_text(json.dumps(rows))


def test_reads_thousands_of_reais(folder, row_of):
    table = read(folder, VINTAGE)
    assert row_of(table, "gdp", "BR-3550308", 2021)["obs_value"] == pytest.approx(6.870359e11, rel=1e-6)
    assert len(table) == 15 and set(table["variable"]) >= {"gdp", "value_added_services", "value_added_public_administration"}


@pytest.mark.parametrize(("text", "status", "value"), [("-", "A", 0), ("..", "O", None), ("X", "O", None), ("...", "O", None)])
def test_the_signs_of_ibge(folder, row_of, text, status, value):
    change(folder, lambda rows: rows[2].update(V=text))
    found = row_of(read(folder, VINTAGE), "value_added_agriculture", "BR-3550308", 2021)
    assert found["obs_status"] == status and (value is None or found["obs_value"] == value)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda rows: rows[0].update(V="Value"), ["row 1", "'Valor'"]),
        (lambda rows: rows[1].update(D3C="2020"), ["row 2", "is not the year 2021"]),
        (lambda rows: rows[1].update(D1C="35"), ["row 2", "municipality"]),
        (lambda rows: rows[1].update(MC="1"), ["thousands of reais"]),
        (lambda rows: rows.append(dict(rows[1])), ["twice"]),
        (lambda rows: rows[1].update(V="n.d."), ["row 2", "is not a number"]),
        (lambda rows: rows[1].update(V="1"), ["more than the product"]),
        (lambda rows: rows.pop(1), ["has no row of variable 37"]),
        (lambda rows: rows.clear(), ["holds no rows"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, edit, words):
    change(folder, edit)
    refusal(read, folder, VINTAGE, FILE, *words)
