"""The page of a place abroad: the Mexican places that have it as a mirror."""

from collections.abc import Iterator

from pipeline.site import maps
from pipeline.site.content import Content, Row, is_listed
from pipeline.site.figures import figure
from pipeline.site.words import Words


def counterparts(content: Content, words: Words) -> Iterator[tuple[str, str, dict]]:
    """Address, template and content of the page of every counterpart."""
    for ref_area in content.abroad:
        yield f"area/{ref_area}.html", "counterpart.html", counterpart(content, words, ref_area)


def counterpart(content: Content, words: Words, ref_area: str) -> dict:
    """All that a counterpart's page shows."""
    area, all_pairs = content.areas[ref_area], content.mirror_of.get(ref_area, [])
    pairs = [row for row in all_pairs if is_listed(row)]
    proposed = [row["ref_area"] for row in content.nominated if row["counterpart_area"] == ref_area]
    names = [content.areas[ref]["name"] for ref in ([row["ref_area"] for row in pairs[:3]] or proposed)]
    country = words.country(content, area["country"])
    said = {"place": area["name"], "country": country, "names": words.listing(names)}
    back = [{"counterpart_area": row["ref_area"], "tier": row["tier"]} for row in pairs]
    back = back or [{"counterpart_area": own, "tier": None} for own in proposed]
    return {
        "area": area,
        "country": country,
        "kind": words.t(f"kind_abroad_{area['level']}"),
        "plural": words.t(f"plural_{area['level']}"),
        "lead": words.t("counterpart_lead" if pairs else "counterpart_proposed", **said),
        "title": words.t("counterpart_page", place=area["name"], edition=content.edition),
        "description": words.t("counterpart_lead" if pairs else "counterpart_proposed", **said),
        "cited": words.t("counterpart_cited", place=area["name"], code=ref_area),
        "map": maps.of_mirrors(area, back, content.areas),
        "more": len(all_pairs) - len(pairs),
        "sure": content.has_confidence,
        "proposed": [content.areas[ref] for ref in proposed],
        "rows": [_row(content, row) for row in pairs],
    }


def _row(content: Content, row: Row) -> dict:
    area = content.areas[row["ref_area"]]
    parent = content.areas.get(area["parent"])
    return {
        "ref": row["ref_area"],
        "name": area["name"],
        "state": parent["name"] if parent and area["level"] == "local" else "",
        "tier": row["tier"],
        "nearer": figure("ms", row, tag="td"),
        "rank": figure("mr", row, tag="td"),
    }
