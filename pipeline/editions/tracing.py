"""Walks a published value back to formula, source file, hash and row, with nothing but the release.

The queries are in ``trace``; the keys they follow stand in ``indicator_values``, ``used_observations``, ``derivations`` and
``sources``. What a value means does not belong here.
"""

import difflib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pandas as pd

from pipeline.decisions.area_names import areas_named, areas_of, meant
from pipeline.foundation import query

Line = tuple[int, str]  # how deep, and the text
Ask = Callable[..., pd.DataFrame]  # ask("value", ref_area=..., ...): the rows of trace/value.sql
SCORE = "development_score"


class TraceError(ValueError):
    """Nothing of that name is published of the area: says what is."""


def trace(folder: Path, ref_area: str, name: str) -> list[Line]:
    """What stands behind a value of ``ref_area``: an indicator, a pillar, ``development_score``, or the distance of a mirror."""
    with query.connect() as connection:
        for path in sorted((folder / "parquet").glob("*.parquet")):
            connection.read_parquet(str(path)).create_view(path.stem)

        def ask(sql: str, **parameters) -> pd.DataFrame:
            text = query.text(f"editions/trace/{sql}")
            return connection.execute(text, parameters).df()

        kinds = {SCORE: (_score(ask, ref_area),)}.get(
            name, (_value(ask, ref_area, name), _pillar(ask, ref_area, name), _mirror(ask, ref_area, name))
        )
        lines = list(chain.from_iterable(kinds))
    if not lines:
        raise TraceError(
            f"{name} of {ref_area} is not published; give the code of an area and an indicator, a pillar, {SCORE}, or the code "
            "of one of its mirrors"
        )
    return lines


def codes_of(folder: Path, area: str, name: str) -> tuple[str, str]:
    """The codes that are meant by an area and by what is asked of it, each a code or a name; says which is not known."""
    with query.connect() as connection:
        for table in ("reference_areas", "mirrors", "indicators", "pillars"):
            connection.read_parquet(str(folder / "parquet" / f"{table}.parquet")).create_view(table)
        asked = connection.execute("select indicator from indicators union all select pillar from pillars").fetchall()
        known = [SCORE, *(code for (code,) in asked)]
        areas = areas_of(connection)
        own = _only(area, meant(areas_named(area, areas)))
        if name in known:
            return own["ref_area"], name
        sql = "select distinct counterpart_area from mirrors where ref_area = ?"
        others = {code for (code,) in connection.execute(sql, [own["ref_area"]]).fetchall()}
    try:
        found = areas_named(name, [other for other in areas if other["level"] == own["level"]])
    except ValueError as error:
        near = difflib.get_close_matches(name, known, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise TraceError(f"{name} is no indicator, no pillar, not {SCORE}, and no area of the level{hint}") from error
    pairs = [other for other in found if other["ref_area"] in others]
    if not pairs:
        raise TraceError(
            f"{own['name']} ({own['ref_area']}) and {name} are no published pair; see mirrors_of('{own['ref_area']}')"
        )
    return own["ref_area"], _only(name, pairs)["ref_area"]


def _only(text: str, areas: list[dict]) -> dict:
    if len(areas) > 1:
        codes = ", ".join(f"{area['ref_area']} {area['name']}" for area in areas[:8])
        raise TraceError(f"{text} can mean {len(areas)} areas; say the code, or the state behind a comma: {codes}")
    return areas[0]


def _value(ask: Ask, ref_area: str, indicator: str, depth: int = 0) -> Iterator[Line]:
    """An indicator value, its formula and both of its sides."""
    for row in ask("value", ref_area=ref_area, indicator=indicator).itertuples():
        yield (
            depth,
            f"{indicator} of {ref_area} {row.name} = {_number(row.obs_value)} {row.unit_measure}, {row.time_period}, status "
            f"{row.obs_status}, covers {row.coverage:.1%} of its people",
        )
        yield depth + 1, f"{row.label_es} / {row.label_en}"
        yield depth + 1, f"formula {row.formula}: {_formula(row)}"
        yield from _behind(ask, row, depth + 1)


def _formula(row) -> str:
    scale, sides = f"{_number(row.scale)} x ", f"{_number(row.numerator)} / {_number(row.denominator)}"
    if row.formula not in ("growth", "loss"):
        return scale + sides
    own = pd.notna(row.denominator_period)  # a parent has the years of its members
    years = row.time_period - row.denominator_period if own else "years"
    growth = f"({sides}) ^ (1 / {years})"
    return f"{scale}({growth} - 1)" if row.formula == "growth" else f"{scale}max(0, 1 - {growth})"


def _behind(ask: Ask, row, depth: int) -> Iterator[Line]:
    if row.formula in ("country_share", "country_rank"):
        yield from _standing(ask, row, depth)
    elif pd.isna(row.numerator_variables):
        yield from _members(ask, row, depth)
    else:
        yield from _side(ask, row, "numerator", row.source, row.time_period, depth)
        if pd.notna(row.denominator_variables):
            yield from _side(ask, row, "denominator", row.denominator_source, int(row.denominator_period), depth)


def _standing(ask: Ask, row, depth: int) -> Iterator[Line]:
    country = ask("country", ref_area=row.ref_area, indicator=row.numerator_formula).iloc[0]
    among = f"{int(country.areas)} areas of {row.country} at level {row.level}"
    yield depth, f"{among} add up to {_number(country.total)}; {int(country.ahead)} are ahead"
    yield from _value(ask, row.ref_area, row.numerator_formula, depth)


def _members(ask: Ask, row, depth: int) -> Iterator[Line]:
    """A parent: each member's sides, and the observations behind them."""
    members = ask("members", ref_area=row.ref_area, indicator=row.indicator)
    how = "mean of members, weighted by their people" if row.formula == "value" else "sum of members"
    yield depth, f"{how}: {len(members)} of them have the figure"
    for member in members.itertuples():
        weight = f", {_number(member.people)} people" if row.formula == "value" else ""
        yield depth + 1, f"{member.ref_area} {member.name}: {_number(member.numerator)} / {_number(member.denominator)}{weight}"
        value = ask("value", ref_area=member.ref_area, indicator=member.indicator)
        for own in value.itertuples():
            yield from _behind(ask, own, depth + 2)


def _side(ask: Ask, row, side: str, source: str, period: int, depth: int) -> Iterator[Line]:
    """A numerator or denominator and the rows of the files that it was read from."""
    variables = getattr(row, f"{side}_variables")
    first_year = int(row.denominator_period) if row.formula in ("growth", "loss") else period
    found = ask(
        "observations",
        ref_area=row.ref_area, formula=row.formula, source=source, time_period=period, variables=variables,
        first_year=first_year,
    )  # fmt: skip
    shared = f", shared equally by {found['ref_area'].nunique()} areas" if found["ref_area"].nunique() > 1 else ""
    yield depth, f"{side} {_number(getattr(row, side))} = {variables.replace('+', ' + ')}{shared}"
    for observation in found.itertuples():
        yield depth + 1, _observation(observation)
        if observation.source == "derived":
            yield from _derivation(ask, observation, depth + 2)


def _observation(row) -> str:
    read = f"{row.variable} of {row.ref_area} in {row.time_period} = {_number(row.obs_value)}"
    if row.source == "derived":
        return f"{read}, derived, status {row.obs_status}"
    place = f"{row.source_file}, row {row.source_row}, {row.publisher_code}"
    return f"{read}: {row.source} {row.vintage}, {place}, sha256 {row.sha256}"


def _derivation(ask: Ask, observation, depth: int) -> Iterator[Line]:
    """The formula of a derived observation, the figures that went in, and the files of the points and outlines."""
    for formula in ask("derivation", variable=observation.variable).itertuples():
        yield depth, f"{formula.formula} ({formula.computed_by})"
        inputs = {"inputs": formula.inputs, "ref_area": observation.ref_area}
        for row in ask("inputs", **inputs, time_period=observation.time_period).itertuples():
            yield depth + 1, _observation(row)
        for file in ask("files", inputs=formula.inputs).itertuples():
            yield depth + 1, f"{file.source} {file.vintage}, {file.source_file}, sha256 {file.sha256}"


def _pillar(ask: Ask, ref_area: str, pillar: str, depth: int = 0) -> Iterator[Line]:
    """A pillar: each outcome between its goalposts, and what is behind the outcome."""
    scores = ask("score", ref_area=ref_area).query("pillar == @pillar")
    for score in scores.itertuples():
        outcomes = ask("pillar", ref_area=ref_area, pillar=pillar)
        yield depth, f"{pillar} of {ref_area} = {_number(score.score)}, coverage {score.coverage:.1%}"
        yield depth + 1, f"weighted mean of {len(outcomes)} outcomes between their goalposts, 0 to 100"
        for row in outcomes.itertuples():
            posts = (row.lower, row.upper) if row.direction > 0 else (row.upper, row.lower)
            between = f"0 at {_number(posts[0])}, 100 at {_number(posts[1])}"
            yield depth + 1, f"{row.indicator}: {_number(row.score)}, weight {row.weight:g}; {_number(row.value)}, {between}"
            yield from _value(ask, ref_area, row.indicator, depth + 2)


def _score(ask: Ask, ref_area: str) -> Iterator[Line]:
    """A development score: its pillars and all that is behind them."""
    for row in ask("development", ref_area=ref_area).itertuples():
        yield 0, f"{SCORE} of {ref_area} {row.name} = {_number(row.score)}, coverage {row.coverage:.1%}"
        yield 1, "weighted geometric mean of the pillars, none taken below 1"
        for pillar in ask("score", ref_area=ref_area).itertuples():
            yield 1, f"weight {pillar.weight:g}"
            yield from _pillar(ask, ref_area, pillar.pillar, 2)


def _mirror(ask: Ask, ref_area: str, counterpart_area: str) -> Iterator[Line]:
    """The distance of a mirror under each lens: what each feature adds to its square."""
    parts = ask("mirror", ref_area=ref_area, counterpart_area=counterpart_area)
    for lens, rows in parts.groupby("lens", sort=True):
        first = rows.iloc[0]
        yield (
            0,
            f"{lens}: distance of {ref_area} and {counterpart_area} = {_number(first.distance)}, its square "
            f"{_number(first.distance_squared)}, number {first.rank_in_country} of its country",
        )
        yield 1, "square = sum of weight x ((z - z of the counterpart)^2 + both variances); variance 0 is known, else expected"
        for row in rows.itertuples():
            both = f"({row.z:.4f} - {row.z_counterpart:.4f})^2 + {row.variance:.4f} + {row.variance_counterpart:.4f}"
            yield 2, f"{row.block} {row.indicator} {row.frame}: {row.part:.6f} = {row.weight:.6f} x ({both})"


def _number(value: float) -> str:
    return f"{value:.15g}"
