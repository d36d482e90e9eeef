"""What each pair of mirrors could do together, and where each outcome of an area stands in its country.

The formulas are in ``docs/methodology.md`` 10; the arithmetic is in the SQL beside this file.
"""

from pathlib import Path

import pandas as pd

from pipeline.areas.points import points_of
from pipeline.decisions import texts
from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register
from schemas.models import MODELS

SIDES = ("", "counterpart_")


@table()
def sister_cities(observations: Path, places: Path) -> pd.DataFrame:
    """The table ``sister_cities``: the ties of Mexican towns, with the areas in which both ends lie."""
    points = pd.read_parquet(observations, filters=[("source", "in", ["sister_cities", "geonames", "geonames_towns"])])
    names = points[points["variable"] == "name"].set_index("ref_area")["obs_text"]
    towns = register("area_points").assign(town=lambda table: table["point"].map(names))
    return query.run(
        "decisions/sister_cities",
        constants=methodology()["opportunities"],
        observations=points[points["source"] == "sister_cities"],
        places=places,
        us_towns=_towns_of_the_united_states(points),
        towns=towns[["ref_area", "town"]].dropna().astype("str"),
        countries=register("countries"),
        area_concordance=register("area_concordance"),
    )


def _towns_of_the_united_states(observations: pd.DataFrame) -> pd.DataFrame:
    towns = points_of(observations[observations["source"] == "geonames_towns"], "TOWN-", "name", "area")
    return towns[towns["area"].astype("string").str.startswith("US-").fillna(False)].astype({"name": "str", "area": "str"})


@table()
def standings(indicator_values: Path, places: Path) -> pd.DataFrame:
    """Where each outcome of each area stands among those of its country, level and size."""
    return query.run(
        "decisions/standings",
        constants=methodology()["risks"],
        indicator_values=indicator_values,
        places=places,
        indicators=register("indicators"),
        size_classes=pd.DataFrame({"lower": methodology()["opportunities"]["size_classes"]}, dtype="float64"),
    )


@table()
def opportunities(
    mirrors: Path,
    standings: Path,
    observations: Path,
    key_sectors: Path,
    structural_risks: Path,
    sister_cities: Path,
    places: Path,
) -> pd.DataFrame:
    """The table ``opportunities``: what each published pair could do together, with a sentence in two languages."""
    registers = ("indicators", "comparability", "sectors", "branches", "area_kinds", "countries")
    found = query.run(
        "decisions/opportunities",
        constants=methodology()["opportunities"],
        mirrors=mirrors,
        standings=standings,
        earlier_standings=earlier_standings(standings, observations),
        key_sectors=key_sectors,
        structural_risks=structural_risks,
        sister_cities=sister_cities,
        places=places,
        not_exchanged=not_exchanged(),
        **{name: register(name) for name in registers},
    )
    words = {
        f"{side}basis_{language}": found[f"{side}basis"].map(texts.BASES[language])
        for side in SIDES
        for language in texts.LANGUAGES
    }
    local = found["level"] == "local"
    words |= {f"size_{language}": local.map({True: texts.OF_SIZE[language], False: ""}) for language in texts.LANGUAGES}
    words |= texts.with_units(found["unit_measure"])
    filled = found.assign(country_the=texts.with_article(found["country_en"]), **words)
    templates = "opportunity_" + found["type"] + ("_" + found["comparison"]).fillna("")
    started = found["ahead_since"].notna().map({True: "opportunity_risen", False: "opportunity_ahead_before"})
    return texts.with_texts(filled, templates, started.where(found["start_period"].notna()))[
        list(MODELS["opportunities"].to_schema().columns)
    ]


def earlier_standings(standings: Path, observations: Path) -> pd.DataFrame:
    """Where areas abroad stood in earlier years: ref_area, indicator, time_period, obs_value, percentile."""
    return query.run(
        "decisions/earlier_standings",
        constants=methodology()["risks"],
        standings=standings,
        observations=observations,
        indicators=register("indicators"),
        not_exchanged=not_exchanged(),
    )


def not_exchanged() -> pd.DataFrame:
    """The outcomes in which places are not compared with their mirrors: indicator."""
    return pd.DataFrame({"indicator": methodology()["opportunities"]["not_exchanged"]})
