"""Pathways: how far each Mexican area is from where its mirrors are, in each outcome, and how fast it came.

The arithmetic is in ``pipeline/decisions/pathways.sql``; here stand the Mexican areas most like each, and the sentences.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from pipeline.areas.places import newest_year
from pipeline.decisions import texts
from pipeline.decisions.opportunities import not_exchanged
from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.matching.features import HEADLINE, lens_blocks
from pipeline.matching.mirrors import Pool, build_pool
from schemas.catalogue import methodology, register
from schemas.models import MODELS

DECIMALS = 9  # of a squared distance before ranking: the last bits of a matrix product do not decide


@table()
def pathways(
    mirrors: Path,
    standings: Path,
    observations: Path,
    matching_features: Path,
    matching_coverage: Path,
    goalposts: Path,
    normalised_values: Path,
    pillar_scores: Path,
    development_scores: Path,
    places: Path,
) -> pd.DataFrame:
    """The table ``pathways``: one row per Mexican area and outcome that Mexico measures at its level."""
    method = methodology()
    found = query.run(
        "decisions/pathways",
        constants=method["pathways"] | {"floor": method["development"]["floor"], "edition_year": newest_year(observations)},
        mirrors=mirrors,
        standings=standings,
        observations=observations,
        goalposts=goalposts,
        normalised_values=normalised_values,
        pillar_scores=pillar_scores,
        development_scores=development_scores,
        places=places,
        alike=most_alike(matching_features, matching_coverage),
        indicators=register("indicators"),
        pillars=register("pillars"),
        comparability=register("comparability"),
        area_changes=register("area_changes"),
        not_exchanged=not_exchanged(),
        no_steps=pd.DataFrame({"indicator": method["pathways"]["no_steps"]}),
    )
    return with_sentences(found, pd.read_parquet(places))[list(MODELS["pathways"].to_schema().columns)]


def most_alike(matching_features: Path, matching_coverage: Path) -> pd.DataFrame:
    """The Mexican areas nearest to each Mexican area under the lens overall: ref_area, counterpart_area, distance."""
    home = methodology()["areas"]["home"]
    coverage = pd.read_parquet(matching_coverage, filters=[("takes_part", "==", True), ("country", "==", home)])
    blocks = lens_blocks(HEADLINE)
    parts = []
    for _, areas in coverage.groupby("level", sort=True):
        features = pd.read_parquet(matching_features, filters=[("ref_area", "in", set(areas["ref_area"]))])
        parts.append(_nearest(build_pool(features, areas, blocks), methodology()["pathways"]["alike"]))
    return pd.concat(parts, ignore_index=True)


def _nearest(pool: Pool, count: int) -> pd.DataFrame:
    with threadpool_limits(limits=1, user_api="blas"):
        products = pool.vectors @ pool.vectors.T
    squares = np.einsum("ij,ij->i", pool.vectors, pool.vectors) + pool.constant
    distances = (squares[:, None] + squares[None, :] - 2 * products).round(DECIMALS)
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, :count]  # areas stand in the order of their codes
    names = pool.areas["ref_area"].to_numpy()
    return pd.DataFrame(
        {
            "ref_area": np.repeat(names, order.shape[1]),
            "counterpart_area": names[order.ravel()],
            "distance": np.sqrt(np.take_along_axis(distances, order, axis=1).ravel()),
        }
    )


def with_sentences(found: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The table with ``text_es`` and ``text_en``: where it is, how far it has to go, who is there, how fast it came."""
    table = found.join(_words(found, places))
    said = "pathway_" + table["verdict"].str.replace(" ", "_")
    known = ~table["verdict"].isin(["no figure", "no target"])
    behind = known & (table["verdict"] != "already there")
    where = ("pathway_" + table["basis"]).where(known, said)
    how_far = pd.Series("pathway_gap_people", table.index).where(table["people"] > 0, "pathway_gap")
    return texts.with_texts(
        table,
        where,
        how_far.where(behind, "pathway_already_there").where(known),
        pd.Series("pathway_nearest", table.index).where(behind & table["nearest_there"].notna()),
        said.where(behind),
    )


def _words(found: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """What the templates need beside the numbers: names, labels, units."""
    areas = places.set_index("ref_area")
    labels = register("indicators").set_index("indicator")
    countries = register("countries").set_index("iso3")
    states = areas["parent"].map(areas["name"])
    words = pd.DataFrame({"name": found["ref_area"].map(areas["name"]), "nearest": found["nearest_there"].map(areas["name"])})
    country, state = found["nearest_there"].map(areas["country"]), found["nearest_there"].map(states)
    at_home = country == methodology()["areas"]["home"]
    for language in texts.LANGUAGES:
        words[f"label_{language}"] = found["indicator"].map(labels[f"label_{language}"])
        words[f"nearest_in_{language}"] = state.where(at_home & state.notna(), country.map(countries[f"name_{language}"]))
        words[f"sure_{language}"] = found["sure"].map(texts.SURE[language])
        words[f"the_{language}"] = found["level"].map(lambda level, words=texts.ALIKE[language]: words[level][0])
        words[f"alike_{language}"] = found["level"].map(lambda level, words=texts.ALIKE[language]: words[level][1])
        words[f"size_{language}"] = found["level"].map({"local": texts.OF_SIZE[language]}).fillna("")
        words[f"people_{language}"] = found["people_unit"].map(texts.PEOPLE[language]).fillna("")
    words = words.assign(**texts.with_units(found["indicator"].map(labels["unit_measure"])))
    one = found["people"] == 1
    for language in texts.LANGUAGES:
        words[f"people_{language}"] = words[f"people_{language}"].mask(one, found["people_unit"].map(texts.ONE[language]))
        words[f"years_{language}"] = found["years"].eq(1).map({True: texts.ONE_YEAR[language], False: texts.YEARS[language]})
    return words
