"""Every indicator that several countries measure says how each defines it, and no level is compared that cannot be."""

import duckdb
import pytest

from pipeline.indicators.indicator_values import comparability
from schemas import models
from schemas.catalogue import register

# Cities of Europe and agglomerations are of many countries and one publisher each.
MEASURED = """
    select v.indicator,
        list(distinct case p.kind when 'city_europe' then 'EUR' when 'agglomeration' then 'WUP' else k.country end) as who
    from '{0}/indicator_values.parquet' as v join '{0}/places.parquet' as p using (ref_area)
    left join kinds as k on k.kind = p.kind
    where v.obs_value is not null group by v.indicator order by v.indicator
"""


@pytest.fixture(scope="module")
def published():
    return models.validate("comparability", comparability()).to_pandas()


@pytest.fixture(scope="module")
def described(published) -> dict[str, set[str]]:
    """The countries of the rows of each indicator."""
    return published.groupby("indicator")["country"].agg(set).to_dict()


@pytest.fixture(scope="module")
def measured(stored) -> dict[str, set[str]]:
    """Who measures each indicator in the newest edition."""
    with duckdb.connect() as connection:
        connection.from_df(register("area_kinds")[["kind", "country"]]).create_view("kinds")
        return {name: set(who) for name, who in connection.execute(MEASURED.format(stored)).fetchall()}


def test_every_shared_indicator_has_a_row_per_country(measured, described):
    shared = {name: who for name, who in measured.items() if len(who) > 1}
    assert len(shared) > 50
    wanting = {name: who - described.get(name, set()) for name, who in shared.items() if described.get(name) != {"ALL"}}
    assert not {name: who for name, who in wanting.items() if who}, "add rows to schemas/comparability.csv"


def test_no_row_speaks_of_a_country_that_does_not_measure_it(measured, described):
    idle = {name: who - measured.get(name, set()) for name, who in described.items() if who != {"ALL"}}
    assert not {name: who for name, who in idle.items() if who}


def test_levels_that_do_not_compare_are_used_in_the_national_frame_only(published):
    wrong = published[(published["comparable"] == "no") & (published["frame"] != "national")]
    assert wrong.empty, wrong[["indicator", "country", "frame"]].to_dict("records")


def test_a_beginning_stands_for_the_indicators_without_rows_of_their_own(published):
    trade, building = (published[published["indicator"] == f"employed_in_{name}"] for name in ("trade", "construction"))
    assert trade["definition_en"].str.startswith("Estimated: establishments").any()
    assert building["definition_en"].str.startswith("Mostly builders").any()
    assert {"MEX", "USA"} <= set(building["country"]) & set(trade["country"])
    assert not published["indicator"].str.contains("*", regex=False).any()


def test_every_row_speaks_of_an_indicator():
    indicators = set(register("indicators")["indicator"])
    for name in register("comparability")["indicator"]:
        assert name in indicators or (name.endswith("*") and any(code.startswith(name[:-1]) for code in indicators)), name
