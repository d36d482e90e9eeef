"""The pages of which there is one: front door, explore pages, nominated pairs, method, sources, data, changes."""

from collections.abc import Iterator

from pipeline.site import maps
from pipeline.site.content import OVERALL, Content, Row
from pipeline.site.figures import BLOCKS, figure, number
from pipeline.site.words import Words
from schemas import models

EXAMPLES = ("MX-31050", "MX-02004", "MX-19039", "MX-20067", "MX-23005", "MX-09007")  # places that readers may know
LEVELS = ("local", "metro", "state")
CONFIDENCE = ("share_with_firm_mirror", "share_with_likely_mirror", "share_without_close_mirror")  # of validation
CHANGES = (
    ("mirror_changes", "status", "lens = 'overall'"),
    ("edition_changes", "cause", "kind = 'score' and ref_area like 'MX-%'"),
)  # table, column whose kinds are counted, and of which rows
WHOLE = ("mirror_cities.duckdb", "mirror_cities.xlsx")  # files of a release that hold all tables, or the most asked for
NAMED = 3  # countries that are named rather than counted
SUPPORTED = {"supported": "yes", "near": "near", "not near": "no"}
SCRIPTED = ("map", "table", "pair")  # pages that scripts fill


def pages(content: Content, words: Words) -> Iterator[tuple[str, str, dict]]:
    """Address, template and content of every page of which there is one."""
    makers = {
        "index": _front,
        "nominated": _nominated,
        "method": _method,
        "sources": _sources,
        "data": _data,
        "changes": _changes,
    }
    for name in (*makers, *SCRIPTED):
        title, about = words.t(f"{name if name != 'index' else 'front'}_title"), f"{name if name != 'index' else 'front'}_lead"
        head = {
            "title": words.t("page_title", page=title, edition=content.edition),
            "description": words.t(about, edition=content.edition),
            "cited": title,
        }
        yield f"{name}.html", f"{name}.html", head | makers.get(name, _nothing)(content, words)


def _nothing(content: Content, words: Words) -> dict:
    return {}


def _front(content: Content, words: Words) -> dict:
    own = [content.areas[ref] for ref in content.mexican]
    counts = {level: sum(area["level"] == level for area in own) for level in ("local", "metro", "state")}
    countries = sorted({words.country(content, content.areas[ref]["country"]) for ref in content.mirror_of})
    states = sorted((area for area in own if area["level"] == "state"), key=lambda area: area["ref_area"])
    return {
        "counts": counts | {"abroad": len(content.mirror_of)},
        "countries": words.listing(countries) if len(countries) <= NAMED else words.t("front_countries", n=len(countries)),
        "examples": [content.areas[ref] for ref in EXAMPLES if ref in content.areas],
        "map": maps.of_firsts(content, [area["ref_area"] for area in own if area["level"] == "metro"]),
        "pairs": _pairs(content, words)[:4],
        "states": states,
    }


def _nominated(content: Content, words: Words) -> dict:
    return {"pairs": _pairs(content, words)}


def _pairs(content: Content, words: Words) -> list[dict]:
    return [_pair(content, words, row) for row in content.nominated]


def _pair(content: Content, words: Words, row: Row) -> dict:
    own, other = content.areas[row["ref_area"]], content.areas[row["counterpart_area"]]
    known = {"a": own["ref_area"], "b": other["ref_area"]}
    usual = content.usual_blocks
    return {
        "ref": own["ref_area"],
        "other": other["ref_area"],
        "name": own["name"],
        "other_name": other["name"],
        "country": words.country(content, other["country"]),
        "who": words.t(f"who_{row['proposed_by']}", fallback=row["proposed_by"]),
        "verdict": words.t(f"verdict_{row['verdict']}", fallback=row["verdict"]),
        "mark": SUPPORTED.get(row["verdict"], "unknown"),
        "text": row.get(f"text_{words.language}"),
        "tier": row.get("tier"),
        "distance": figure("nd", row, **known),
        "rank": figure("nr", row, **known),
        "candidates": figure("nn", row, **known),
        "rank_in_country": figure("nk", row, **known),
        "candidates_in_country": figure("nl", row, **known),
        "blocks": [
            {
                "label": words.label(label),
                "width": round(min((row[block] or 0) / (usual.get((own["level"], block)) or 1) / 2, 1) * 100),
                "figure": figure(f"n_{block}", row, tag="td", **known),
            }
            for block, label in content.blocks.items()
            if block in BLOCKS and block in row
        ],
    }


def _method(content: Content, words: Words) -> dict:
    lenses = [row for row in content.rows("lenses") if row["lens"] == "overall"]
    blocks = {row["block"]: row["weight"] for row in lenses}
    labels = content.labels_of("blocks") | content.labels_of("pillars")
    pillars = {code: row["weight"] for code, row in content.labels_of("pillars").items()}
    groups = {}
    for row in content.indicators.values():
        groups.setdefault(row["pillar_or_block"], []).append({"label": words.label(row), "unit": words.unit(row["unit_measure"])})
    return {
        "levels": LEVELS,
        "confidence": _confidence(content),
        "blocks": _weights(words, blocks, labels),
        "pillars": _weights(words, pillars, labels),
        "groups": [
            {"label": words.label(labels[code]) if code in labels else words.t(f"group_{code}", fallback=code), "rows": rows}
            for code, rows in groups.items()
        ],
    }


def _confidence(content: Content) -> list[dict]:
    """How sure the mirrors of each level are, as the table validation says."""
    where = f"topic = 'confidence' and lens = '{OVERALL}' and measure in ({', '.join(map(repr, CONFIDENCE))})"
    found = {(row["measure"], row["level"]): row for row in content.rows("validation", "measure level value", where=where)}
    rows = [{"measure": measure, "cells": [found.get((measure, level)) for level in LEVELS]} for measure in CONFIDENCE]
    return [row for row in rows if any(row["cells"])]


def _weights(words: Words, weights: dict[str, float], labels: dict[str, Row]) -> list[dict]:
    total, most = sum(weights.values()), max(weights.values())
    return [
        {
            "label": words.label(labels[code]) if code in labels else code,
            "width": round(100 * weight / most),
            "weight": f"{number(100 * weight / total)} %",
        }
        for code, weight in weights.items()
        if weight
    ]


def _sources(content: Content, words: Words) -> dict:
    rows = content.sources.values()
    return {"sources": [row | {"safe": row["url"].startswith(("https://", "http://"))} for row in rows]}


def _data(content: Content, words: Words) -> dict:
    tables = []
    for name in content.tables:
        told = words.t(f"table_{name}", fallback="")
        kinds = [("Parquet", f"parquet/{name}.parquet"), ("CSV", f"csv/{models.csv_file(name)}")]
        files = [
            {"kind": kind, "path": path, "size": _size(content.sizes[path])} for kind, path in kinds if path in content.sizes
        ]
        text = told or content.description(name)
        tables.append({"name": name, "text": text, "foreign": not told, "rows": content.count(name), "files": files})
    whole = {name: _size(content.sizes[name]) for name in WHOLE if name in content.sizes}
    return {"tables": tables, "whole": whole}


def _size(size: int) -> str:
    return f"{number(size / 1e6, 1)} MB" if size >= 1e5 else f"{number(max(size / 1e3, 1))} kB"


def _changes(content: Content, words: Words) -> dict:
    tables = [_counted(content, words, table, column, where) for table, column, where in CHANGES]
    return {"document": content.has_changes, "tables": [table for table in tables if table["rows"]]}


def _counted(content: Content, words: Words, table: str, column: str, where: str) -> dict:
    """How many rows of a table there are of each kind and level."""
    counts = content.counts(table, column, where)
    cells = {kind: [counts.get((kind, level), 0) for level in LEVELS] for kind in dict.fromkeys(kind for kind, _ in counts)}
    order = sorted(cells, key=lambda kind: (-sum(cells[kind]), kind))
    rows = [[words.t(f"change_{kind.replace(' ', '_')}", fallback=kind), *map(number, cells[kind])] for kind in order]
    return {"title": words.t(f"changes_{table}"), "heads": [words.t(f"plural_{level}") for level in LEVELS], "rows": rows}
