"""Pairs that editors and readers propose, tested by the index, and the register that they stand in.

What a pair of names may mean is never guessed beyond the rule in ``pairs_named``; what one means says ``area_names.py``.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.decisions import texts
from pipeline.decisions.area_names import LEVELS, areas_named, with_names
from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.matching.features import HEADLINE, lens_blocks
from pipeline.matching.mirrors import build_pool, similarities
from schemas import catalogue
from schemas.catalogue import methodology, register
from schemas.models import MODELS

VERDICTS = {"supported": "supported", "near": "near", "not near": "not_near"}


@table()
def nominated_pairs(
    matching_features: Path, lens_features: Path, matching_coverage: Path, mirrors: Path, reference_areas: Path
) -> pd.DataFrame:
    """The table ``nominated_pairs``: what the data say of each nominated pair, under each lens, with a sentence."""
    pairs, lenses = register("nominated_pairs"), register("lenses")
    table = evaluated(pairs, lenses, matching_features, lens_features, matching_coverage, mirrors, reference_areas)
    table["similarity"] = _similarities(table, matching_features, matching_coverage)
    return table[list(MODELS["nominated_pairs"].to_schema().columns)]


def evaluated(
    pairs: pd.DataFrame, lenses: pd.DataFrame, features: Path, weights: Path, coverage: Path, mirrors: Path, places: Path
):
    """Each pair of ``pairs`` (as in the register) under each lens of ``lenses``: ranks, parts, probability, verdict, sentences.

    ``coverage`` says of each area level, country, takes_part and ranked: a release's ``reference_areas`` serves as well.
    """
    table = query.run(
        "decisions/nominated_pairs",
        constants=methodology()["mirrors"] | methodology()["nominations"],
        matching_features=features,
        lens_features=weights,
        matching_coverage=coverage,
        nominated_pairs=pairs,
        lenses=lenses,
    )
    keys = ["ref_area", "counterpart_area", "lens"]
    confidence = pd.read_parquet(mirrors, columns=[*keys, "inclusion_probability", "tier"])
    return with_sentences(table.merge(confidence, on=keys, how="left"), pd.read_parquet(places))


def answer(pair: pd.Series, parquet: Path, language: str) -> str:
    """What the tables of a release say of a pair under the lens overall, in a sentence."""
    lenses = register("lenses").query("lens == @HEADLINE")
    pairs = pd.DataFrame(
        [{"ref_area": pair["ref_area"], "counterpart_area": pair["counterpart_area"], "proposed_by": "", "note": ""}]
    )
    names = ("matching_features", "lens_features", "reference_areas", "mirrors", "reference_areas")
    return evaluated(pairs, lenses, *(parquet / f"{name}.parquet" for name in names)).iloc[0][f"text_{language}"]


def _similarities(table: pd.DataFrame, matching_features: Path, matching_coverage: Path) -> pd.Series:
    found = pd.Series(np.nan, table.index)
    coverage = pd.read_parquet(matching_coverage, filters=[("takes_part", "==", True)])
    levels = table["ref_area"].map(coverage.set_index("ref_area")["level"])
    for (level, lens), rows in table.dropna(subset=["distance"]).groupby([levels, "lens"]):
        areas = coverage[coverage["level"] == level]
        features = pd.read_parquet(
            matching_features, filters=[("level", "==", level), ("ref_area", "in", set(areas["ref_area"]))]
        )
        pool = build_pool(features, areas, lens_blocks(lens))
        squared = rows["distance_squared"].to_numpy()
        found[rows.index] = similarities(pool, squared, methodology()["mirrors"]["random_pairs"])
    return found


def with_sentences(table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The table with ``text_es`` and ``text_en``: the pair's place, what brings it together and apart, and the verdict."""
    areas, blocks = places.set_index("ref_area"), register("blocks").set_index("block")
    parts = table[[name for name in blocks.index if name in table.columns]].astype("float64")
    known = parts.notna().any(axis=1)
    named = {"name": table["ref_area"], "counterpart": table["counterpart_area"]}
    words = {place: code.map(areas["name"]).fillna(code) for place, code in named.items()}  # early editions lack some areas
    for language in texts.LANGUAGES:
        labels = blocks[f"label_{language}"].str.lower()
        words[f"together_{language}"] = parts[known].idxmin(axis=1).map(labels)
        words[f"apart_{language}"] = parts[known].idxmax(axis=1).map(labels)
        words[f"lens_{language}"] = table["lens"].map(texts.LENSES[language])
        words[f"tier_{language}"] = table["tier"].map(texts.TIERS[language]).fillna(texts.NO_TIER[language])
    ranked, drawn = table["rank"].notna(), table["inclusion_probability"].notna()
    place = pd.Series("nomination_place", table.index).where(ranked, "nomination_place_in_country")
    return texts.with_texts(
        table.assign(**words),
        pd.Series("nomination_lens", table.index).where(table["lens"] != HEADLINE),
        place.where(known, "nomination_not_evaluated"),
        pd.Series("nomination_confidence", table.index).where(known & drawn),
        pd.Series("nomination_blocks", table.index).where(known),
        ("nomination_" + table["verdict"].map(VERDICTS)).where(known),
    )


def pairs_named(home: str, abroad: str, areas: pd.DataFrame, level: str | None = None) -> pd.DataFrame:
    """Every pair of one level that the two names can mean: the municipality, else the metropolis, else the state,
    and of these the first level at which one area alone bears the name abroad.

    ``areas`` are those of a release; ``level`` leaves only that level. Columns: ref_area, counterpart_area, level, names.
    """
    states = areas.set_index("ref_area")["name"]
    areas = [row for row in with_names(areas.to_dict("records")) if level in (None, row["level"])]
    home_country = methodology()["areas"]["home"]
    left = areas_named(home, [row for row in areas if row["country"] == home_country])
    right = areas_named(abroad, [row for row in areas if row["country"] != home_country])
    columns = ["ref_area", "name", "level", "state"]
    left, right = (
        side.assign(state=side["parent"].map(states).fillna(side["country"]))[columns].reset_index(drop=True)
        for side in (pd.DataFrame(left), pd.DataFrame(right))
    )
    pairs = left.merge(right, on="level", suffixes=("", "_abroad")).rename(columns={"ref_area_abroad": "counterpart_area"})
    if pairs.empty:
        raise ValueError(f"{home} and {abroad} are areas of different levels; like is compared with like")
    levels = [pairs[pairs["level"] == level].reset_index(drop=True) for level in LEVELS]
    levels = [rows for rows in levels if len(rows)]
    return next((rows for rows in levels if rows["counterpart_area"].nunique() == 1), levels[0])


def nominate(pair: pd.Series, proposed_by: str, note: str, folder: Path = catalogue.FOLDER) -> Path:
    """Append a pair to the register, which stays valid; the register's path."""
    path = folder / "nominated_pairs.csv"
    rows = catalogue.read_register("nominated_pairs", folder)
    there = rows[(rows["ref_area"] == pair["ref_area"]) & (rows["counterpart_area"] == pair["counterpart_area"])]
    if not there.empty:
        raise ValueError(f"{path.name}: row {there.index[0] + 2}: the pair stands there already")
    before = path.read_bytes()
    with path.open("a", encoding="utf-8", newline="") as register_file:
        csv.writer(register_file, lineterminator="\n").writerow([pair["ref_area"], pair["counterpart_area"], proposed_by, note])
    try:
        catalogue.read_register("nominated_pairs", folder)
    except catalogue.RegisterError:
        path.write_bytes(before)
        raise
    return path
