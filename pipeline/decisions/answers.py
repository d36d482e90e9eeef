"""What the index answers when it is asked whom a place is like: one lead sentence by the verdict, and why these two.

The atlas, the brief and the macro ``profile`` show these sentences, letter by letter.
"""

from pathlib import Path

import pandas as pd

from pipeline.decisions import texts
from pipeline.foundation import query
from pipeline.foundation.tables import table
from pipeline.matching.features import HEADLINE
from schemas.catalogue import methodology, register
from schemas.models import MODELS

NAMED = 3  # mirrors that a lead names
REPEATED = ("national_share", "hierarchy_rank")  # say again, of the country, what population says
SURE = ("firm", "likely")


@table()
def answers(
    mirrors: Path,
    mirror_blocks: Path,
    mirror_verdicts: Path,
    matching_features: Path,
    lens_features: Path,
    matching_coverage: Path,
    indicator_values: Path,
    reference_areas: Path,
) -> pd.DataFrame:
    """The table ``answers``: of each Mexican area that has mirrors, what is said first of them, and why the first is alike."""
    wanted = list(MODELS["answers"].to_schema().columns)
    names = pd.read_parquet(reference_areas, columns=["ref_area", "name"]).set_index("ref_area")["name"]
    columns = ["ref_area", "counterpart_area", "country", "position", "tier"]
    listed = pd.read_parquet(mirrors, columns=columns, filters=[("lens", "==", HEADLINE), ("position", "<=", NAMED)])
    if listed.empty:  # an early edition without ranked areas abroad
        return pd.DataFrame(columns=wanted, dtype="str")
    reasons = query.run(
        "decisions/answers",
        constants=methodology()["mirrors"] | methodology()["answers"],
        mirrors=mirrors,
        mirror_blocks=mirror_blocks,
        matching_features=matching_features,
        lens_features=lens_features,
        matching_coverage=matching_coverage,
        indicator_values=indicator_values,
        lenses=register("lenses"),
        repeated=pd.DataFrame({"indicator": REPEATED}),
    )
    verdicts = pd.read_parquet(mirror_verdicts, filters=[("lens", "==", HEADLINE)])
    table = leads(listed, verdicts, names).merge(whys(reasons, listed, names), on="ref_area", how="left")
    return table.sort_values("ref_area")[wanted]


def leads(listed: pd.DataFrame, verdicts: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """One lead per area of ``verdicts``: a firm mirror is named as such, a likely one as likely; that there is none comes first.

    ``listed`` holds the first mirrors of each area with tier and position.
    """
    countries = register("countries").set_index("iso3")
    listed = listed.sort_values(["ref_area", "position"])
    table = verdicts[["ref_area", "firm", "likely", "reason"]].merge(listed[listed["position"] == 1], on="ref_area")
    words = {"name": table["ref_area"].map(names)}
    for language in texts.LANGUAGES:
        country = listed["country"].map(countries[f"name_{language}"]).fillna(listed["country"])
        called = listed["counterpart_area"].map(names) + " (" + country + ")"
        for kind in ("all", *SURE):
            rows = (listed["tier"] == kind) | (kind == "all")
            said = _listed(called[rows], listed["ref_area"], language)
            words[f"{kind}_{language}"] = table["ref_area"].map(said)
    table["verdict"] = table["firm"].gt(0).map({True: "firm", False: "likely"}).where(table["reason"].isna(), "none")
    count = table["firm"].where(table["verdict"] == "firm", table["likely"])
    size = count.map(lambda number: "one" if number == 1 else "few" if number <= NAMED else "many")
    lead = ("lead_" + table["verdict"] + "_" + size).where(table["verdict"] != "none", "lead_" + table["reason"].fillna(""))
    second = (table["verdict"] == "firm") & table["likely"].gt(0) & table["firm"].lt(NAMED)
    also = pd.Series("lead_also", table.index).where(second)
    told = texts.with_texts(table.assign(**words), lead, also)
    return told.rename(columns={"text_es": "lead_es", "text_en": "lead_en"})


def whys(reasons: pd.DataFrame, listed: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Per area: the blocks and features that bring it and its first mirror together, and those that keep them apart."""
    alike = methodology()["answers"]["blocks_alike"]
    blocks = reasons.dropna(subset=["block"]).sort_values(["ref_area", "nearest"])
    features = reasons.dropna(subset=["indicator"]).sort_values(["ref_area", "alike", "number"])
    near = blocks[blocks["nearest"] <= alike]
    table = pd.DataFrame({"blocks_alike": near.groupby("ref_area")["block"].agg(";".join)})
    table["block_apart"] = blocks[blocks["farthest"] == 1].set_index("ref_area")["block"]
    table["counterpart_area"] = listed[listed["position"] == 1].set_index("ref_area")["counterpart_area"]
    together, apart = features[features["alike"].astype(bool)], features[~features["alike"].astype(bool)]
    table["indicators_alike"] = together.groupby("ref_area")["indicator"].agg(";".join)
    table["indicator_apart"] = apart.set_index("ref_area")["indicator"]
    labels, words = register("blocks").set_index("block"), {}
    indicators = register("indicators").set_index("indicator").to_dict("index")
    for language in texts.LANGUAGES:
        label = labels[f"label_{language}"].str.lower()
        figures = features.assign(
            said=[_figure(row, indicators[row["indicator"]], language) for row in features.to_dict("records")]
        )
        words[f"near_{language}"] = _listed(near["block"].map(label), near["ref_area"], language)
        words[f"far_{language}"] = table["block_apart"].map(label)
        words[f"together_{language}"] = _listed(figures.loc[together.index, "said"], together["ref_area"], language)
        words[f"apart_{language}"] = figures.loc[apart.index].set_index("ref_area")["said"]
    table = table.assign(name=table.index.map(names), counterpart=table["counterpart_area"].map(names), **words)
    first = pd.Series("why_alike", table.index).where(table["indicators_alike"].notna(), "why_alike_blocks")
    then = pd.Series("why_apart", table.index).where(table["indicator_apart"].notna(), "why_apart_block")
    told = texts.with_texts(table.reset_index(), first.reset_index(drop=True), then.reset_index(drop=True))
    return told.drop(columns="counterpart_area").rename(columns={"text_es": "why_es", "text_en": "why_en"})


def _listed(names: pd.Series, areas: pd.Series, language: str) -> pd.Series:
    """Per area its names in their order, as one text."""
    grouped = names.groupby(areas)
    return pd.Series({area: texts.listing(list(group), language) for area, group in grouped}, dtype="object")


def _figure(row: dict, indicator: dict, language: str) -> str:
    """An indicator with both figures: its values, or the percentiles in either country where those are what is compared."""
    label = indicator[f"label_{language}"].split(" (")[0]
    label = label[:1].lower() + label[1:]
    pair = row["value"], row["counterpart_value"]
    if row["national"]:
        return f"{label} ({texts.IN_COUNTRIES[language].format(*pair)})"
    if indicator["unit_measure"] in texts.STATUSES[language]:
        return f"{label} ({' / '.join(texts.STATUSES[language][indicator['unit_measure']][round(value)] for value in pair)})"
    decimals, unit = texts.FIGURES[language][indicator["unit_measure"]]
    own, other = (f"{value + 0.0:,.{decimals}f}".replace("-", "−") for value in pair)
    return f"{label} ({own} {texts.AND[language]} {other}{unit})"
