"""Checks that a specification asks for: codes of areas, rules about rows, totals; each refusal names row, column, value.

Rules are made once the rows are in the database. Keys and their meaning belong to ``specifications.py``.
"""

import re

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.laid_out import Sheet, checked, columns_of, quoted
from pipeline.sources.specifications import Check, Table

CELL = "correct or quarantine the cell"


def check_areas(connection, table: Table, sheet: Sheet) -> None:
    """Every row that is observed is about one known area, and a wide table has each area once a year."""
    area = table.area
    column = area.column or next(iter(columns_of(area.code)), "area")
    if area.pattern:
        pattern = area.pattern.replace("'", "''")
        _refuse(
            connection, table, sheet, f"left_out or regexp_full_match(coalesce(area_code, ''), '{pattern}')",
            column, area.problem, shown="area_code",
        )  # fmt: skip
    if area.concordance:
        problem = "is not an area known here (schemas/area_concordance.csv)"
        _refuse(connection, table, sheet, "left_out or ref_area is not null", column, problem, shown="area_code")
    codes = list(dict.fromkeys(item.code for item in table.long if columns_of(item.code or "null")))
    keys = ", ".join(["left_out", "ref_area", "observed_year", *codes])
    once = f"left_out or row_number() over (partition by {keys} order by position) = 1"
    whose = "area_code" if area.concordance else "ref_area"
    shown, place = " || ', ' || ".join([whose, *codes]), ", ".join([column, *codes])
    problem = "the key stands twice" if codes else "the area stands twice"
    _refuse(connection, table, sheet, once, place, problem, shown=shown, advice="download the file again")


def check_rules(connection, table: Table, sheet: Sheet) -> None:
    """Every check of the table holds."""
    for check in table.check:
        for formula in checked(check):
            rule, problem, detail = _rule(check, formula)
            column = check.column or next(iter(columns_of(formula)), formula)
            plain = columns_of(formula) == (formula.strip('"'),)
            place = column if plain or check.column or check.rule else formula.replace('"', "")
            shown = "null" if check.rule else formula
            _refuse(connection, table, sheet, rule, place, check.problem or problem, shown=shown, detail=detail)


def _rule(check: Check, formula: str) -> tuple[str, str, str]:
    """The predicate of a check, what an error says, and SQL for a figure that it says at the end."""
    value = f"({formula})"
    if check.counts:
        return f"{value} >= 0 and {value} % 1 = 0", "is not a count", "null"
    if check.among:
        words = ", ".join("'" + str(word).replace("'", "''") + "'" for word in check.among)
        return f"{value}::varchar in ({words})", f"is none of {', '.join(map(str, check.among))}", "null"
    if check.pattern:
        pattern = check.pattern.replace("'", "''")
        return f"regexp_full_match({value}, '{pattern}')", "is not as expected", "null"
    if check.part_of:
        return f"{value} <= ({check.part_of})", f"is more than {check.part_of}", f"({check.part_of})"
    if check.equals:
        rule = f"abs({value} - ({check.equals})) <= ({check.tolerance})"
        return rule, "does not agree with its parts, which give", f"({check.equals})"
    if check.rule:
        return f"({check.rule})", "breaks a rule", "null"
    return _range(check, value)


def _range(check: Check, value: str) -> tuple[str, str, str]:
    low, high = (f"{limit:g}" if isinstance(limit, float | int) else limit for limit in (check.low, check.high))
    if check.high is None:
        return f"{value} >= ({check.low})", f"is below {low}", "null"
    if check.low is None:
        return f"{value} <= ({check.high})", f"is above {high}", "null"
    return f"{value} between ({check.low}) and ({check.high})", f"lies outside {low} to {high}", "null"


def _refuse(connection, table: Table, sheet: Sheet, rule: str, column: str, problem: str, *, shown, detail="null", advice=CELL):
    """Refuse the first row where the rule does not hold; a rule without an answer passes."""
    year = "year" if table.wide else "null"
    bad = connection.execute(
        f"select position, source_file, source_row, {year}, shown, detail from (select *, ({rule}) as holds,"
        f" ({shown})::varchar as shown, ({detail})::varchar as detail from {quoted(table.name)})"
        " where not holds order by position limit 1"
    ).fetchone()
    if bad is None:
        return
    position, file, row, in_year, value, more = bad
    if "ref_area" not in shown and shown != "area_code" and sheet.cells is not None and column in sheet.cells:
        value = sheet.cells[column].iloc[position]
    name = sheet.headers.get((column, str(in_year)), column)
    said = problem.replace('"', "") if more is None else f"{problem.replace(chr(34), '')}, {_figure(more)}"
    raise SourceError(file, re.sub(r"\b(give|to), ", r"\1 ", said), row=row, column=name, value=value, advice=advice)


def _figure(text: str) -> str:
    number = pd.to_numeric(text, errors="coerce")
    return text if pd.isna(number) else f"{number:,.10g}"


def check_totals(connection, table: Table, sheet: Sheet) -> None:
    """The figures add up to what the publisher prints."""
    for total in table.total:
        where = f" where {total.where}" if total.where else ""
        group = f"({total.by})::varchar" if total.by else "null"
        rows = connection.sql(
            f"select {group} as part, ({total.found})::double, ({total.published})::double, ({total.tolerance})::double"
            f" from {total.tables or quoted(table.name)}{where} group by part order by part"
        ).fetchall()
        for part, found, published, tolerance in rows:
            what = total.what if part is None else f"{total.what} of {part}"
            if published is None:
                raise SourceError(sheet.file, f"{what} has no published total")
            if found is None or not abs(found - published) <= (tolerance or 0):
                problem = f"{what} adds up to {found or 0:,.10g}, the published total is {published:,.10g}"
                raise SourceError(sheet.file, problem)
