"""What is publicly and firmly known of Mexican municipalities, each row with its source, against the sector mix.

The rows stand in tests/fixtures/known_places.csv. They were written down before any figure of theirs was looked at, save those
with ``seen_before``; a row that was restated afterwards says why in ``note``. ``basis``: ``jobs`` where people work,
``employed`` where they live. A row with ``status`` open is known and not met: it fails until the estimate is mended. Published
totals and the method's own numbers do not belong here.

Kinds of expectation:

- ``quotient``: the share of the variable is at least ``value`` times the nation's;
- ``largest_branch``: no manufacturing branch is larger;
- ``first_tradable``: among the ``value`` largest sectors that a place lives on (tradable in schemas/sectors.csv);
- ``top_fifth``: the share is among the highest fifth (``value``) of municipalities of 10,000 jobs or more.
"""

import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.indicators.sector_mix.mix import sector_mix
from schemas.catalogue import register
from tests.indicators.test_sector_mix import SOURCES

ROOT = Path(__file__).resolve().parents[2]
KNOWN = pd.read_csv(ROOT / "tests/fixtures/known_places.csv", keep_default_na=False)
TRADABLE = list(register("sectors").query("tradable")["sector"])
LARGE = 10_000
LEAST_PLACES = 80


@pytest.fixture(scope="module")
def mix(archived) -> dict[str, pd.DataFrame]:
    """People of each municipality by variable, at ``jobs`` and at ``employed``."""
    tables = [pd.read_parquet(archived / source / f"{vintage}.parquet") for source, vintage in SOURCES.items()]
    rows = sector_mix(pd.concat(tables))
    return {basis: _people(rows, f"{basis}_") for basis in ("jobs", "employed")}


def _people(rows: pd.DataFrame, prefix: str) -> pd.DataFrame:
    part = rows[rows["variable"].str.startswith(prefix)]
    wide = part.pivot(index="ref_area", columns="variable", values="obs_value")
    return wide.rename(columns=lambda name: name.removeprefix(prefix))


def measured(people: pd.DataFrame, known: pd.Series) -> tuple[bool, str]:
    """Whether the expectation holds, and the figure that says so."""
    shares = people.div(people["total"], axis=0)
    here, name, value = shares.loc[known["ref_area"]], known["variable"], float(known["value"])
    if known["kind"] == "quotient":
        quotient = here[name] / (people[name].sum() / people["total"].sum())
        return quotient >= value, f"quotient {quotient:.2f}, known to be {value} or more"
    if known["kind"] == "top_fifth":
        large = shares.loc[people["total"] >= LARGE, name]
        rank = (large > here[name]).mean()
        return rank < value, f"{rank:.0%} of large municipalities have more"
    branches = [column for column in people if column.startswith("manufacturing_")]
    order = here[branches if known["kind"] == "largest_branch" else TRADABLE].sort_values(ascending=False, kind="stable")
    first = order.index[: int(value)]
    return name in first, ", ".join(f"{key} {share:.1%}" for key, share in order.head(int(value) + 2).items())


def _case(row: pd.Series):
    known_gap = pytest.mark.xfail(strict=True, reason=f"open: {row['note']}")
    marks = [known_gap] if row["status"] == "open" else []
    return pytest.param(row, id=f"{row['ref_area']}-{row['variable']}", marks=marks)


@pytest.mark.parametrize("known", [_case(row) for _, row in KNOWN.iterrows()])
def test_what_is_known_of_a_place_holds(mix, known):
    holds, figure = measured(mix[known["basis"]], known)
    assert holds, f"{known['name']} ({known['known']}): {known['variable']}, {figure}"


def test_at_least_eighty_places_hold_that_were_not_seen_before():
    unseen = KNOWN[(KNOWN["status"] == "holds") & (KNOWN["seen_before"] == "")]
    assert unseen["ref_area"].nunique() >= LEAST_PLACES


def test_every_row_is_a_place_with_a_source_and_an_expectation(archived):
    catalogue = pd.read_parquet(archived / "inegi_area_catalogue/2026.parquet")
    names = catalogue[catalogue["variable"] == "name"].set_index("ref_area")["obs_text"]
    assert list(KNOWN["name"]) == list(names.loc[KNOWN["ref_area"]])
    assert not KNOWN.duplicated(["ref_area", "variable"]).any()
    assert (KNOWN[["known", "source"]] != "").all(axis=None)
    assert set(KNOWN["kind"]) <= {"quotient", "largest_branch", "first_tradable", "top_fifth"}
    assert set(KNOWN["basis"]) <= {"jobs", "employed"}
    assert set(KNOWN["status"]) <= {"holds", "open"}
    assert (KNOWN.loc[KNOWN["status"] == "open", "note"] != "").all()


def test_no_place_is_special_cased():
    """The method names no municipality: no area code stands in its code, queries or constants."""
    method = [*sorted((ROOT / "pipeline/indicators/sector_mix").glob("*.*")), ROOT / "schemas/methodology.toml"]
    for path in method:
        code = "\n".join(line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
        code = code.replace('len("MX-01001")', "")  # the length of a municipality's code
        assert not re.search(r"MX-\d{5}", code), f"{path.name} names a municipality"
