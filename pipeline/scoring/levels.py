"""Levels of development on one scale for the world (``docs/methodology.md`` 6): what is known of a place, on that scale.

A figure is what the scale measures (``level_goalposts.csv``), a concept how places publish it (``level_concepts.csv``).
Each concept is put on the scale of the country's own figure, and what is not known of a place is taken from its region, its
state or its country, with the error that members have about them where both are known. The place's standing in its country is
``development.py``; the level itself is added up in ``development_levels.sql``.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.areas import derived
from pipeline.areas.places import source_order
from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.scoring import level_estimates as estimates
from pipeline.scoring import level_scales as scales
from schemas.catalogue import methodology, register

EUROSTAT = "eurostat_edat_lfse_04"
REGIONAL = ("regional_output", "years_of_regions")  # concepts of regions, which stand for the areas in them


class Known(NamedTuple):
    """Areas (country, parent, people), the NUTS 3 region of each, people of regions, figures of places and regions, nations."""

    areas: pd.DataFrame
    region_of: pd.Series
    region_people: pd.Series
    places: pd.DataFrame
    regions: pd.DataFrame
    nations: pd.DataFrame


@table()
def level_parts(observations: Path, places: Path, indicator_values: Path) -> pd.DataFrame:
    """The table ``level_parts``: every figure behind a level, of which area it is, its status and its error."""
    known = _known(observations, pd.read_parquet(places), indicator_values)
    goalposts = register("level_goalposts")
    order = sorted(goalposts.itertuples(), key=lambda figure: figure.figure != "schooling")  # which others follow from
    found: dict[str, pd.DataFrame] = {}
    for figure in order:
        found[figure.figure] = _estimated(figure, known, found.get("schooling"))
    rows = pd.concat([frame.assign(figure=name).reset_index() for name, frame in found.items()], ignore_index=True)
    return query.run(
        "scoring/level_parts",
        constants=methodology()["levels"],
        rows=rows.drop(columns="point"),
        people=known.areas[["people"]].reset_index(),
        places=places,
        level_goalposts=goalposts,
    )


@table()
def development_levels(level_parts: Path, places: Path) -> pd.DataFrame:
    """The table ``development_levels``: the level of every area of which enough is known, with its interval."""
    goalposts = register("level_goalposts")
    parts = query.run("scoring/levels_of_parts", level_parts=level_parts, places=places, level_goalposts=goalposts)
    return query.run(
        "scoring/development_levels",
        constants=methodology()["levels"],
        parts=pd.concat([parts, expected_parts(parts)], ignore_index=True),
        places=places,
    )


def expected_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """The part that is not known of an area with three: what goes with the others where all four are an area's own.

    Least squares with each country counting the same; ``error`` is the root mean square of what it leaves.
    """
    names = sorted(parts["part"].unique())
    wide = parts.pivot(index="ref_area", columns="part", values="score").sort_index()
    full = parts[parts["known"] == "own"].pivot(index="ref_area", columns="part", values="score").dropna().sort_index()
    if len(full) < methodology()["levels"]["least_places"]:
        return parts.iloc[:0]
    country = parts.drop_duplicates("ref_area").set_index("ref_area")["country"]
    weights = scales.each_the_same(pd.Series(full.index.map(country))).to_numpy()
    found = []
    for name in names:
        others = [other for other in names if other != name]
        lacking = wide[wide[name].isna() & wide[others].notna().all(axis=1)]
        if lacking.empty:
            continue
        design = np.column_stack([np.ones(len(full)), full[others].to_numpy()])
        weighted = design * weights[:, None]
        solution = np.linalg.solve(weighted.T @ design, weighted.T @ full[name].to_numpy())
        error = np.sqrt(scales.mean((full[name].to_numpy() - design @ solution) ** 2, weights))
        score = np.column_stack([np.ones(len(lacking)), lacking[others].to_numpy()]) @ solution
        rows = {"ref_area": lacking.index, "part": name, "score": np.clip(score, 0, 100), "error": error, "known": "expected"}
        found.append(pd.DataFrame(rows).assign(country=lambda frame: frame["ref_area"].map(country)))
    return pd.concat(found, ignore_index=True) if found else parts.iloc[:0]


def _known(observations: Path, places: pd.DataFrame, indicator_values: Path) -> Known:
    """What the observations say: concepts of places and regions, nations, and where the areas lie."""
    terms = _terms()
    used = set(terms["numerator"].str.split("|").explode()) | set(terms["denominator"].str.split("|").explode())
    nation = set(register("level_goalposts")["national_variable"].dropna()) | {"adult_literacy_share"}
    more = {"outline", "region_nuts3", "nuts3", "population"}
    columns = ["source", "ref_area", "variable", "time_period", "obs_value", "obs_text", "obs_status"]
    rows = pd.read_parquet(observations, columns=columns, filters=[("variable", "in", sorted((used | nation | more) - {""}))])
    figures = query.run(
        "scoring/level_figures",
        observations=rows,
        places=places,
        terms=terms,
        concepts=register("level_concepts").assign(terms=lambda frame: frame["concept"].map(terms["concept"].value_counts())),
        quarantined_values=register("quarantined_values"),
        source_order=source_order(),
    )
    regional = figures["ref_area"].str.startswith("NUTS-")
    areas = _areas(places, indicator_values)
    return Known(
        areas,
        _region_of(rows, places, areas),
        _region_people(rows),
        figures[~regional & ~figures["concept"].isin(REGIONAL)],
        figures[regional & figures["concept"].isin(REGIONAL)],
        _newest(rows[(rows["source"] == "world_bank") & rows["variable"].isin(nation)]),
    )


def _terms() -> pd.DataFrame:
    """The terms of every concept: ``6 adults_tertiary/adults_tertiary_base + 4 …`` as rows."""
    rows = []
    for concept in register("level_concepts").dropna(subset="terms").itertuples():
        for number, term in enumerate(concept.terms.split(" + ")):
            coefficient, ratio = term.split(" ")
            numerator, _, denominator = ratio.partition("/")
            rows.append((concept.concept, number, float(coefficient), numerator, denominator))
    return pd.DataFrame(rows, columns=["concept", "term", "coefficient", "numerator", "denominator"])


def _areas(places: pd.DataFrame, indicator_values: Path) -> pd.DataFrame:
    """Local areas, and others that are no sum of them: country, parent, people."""
    values = pd.read_parquet(indicator_values, filters=[("indicator", "==", "population")], columns=["ref_area", "obs_value"])
    composed = set(places["parent"].dropna()) | set(places["metropolis"].dropna())
    alone = places[(places["level"] == "local") | ~places["ref_area"].isin(composed)]
    people = alone["ref_area"].map(values.set_index("ref_area")["obs_value"])
    return alone.assign(people=people.fillna(0)).set_index("ref_area").sort_index()[["level", "country", "parent", "people"]]


def _region_of(rows: pd.DataFrame, places: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """The NUTS 3 region of an area: as published, else of a city the one at its point."""
    said = rows[rows["variable"].isin(["region_nuts3", "nuts3"])].dropna(subset="obs_text")
    said = said[said["obs_text"].str.match(r"NUTS-[A-Z]{2}[0-9A-Z]{3}$")]
    said = said.sort_values(["ref_area", "source", "obs_text"]).drop_duplicates("ref_area").set_index("ref_area")["obs_text"]
    cities = derived.regions_of_cities(rows, derived.located_of(places)).set_index("ref_area")["region"]
    return said.combine_first(cities).reindex(areas.index)


def _region_people(rows: pd.DataFrame) -> pd.Series:
    """People of the regions of NUTS 3, and of the larger ones, their sums."""
    people = _newest(rows[(rows["variable"] == "population") & rows["ref_area"].str.match(r"NUTS-[A-Z]{2}[0-9A-Z]{3}$")])
    people = people.set_index("ref_area")["obs_value"].sort_index()
    larger = [people.groupby(people.index.str[:size]).sum() for size in (7, 8, 9)]
    return pd.concat([people, *larger])


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    """Of every area and variable the newest number: ref_area, variable, time_period, obs_value."""
    rows = rows.dropna(subset="obs_value").sort_values(["ref_area", "variable", "time_period", "source"], kind="stable")
    return rows.drop_duplicates(["ref_area", "variable"], keep="last")[["ref_area", "variable", "time_period", "obs_value"]]


def _estimated(figure, known: Known, schooling: pd.DataFrame | None) -> pd.DataFrame:
    """The figure of every area: its own, else its region's, its state's, what goes with its schooling, its country's."""
    concepts = estimates.concepts_of(figure.figure)
    country = known.areas["country"]
    newest = {
        concept.concept: latest(rows, concept.scale, country)
        for concept in concepts
        if len(rows := known.places[known.places["concept"] == concept.concept])
    }
    regional = {
        concept.concept: latest(rows, concept.scale, pd.Series(dtype=str))
        for concept in concepts
        if len(rows := known.regions[known.regions["concept"] == concept.concept])
    }
    nations = _nations(figure, known, newest, regional)
    own = estimates.own_points(figure, newest, known, nations, schooling)
    about_state, about_nation = estimates.spreads(own, known.areas, nations, figure)
    chain = [own]
    for concept in concepts:
        if concept.concept in regional:
            points = estimates.regional_points(figure, concept, regional[concept.concept], own, known, nations)
            chain.append(estimates.of_regions(points, known, about_state))
    chain.append(estimates.of_states(own, known.areas, about_state, figure))
    if schooling is not None:
        chain.append(estimates.by_schooling(figure, newest, known, nations, schooling))
    chain.append(estimates.of_nations(figure, known.areas, nations, about_nation))
    rows = estimates.first_of([table[estimates.COLUMNS] for table in chain])
    return rows.assign(value=scales.from_scale(rows["point"], figure.scale)).rename_axis("ref_area")


def _nations(figure, known: Known, newest: dict, regional: dict) -> pd.DataFrame:
    """The countries' own figures: index country; value, time_period, of (which figure), error on the scale."""
    if pd.notna(figure.national_variable):
        rows = known.nations[known.nations["variable"] == figure.national_variable].set_index("ref_area")
        rows = rows[rows.index.isin(set(known.areas["country"]))]
        rows = rows.assign(value=rows["obs_value"], of=figure.national_variable, error=0.0, source="world_bank")
        return rows[["value", "time_period", "of", "error", "source"]]
    return _nations_schooling(known, newest, regional)


def _nations_schooling(known: Known, newest: dict, regional: dict) -> pd.DataFrame:
    """Years of schooling of countries: the mean of their places, Eurostat's, else what goes with the literacy of adults.

    The World Bank's series at hand have no years of schooling.
    """
    direct = estimates.direct_points(estimates.concepts_of("schooling"), newest)
    rows = pd.DataFrame({"x": direct, "people": known.areas["people"].reindex(direct.index)})
    rows = rows.assign(country=known.areas["country"].reindex(direct.index), product=rows["x"] * rows["people"])
    sums = rows.groupby("country")[["people", "product"]].sum()
    all_people = known.areas[known.areas["level"] == "local"].groupby("country")["people"].sum()
    sums = sums[sums["people"] >= methodology()["levels"]["least_share"] * all_people.reindex(sums.index)]
    found = pd.DataFrame({"value": sums["product"] / sums["people"], "of": "mean_of_places", "error": 0.0, "source": None})
    years = regional.get("years_of_regions", pd.DataFrame(columns=["x", "time_period"], index=pd.Index([], dtype="str")))
    letters = estimates.region_countries()
    european = years[years.index.str.len() == 7]
    european = european.set_axis([letters.get(code[5:7], "") for code in european.index])
    european = (
        european[["x", "time_period"]].rename(columns={"x": "value"}).assign(of="years_of_regions", error=0.0, source=EUROSTAT)
    )
    found = pd.concat([found, european[~european.index.isin([*found.index, ""])]])
    expected = _schooling_of_literacy(known, newest, found["value"])
    return pd.concat([found, expected[~expected.index.isin(found.index)]]) if len(expected) else found


def _schooling_of_literacy(known: Known, newest: dict, countries: pd.Series) -> pd.DataFrame:
    """Years of schooling that go with the literacy of a country's adults: index country; value, time_period, of, error.

    The line is that of the places whose years are published and whose illiterate are counted, each country counting the same; its
    error is how far countries of which both are known lie from it.
    """
    if "years_published" not in newest or "illiteracy" not in newest:
        return pd.DataFrame()
    places = newest["years_published"].join(newest["illiteracy"][["x"]].rename(columns={"x": "illiterate"}), how="inner")
    places = places[places.index.isin(estimates.large(known.areas))]
    weights = scales.each_the_same(places["country"])
    x, y = -places["illiterate"], places["x"]
    middle = scales.mean(x, weights), scales.mean(y, weights)
    steep = scales.mean((x - middle[0]) * (y - middle[1]), weights) / scales.mean((x - middle[0]) ** 2, weights)
    literacy = known.nations[known.nations["variable"] == "adult_literacy_share"].set_index("ref_area")
    literacy = literacy[literacy.index.isin(set(known.areas["country"]))]
    points = pd.Series(scales.to_scale(literacy["obs_value"], "logit"), literacy.index)
    value = middle[1] + steep * (points - middle[0])
    left = (countries.astype(float) - value).dropna()
    error = float(np.sqrt((left**2).mean()))
    return pd.DataFrame(
        {
            "value": value,
            "of": "adult_literacy_share",
            "error": error,
            "source": "world_bank",
            "time_period": literacy["time_period"],
        }
    )


def latest(figures: pd.DataFrame, scale: str, country: pd.Series) -> pd.DataFrame:
    """The newest figure of every area on the scale, an older one moved as places moved that have both: ref_area, x, …"""
    numbers = figures["value"] * (100 if scale == "logit" else 1)  # shares are percentages on the scale
    rows = figures.assign(x=scales.to_scale(numbers.where(lambda n: n > 0) if scale == "log" else numbers, scale))
    rows = rows.assign(country=rows["ref_area"].map(country))
    rows = rows[np.isfinite(rows["x"])].sort_values(["country", "ref_area", "time_period"])
    newest = rows.drop_duplicates("ref_area", keep="last").copy()
    for (nation, year), group in newest.groupby(["country", "time_period"], sort=True):
        last = rows.loc[rows["country"] == nation, "time_period"].max()
        if year < last:
            both = rows[(rows["country"] == nation) & rows["time_period"].isin([year, last])]
            moved = both.pivot(index="ref_area", columns="time_period", values="x").dropna()
            if len(moved):
                newest.loc[group.index, "x"] += (moved[last] - moved[year]).mean()
    return newest.set_index("ref_area").sort_index()
