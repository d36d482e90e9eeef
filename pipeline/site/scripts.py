"""What the pages' scripts read: words, names to search, the table of all places, and the data of each place.

All of it is loaded by script tags, so that a site opened from a disk works as one that is served.
"""

import json
from collections import Counter, defaultdict

from pipeline.decisions.area_names import plain
from pipeline.site.content import Content, Row, is_listed
from pipeline.site.figures import CELLS, DECIMALS
from pipeline.site.words import Words, texts

LONG = 10  # characters of a code; places whose codes differ in the last three of them, or two of a shorter one, share a file
LEVELS = ("development_level", "development_level_low", "development_level_high", "income", "schooling", "health", "services")
HOME = "MEX"
TIERS = (None, "firm", "likely", "possible")  # as numbers in the data of a place


def call(function: str, *values) -> str:
    """A script that hands values to a function; nothing in it can end a script tag."""
    text = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    for mark in "<\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return f"{function}({text});\n"


def words(content: Content, language: Words) -> str:
    """The words of the scripts in one language, and what a figure's note says."""
    used = {area["country"] for area in content.areas.values()}
    named = [content.indicators, content.sectors, content.labels_of("pillars"), content.blocks]
    labels = {code: language.label(row) for rows in named for code, row in rows.items()}
    value = {
        "edition": content.edition,
        "texts": {key: str(language.t(key).unescape()) for key in texts() if not key.startswith("unit ")},
        "kinds": {level: str(language.t(f"kind_{level}")) for level in ("local", "metro", "state")},
        "labels": labels,
        "groups": {"blocks": list(content.blocks), "pillars": list(content.labels_of("pillars"))},
        "levels": LEVELS,
        "countries": {code: language.country(content, code) for code in sorted(used)},
        "indicators": [_indicator(row, language) for row in content.indicators.values()],
        "nominated": [f"{row['ref_area']}_{row['counterpart_area']}" for row in content.nominated],
        "sourceCodes": _source_codes(content),
        "sources": {code: [row["publisher"], row["title"]] for code, row in content.sources.items()},
        "cells": {code: _cell(code, language) for code in CELLS},
    }
    return "window.atlasWords = " + call("", value).removesuffix(";\n").removeprefix("(").removesuffix(")") + ";\n"


def _indicator(row: Row, language: Words) -> list:
    unit = row["unit_measure"]
    names = row["indicator"], language.label(row), language.unit(unit)
    decimals = 2 if unit == "persons" and row["denominator"] else DECIMALS.get(unit, 1)  # people per household
    return [*names, decimals, unit, row["role"], row["pillar_or_block"]]


def _cell(code: str, language: Words) -> dict:
    cell = CELLS[code]
    label, unit = str(language.t(f"cell_{code}").unescape()).split("|")
    return {
        "table": cell.table,
        "column": cell.column,
        "decimals": cell.decimals,
        "keys": cell.keys,
        "label": label,
        "unit": unit,
    }


def _source_codes(content: Content) -> list[str]:
    return ["derived", *content.sources]


def names(content: Content) -> str:
    """Every place that has a page, most people first: code, name, state, level, country, other names."""
    abroad = sorted(content.abroad, key=lambda ref: (-(content.areas[ref]["population"] or 0), ref))
    return call("atlas.names", [_named(content, content.areas[ref]) for ref in (*content.mexican, *abroad)])


def _named(content: Content, area: Row) -> list:
    parent = content.areas.get(area["parent"])
    state = parent["name"] if parent and area["level"] == "local" and parent["name"] not in area["name"] else ""
    others = [name for name in content.other_names.get(area["ref_area"], []) if name not in plain(area["name"])]
    row = [area["ref_area"], area["name"], state, area["level"], area["country"]]
    return [*row, "|".join(others)] if others else row


def places(content: Content) -> dict[str, str]:
    """The data of every place that is shown, as files by name: places whose codes begin alike share one."""
    files = defaultdict(list)
    for ref in content.areas:
        files[ref[: -3 if len(ref) >= LONG else -2]].append(ref)
    sources = {code: position for position, code in enumerate(_source_codes(content))}
    return {f"{name}.js": _file(content, refs, sources) for name, refs in files.items()}


def _file(content: Content, refs: list[str], sources: dict[str, int]) -> str:
    """The places of one file. Of each indicator, the year, source and status that most of them have are written once."""
    noted = {ref: {row["indicator"]: row for row in content.values.get(ref, [])} for ref in refs}
    notes = {ref: {code: _note(row, sources) for code, row in rows.items()} for ref, rows in noted.items()}
    usual = {code: Counter(rows[code] for rows in notes.values() if code in rows) for code in content.indicators}
    usual = {code: count.most_common(1)[0][0] if count else None for code, count in usual.items()}
    places = {}
    for ref in refs:
        place = _place(content, content.areas[ref])
        place["v"] = [noted[ref][code]["obs_value"] if code in noted[ref] else None for code in content.indicators]
        other = {
            at: notes[ref][code] for at, code in enumerate(content.indicators) if notes[ref].get(code) not in (None, usual[code])
        }
        places[ref] = place | ({"x": other} if other else {})
    return call("atlas.areas", list(usual.values()), places)


def _note(row: Row, sources: dict[str, int]) -> tuple[int, int, str]:
    return row["time_period"], sources.get(row["source"], 0), row["obs_status"]


def _place(content: Content, area: Row) -> dict:
    ref = area["ref_area"]
    parent = content.areas.get(area["parent"])
    place = {
        "n": area["name"],
        "c": area["country"],
        "l": area["level"],
        "at": [_near(area["longitude"]), _near(area["latitude"])],
    }
    if parent and area["level"] == "local":
        place["p"] = parent["name"]
    if ref in content.with_page:
        place["g"] = 1
    level = content.levels.get(ref)
    if level and level["development_level"] is not None:
        place["dl"] = [_rounded(level[column], "dl") for column in LEVELS]
    score = content.scores.get(ref) if area["country"] == HOME else None  # two countries' standings do not compare
    if score and score["score"] is not None:
        place["sc"] = [score["score"], score["score_low"], score["score_high"]]
        pillars = content.pillar_scores.get(ref, {})
        place["ps"] = [_rounded((pillars.get(code) or {}).get("score"), "ps") for code in content.labels_of("pillars")]
    if ref in content.mirrors:
        place["m"] = {row["counterpart_area"]: _pair(content, row) for row in content.mirrors[ref]}
    if ref in content.other_lenses:
        place["o"] = {
            lens: [[other, content.areas[other]["name"], content.areas[other]["country"]] for other in others]
            for lens, others in content.other_lenses[ref].items()
        }
    return place


def _pair(content: Content, row: Row) -> list:
    """A pair as its pages show it; atlas.js unpacks it."""
    parts, other = content.blocks_of_pair[row["ref_area"], row["counterpart_area"]], content.areas[row["counterpart_area"]]
    return [
        other["name"],
        other["country"],
        row["position"] or 0,
        row["rank_in_country"],
        _rounded(row["distance"], "md"),
        _rounded(row["nearer_at_home"], "ms"),
        _rounded(row["inclusion_probability"], "mp"),
        TIERS.index(row["tier"]),
        int(is_listed(row)),
        *(_rounded((parts.get(block) or {}).get("distance_squared"), "mb") for block in content.blocks),
    ]


def explored(content: Content) -> str:
    """All Mexican places with what the map and the table show, column by column."""
    pillars = list(content.labels_of("pillars"))
    rows = [_explored(content, ref, pillars) for ref in content.mexican]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return call("atlas.explore", columns)


def _explored(content: Content, ref: str, pillars: list[str]) -> dict:
    area, score = content.areas[ref], content.scores.get(ref) or {}
    parent = content.areas.get(area["parent"])
    first = content.first(ref)
    other = content.areas[first["counterpart_area"]] if first else None
    own = content.pillar_scores.get(ref, {})
    row = {
        "ref_area": ref,
        "name": area["name"],
        "state": parent["name"] if parent else "",
        "level": area["level"],
        "population": area["population"],
        "score": score.get("score"),
        "score_low": score.get("score_low"),
        "score_high": score.get("score_high"),
        "rank": score.get("rank_in_country"),
        "rank_low": score.get("rank_in_country_low"),
        "rank_high": score.get("rank_in_country_high"),
        "mirror": first["counterpart_area"] if first else None,
        "mirror_name": other["name"] if other else None,
        "mirror_country": other["country"] if other else None,
        "nearer": _rounded(first["nearer_at_home"], "ms") if first else None,
        "certainty": _rounded(first["inclusion_probability"], "mp") if first else None,
        "no_close_mirror": bool((content.verdicts.get(ref) or {}).get("no_close_mirror")),
    }
    row |= {f"pillar {pillar}": _rounded((own.get(pillar) or {}).get("score"), "ps") for pillar in pillars}
    risks = {risk["risk"]: risk["percentile"] for risk in content.risks.get(ref, [])}
    return row | {f"risk {risk}": _rounded(risks.get(risk), "rp") for risk in content.risk_codes}


def _near(degrees: float | None) -> float | None:
    """A place of the map, to some ten metres."""
    return None if degrees is None else round(degrees, 4)


def _rounded(value: float | None, code: str) -> float | None:
    """A number as it is shown, where no order depends on it."""
    return None if value is None else float(f"{value:.{CELLS[code].decimals}f}")
