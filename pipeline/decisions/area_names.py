"""What areas a name or a code means: accents and capitals do not count, a state or country may stand behind a comma.

An area is a row of ``reference_areas`` as a dict. Which of several is meant is not decided here.
"""

import difflib
import unicodedata
from functools import cache

from schemas.catalogue import rows


@cache
def plain(name: str) -> str:
    """A name without accents and capitals."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)).strip()


def areas_named(text: str, areas: list[dict]) -> list[dict]:
    """The areas of that code or name; behind a comma may stand the state or the country (its code or either name)."""
    codes = [area for area in areas if area["ref_area"].casefold() == text.strip().casefold()]
    if codes:
        return codes
    whole = plain(text)
    found = [area for area in areas if whole in area["names"]]
    if not found and "," in text:
        name, place = (plain(part) for part in text.rsplit(",", 1))
        found = [area for area in areas if name in area["names"] and place in area["within"]]
    if not found:
        known = sorted({name for area in areas for name in area["names"]})
        near = difflib.get_close_matches(whole, known, n=3)
        raise ValueError(f"{text}: no area has this name" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return found


def with_names(areas: list[dict]) -> list[dict]:
    """The areas of a release with the plain ``names`` each answers to, and what it lies ``within``."""
    countries = {row["iso3"]: (row["name_en"], row["name_es"]) for row in rows("countries")}
    states = {area["ref_area"]: area["name"] for area in areas}
    return [area | {"names": _names(area), "within": _within(area, countries, states)} for area in areas]


def _names(area: dict) -> set[str]:
    base = area["name"].split(",")[0]
    parts = base.split("-") if area["level"] == "metro" else [base.removesuffix(" County").removesuffix(" Parish")]
    return {plain(text) for text in (area["name"], base, *parts)}


def _within(area: dict, countries: dict[str, tuple[str, str]], states: dict[str, str]) -> set[str]:
    outside = [area["country"], *countries[area["country"]], *area["name"].split(",")[1:]]
    if isinstance(area["parent"], str):
        outside += [states[area["parent"]], area["parent"][-2:]]
    return {plain(text) for text in outside}
