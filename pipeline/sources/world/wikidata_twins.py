"""Twinned places of Mexico: Wikidata's property P190, asked by SPARQL (results in JSON).

One row per pair: the Mexican item, its twin, the country of each (ISO alpha-3), names and coordinates. A place with
several coordinates or labels appears in several rows: the first one counts. Areas are items (``WD-Q1234``); which of our
areas an item is, is not decided here. ``twins`` is the list of twins of a place, joined by ``;``. Pairs
within Mexico are kept; a place twinned with itself is an error of the source and is left out of the list.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import observations, refuse_cells, require_columns, require_files, to_numbers
from schemas.catalogue import register

FILE = "wikidata_p190_mexico.json"
COLUMNS = ["item", "iso", "name", "lat", "lon", "other", "otherIso", "otherName", "otherLat", "otherLon"]
ITEM = r"http://www\.wikidata\.org/entity/(Q\d+)"
SIDES = {"": "item iso name lat lon", "other": "other otherIso otherName otherLat otherLon"}
LIMITS = {"lat": 90, "lon": 180}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, country and point of every place, and the twins of each Mexican one."""
    (path,) = require_files(Path(folder), FILE)
    table = _table(path)
    places = pd.concat([_side(table, names.split()) for names in SIDES.values()]).drop_duplicates("ref_area")
    refuse_cells(
        ~places["iso"].isin(register("countries")["iso3"]), places["iso"].rename("iso"), path, "is no country of countries.csv",
        places["source_row"].to_numpy(),
    )  # fmt: skip
    base = places[["ref_area", "source_row"]].assign(source_file=path.name, time_period=int(vintage))
    pairs = table[table["item"] != table["other"]]
    twins = ("WD-" + pairs["other"]).groupby("WD-" + pairs["item"]).agg(lambda names: ";".join(sorted(set(names))))
    rows = table.drop_duplicates("item").set_index("item")["source_row"]
    listed = pd.DataFrame({"ref_area": twins.index, "obs_text": twins.to_numpy(), "variable": "twins"})
    listed = listed.assign(source_row=rows.reindex(twins.index.str[3:]).to_numpy(), source_file=path.name)
    return observations(
        [
            base.assign(variable="name", obs_text=places["name"]),
            base.assign(variable="country", obs_text=places["iso"]),
            base.assign(variable="latitude", obs_value=_degrees(places, "lat", path)),
            base.assign(variable="longitude", obs_value=_degrees(places, "lon", path)),
            listed.assign(time_period=int(vintage)),
        ]
    )


def _table(path: Path) -> pd.DataFrame:
    """The bindings as text, items as their codes; ``source_row`` is the position of the pair."""
    try:
        rows = json.loads(path.read_bytes())["results"]["bindings"]
        table = pd.DataFrame([{name: str(cell["value"]) for name, cell in row.items()} for row in rows])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(path, f"is no result of SPARQL in JSON ({error!r})") from error
    require_columns(table, COLUMNS, path)
    positions = np.arange(1, len(table) + 1)
    for name in COLUMNS:
        refuse_cells(table[name].isna() | (table[name] == ""), table[name], path, "is missing", positions)
    for name in ("item", "other"):
        refuse_cells(~table[name].str.fullmatch(ITEM), table[name], path, "is no item of Wikidata", positions)
        table[name] = table[name].str.extract(ITEM)[0]
    return table.assign(source_row=positions)


def _side(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    side = table[[*names, "source_row"]].set_axis(["item", "iso", "name", "lat", "lon", "source_row"], axis=1)
    return side.assign(ref_area="WD-" + side["item"])


def _degrees(places: pd.DataFrame, name: str, path: Path) -> pd.Series:
    rows = places["source_row"].to_numpy()
    values = to_numbers(places[name], path, rows)["obs_value"]
    refuse_cells(~values.abs().le(LIMITS[name]), places[name], path, "is not a coordinate in degrees", rows)
    return values.round(5)
