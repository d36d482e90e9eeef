"""How a number of the release is written on a page, with what it takes to check it and to say where it comes from.

Each kind of figure is a row of CELLS: the column it comes from and its decimals. On a page a figure carries the code of its
kind (data-c). It, or what encloses it, carries what its key needs beside the page's own area: data-a another area, data-b
the counterpart, data-k the rest; and its year (data-y), its source (data-s), its interval (data-i). The four bars of a
mirror carry nothing: they are its blocks, in the order of the heading.
"""

from typing import NamedTuple

from markupsafe import Markup, escape


class Cell(NamedTuple):
    """A kind of figure: where it stands in the release, and with how many decimals it is shown."""

    table: str
    column: str
    decimals: int = 0
    keys: tuple[str, ...] = ("ref_area",)


PAIR = ("ref_area", "counterpart_area")
CELLS = {
    "pop": Cell("reference_areas", "population"),
    "cov": Cell("reference_areas", "matching_coverage", 2),
    "sc": Cell("development_scores", "score", 1),
    "rk": Cell("development_scores", "rank_in_country"),
    "nc": Cell("development_scores", "national_context_share", 2),
    "ps": Cell("pillar_scores", "score", 1, ("ref_area", "pillar")),
    "dl": Cell("development_levels", "development_level", 1),
    "di": Cell("development_levels", "income", 1),
    "ds": Cell("development_levels", "schooling", 1),
    "dh": Cell("development_levels", "health", 1),
    "dv": Cell("development_levels", "services", 1),
    "mr": Cell("mirrors", "position", 0, PAIR),
    "ms": Cell("mirrors", "nearer_at_home", 0, PAIR),
    "mp": Cell("mirrors", "inclusion_probability", 2, PAIR),
    "md": Cell("mirrors", "distance", 2, PAIR),
    "mc": Cell("mirrors", "coverage", 2, PAIR),
    "mb": Cell("mirror_blocks", "distance_squared", 2, (*PAIR, "block")),
    "vn": Cell("mirror_verdicts", "nearest_distance", 2),
    "vt": Cell("mirror_verdicts", "distance_limit", 2),
    "ks": Cell("key_sectors", "share", 1, ("ref_area", "sector")),
    "kq": Cell("key_sectors", "location_quotient", 2, ("ref_area", "sector")),
    "rv": Cell("structural_risks", "obs_value", 1, ("ref_area", "risk")),
    "rp": Cell("structural_risks", "percentile", 0, ("ref_area", "risk")),
    "va": Cell("validation", "value", 2, ("topic", "level", "lens", "subject", "measure")),
    "gn": Cell("marginalisation", "index_normalised", 3, ("ref_area", "time_period")),
    "gr": Cell("marginalisation", "rank", 0, ("ref_area", "time_period")),
    "lp": Cell("social_lag", "percentile", 1, ("ref_area", "time_period")),
    "nd": Cell("nominated_pairs", "distance", 2, PAIR),
    "nr": Cell("nominated_pairs", "rank", 0, PAIR),
    "nn": Cell("nominated_pairs", "candidates", 0, PAIR),
    "nk": Cell("nominated_pairs", "rank_in_country", 0, PAIR),
    "nl": Cell("nominated_pairs", "candidates_in_country", 0, PAIR),
    "iv": Cell("indicator_values", "obs_value", 1, ("ref_area", "indicator")),
}
BLOCKS = ("size", "vocation", "geography", "challenges")
CELLS |= {f"n_{block}": Cell("nominated_pairs", block, 2, PAIR) for block in BLOCKS}
DECIMALS = {"persons": 0, "rank": 0, "m": 0, "km": 0, "destinations": 0, "index": 3, "standard units": 2, "% a year": 2}
DECIMALS |= {"days": 0, "m³ per person a year": 0}
DECIMALS |= {"national currency": 0, "international dollars": 0, "0 none, 1 state, 2 nation": 0}


def number(value: float, decimals: int = 0) -> str:
    """A number as Mexico and the English-speaking world write it, with a true minus sign."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def figure(code: str, row: dict | None, missing: str = "—", decimals: int | None = None, tag: str = "span", **known) -> Markup:
    """A figure of a row of the release; ``known`` is the rest of its key, its year (y), source (s), interval (i)."""
    cell = CELLS[code]
    value = row[cell.column] if row else None
    end = "" if tag == "td" else f"</{tag}>"  # a cell of a table ends where the next begins
    if value is None:
        return Markup(f'<{tag} class="na">{escape(missing)}{end}')
    about = "".join(f' data-{name}="{escape(text)}"' for name, text in known.items() if text is not None)
    return Markup(f'<{tag} data-c="{code}"{about}>{number(value, cell.decimals if decimals is None else decimals)}{end}')


def interval(low: float | None, high: float | None, decimals: int = 0) -> str | None:
    """The two ends of a 5-95 % interval as one text."""
    return None if low is None or high is None else f"{number(low, decimals)}–{number(high, decimals)}"
