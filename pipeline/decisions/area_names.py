"""What areas a name or a code means: accents and capitals do not count, a state or country may stand behind a comma.

An area is a row of ``reference_areas`` as a dict. The names that each answers to are the table ``place_names``, which the macros
and the finder of the atlas read too. Which of several areas of one level is meant is not decided here.
"""

import difflib
import re
import unicodedata
from functools import cache

from schemas.catalogue import methodology, rows

LEVELS = ("local", "metro", "state")  # a bare name means the municipality, else the metropolis, else the state
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})  # that Unicode does not take apart


@cache
def plain(name: str) -> str:
    """A name without accents and capitals."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(LETTERS).strip()


def areas_named(text: str, areas: list[dict]) -> list[dict]:
    """The areas of that code or name; behind a comma may stand the state or the country (its code or either name).

    A Mexican code may lack its MX-.
    """
    code = text.strip().casefold()
    codes = [area for area in areas if area["ref_area"].casefold() in (code, f"mx-{code}")]
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


def meant(found: list[dict]) -> list[dict]:
    """Of the areas of a name those that a bare name means: Mexican before foreign, and of these the first level that bears it.

    Abroad it is the first level at which one area alone bears it, if there is one: Houston is the metropolis, not a county.
    """
    home = methodology()["areas"]["home"]
    own = [area for area in found if area["country"] == home]
    levels = [[area for area in own or found if area["level"] == level] for level in LEVELS]
    levels = [areas for areas in levels if areas]
    alone = [areas for areas in levels if len(areas) == 1]
    return (alone if alone and not own else levels)[0]


def areas_of(release) -> list[dict]:
    """The areas of a release, by an open DuckDB connection, as ``with_names`` gives them."""
    columns = ("ref_area", "name", "level", "country", "parent")
    sql = f"select {', '.join(columns)} from reference_areas where name is not null order by ref_area"
    return with_names([dict(zip(columns, row, strict=True)) for row in release.execute(sql).fetchall()])


def with_names(areas: list[dict]) -> list[dict]:
    """The areas of a release with the plain ``names`` each answers to, and what it lies ``within``."""
    countries = {row["iso3"]: (row["name_en"], row["name_es"]) for row in rows("countries")}
    aliases = {}
    for row in rows("area_aliases"):
        aliases.setdefault((row["country"], row["meant"]), set()).add(row["alias"])
    named = [area | {"names": _names(area, aliases)} for area in areas]
    states = {area["ref_area"]: {area["name"], *area["names"]} for area in named}
    return [area | {"within": _within(area, countries, states)} for area in named]


def _names(area: dict, aliases: dict[tuple[str, str], set[str]]) -> set[str]:
    base = area["name"].split(",")[0]
    parts = base.split("-") if area["level"] == "metro" else [base.removesuffix(" County").removesuffix(" Parish")]
    parts += re.split(r"[/()]", base) if re.search(r"[/(]", base) else []
    own = {plain(text) for text in (area["name"], base, *parts)} - {""}
    keys = [(area["country"], meant) for meant in (*sorted(own), area["ref_area"])]
    return own.union(*(aliases.get(key, ()) for key in keys))


def _within(area: dict, countries: dict[str, tuple[str, str]], states: dict[str, set[str]]) -> set[str]:
    outside = [area["country"], *countries[area["country"]], *area["name"].split(",")[1:]]
    if isinstance(area["parent"], str):
        outside += [*sorted(states.get(area["parent"], ())), area["parent"][-2:]]
    return {plain(text) for text in outside}
