"""Reads plain tables as a specification says: cells to numbers, formulas in SQL, rules and totals to observations.

Formulas are SQL expressions of DuckDB over the table's columns. Knowledge of any one publisher belongs to its
specification, how files are opened to ``opening.py``.
"""

from functools import cache
from itertools import product
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.errors import SourceError
from pipeline.sources.checking import check_areas, check_rules, check_totals
from pipeline.sources.laid_out import Sheet, as_sheet, lay_out, quoted
from pipeline.sources.opening import PATTERN, open_files
from pipeline.sources.reading import observations, require_files, variables_of
from pipeline.sources.specifications import ADVICE, Long, Specification, Table, load
from schemas.catalogue import register

REGISTERS = ("countries", "area_parents", "postal_codes")
LETTERS = "list_transform(string_split(text, ''), lambda letter: unicode(letter))"
BYTES = f"unhex(array_to_string(list_transform({LETTERS}, lambda code: printf('%02x', code)), ''))"
DECODED_AGAIN = f"""create macro decoded_again(text) as
  coalesce(case when list_max({LETTERS}) < 256 then try(decode({BYTES})) end, text)"""  # of a text that was encoded twice


def read(specification: Path, folder: Path, vintage: str) -> pd.DataFrame:
    """The observations of a folder's files, as ``specification`` describes them. Raises ``SourceError``."""
    wanted = load(specification, vintage)
    source = _source_of(specification.stem)
    tables, folder = _chosen(wanted.table, Path(folder)), Path(folder)
    readings = _readings(wanted, tables, source, specification)
    require_files(folder, *(table.file for table in tables if table.file and not PATTERN.search(table.file)))
    connection, sheets = _connect(source), {}
    for table in tables:
        try:
            sheets[table.name] = _sheet(connection, table, readings[table.name], folder, vintage)
        except duckdb.Error as error:
            raise SourceError(table.file or table.name, f"a formula cannot be evaluated ({_first_line(error)})") from error
    for check, table in product((check_rules, check_totals), tables):
        try:
            check(connection, table, sheets[table.name])
        except duckdb.Error as error:
            raise SourceError(sheets[table.name].file, f"a rule cannot be evaluated ({_first_line(error)})") from error
    parts = [_observed(connection, table, item, sheets[table.name], vintage) for table in tables for item in readings[table.name]]
    return observations(parts)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


@cache
def _source_of(reader_name: str) -> str:
    sources = register("sources")
    found = sources.loc[sources["reader"] == reader_name, "source"].unique()
    if len(found) != 1:
        raise SourceError("sources.csv", "knows no source of this reader", value=reader_name, advice="add a row for it")
    return str(found[0])


def _connect(source: str) -> duckdb.DuckDBPyConnection:
    """A database that holds the registers which formulas may ask, and reads no files."""
    connection = query.connect()
    connection.execute("set enable_external_access = false")
    connection.execute(DECODED_AGAIN)
    concordance = register("area_concordance")
    held = {name: register(name) for name in REGISTERS}
    held["concordance"] = concordance[concordance["source"] == source]
    held["variables"] = variables_of(source)[["publisher_code", "variable"]]
    for name, rows in held.items():
        connection.register(name, rows.astype("str").where(rows.notna(), None))
    return connection


def _chosen(tables: list[Table], folder: Path) -> list[Table]:
    """The tables without those for which another file is there, or which are there for another."""
    there = {table.name for table in tables if table.instead_of and any(folder.glob(table.file))}
    others = [table.instead_of for table in tables if table.name in there]
    replaced = {name for names in others for name in ([names] if isinstance(names, str) else names)}
    return [table for table in tables if table.name not in replaced and (not table.instead_of or table.name in there)]


def _readings(wanted: Specification, tables: list[Table], source: str, path: Path) -> dict[str, list[Long]]:
    """What each table gives: one reading per variable, or per column of figures whose code stands beside them."""
    codes = variables_of(source).drop_duplicates("variable").set_index("variable")["publisher_code"]
    listed = {table.name: dict.fromkeys([*table.variables, *table.values, *table.texts]) for table in wanted.table}
    taken = {name for names in listed.values() for name in names} | set(wanted.not_read)
    if unknown := sorted(taken - set(codes.index)):
        raise SourceError(path, "is no variable of variables.csv", value=", ".join(unknown), advice=ADVICE)
    rest = [name for name in codes.index if name not in taken]
    files = [table.name for table in tables if table.file]
    by_code = any(table.long for table in wanted.table)
    if rest and len(files) == 1 and not by_code:
        listed[files[0]] |= dict.fromkeys(rest)
    elif rest and not by_code:
        raise SourceError(path, "no table reads these variables", value=", ".join(rest), advice=ADVICE)
    return {table.name: [*table.long, *(_reading(table, name, codes[name]) for name in listed[table.name])] for table in tables}


def _reading(table: Table, name: str, publisher_code: str) -> Long:
    text = table.texts.get(name, "")
    return Long(
        code="",
        variable=name,
        text=text,
        value=table.values.get(name, "" if text else quoted(publisher_code)),
        status=table.status.get(name, "'E'" if name in table.estimated else ""),
        margin=table.margin.get(name, ""),
        year=table.years.get(name, ""),
    )


def _sheet(connection, table: Table, readings: list[Long], folder: Path, vintage: str) -> Sheet:
    """Open or compute a table and put it into the database with its areas and years; its areas are checked."""
    sheet = as_sheet(connection, table) if table.query else lay_out(connection, table, readings, open_files(table, folder))
    left_out = " or ".join(f"coalesce(({item.where}), false)" for item in table.leave_out) or "false"
    area, prefix = (table.area.code, table.area.prefix) if table.area else ("null", "")
    named = f"'{prefix}' || area_code"
    if table.area and table.area.concordance:
        named = "(select any_value(ref_area) from concordance where publisher_area = area_code)"
    connection.execute(
        f"create table {quoted(table.name)} as select *, {named} as ref_area from (select *, {left_out} as left_out,"
        f" ({area})::varchar as area_code, ({_year(table.year, table, vintage, 'year' if table.wide else '')})::integer"
        f" as observed_year from {quoted(table.name + ' as opened')}) order by position"
    )
    if isinstance(table.instead_of, str) and table.instead_of:
        connection.execute(f"create view {quoted(table.instead_of)} as from {quoted(table.name)}")
    if table.area:
        check_areas(connection, table, sheet)
    return sheet


def _year(written: int | str | dict, table: Table, vintage: str, otherwise: str) -> str:
    """SQL for the year: written as a year, as SQL, per vintage, or else that of the vintage."""
    if not isinstance(written, dict):
        return str(written) if written != "" else otherwise or str(int(vintage[:4]))
    if vintage not in written:
        advice = "add it to year or years in the specification"
        raise SourceError(table.file or table.name, f"the year of its figures is not known for vintage {vintage}", advice=advice)
    return str(written[vintage])


def _observed(connection, table: Table, reading: Long, sheet: Sheet, vintage: str) -> pd.DataFrame:
    """The rows of one reading; a missing figure has status O."""
    year = _year(reading.year, table, vintage, "observed_year")
    known = "variables on publisher_code = observed_code"
    if not reading.code:
        known = f"(select '{reading.variable}' as variable) on true"
    part = connection.sql(
        f"select source_file, source_row, ref_area, observed_code, variable, time_period, obs_value, obs_text, margin_of_error,"
        " case when obs_value is null and obs_text is null then 'O' else coalesce(status, 'A') end as obs_status"
        " from (select position, source_file, source_row, ref_area,"
        f" ({reading.code or 'null'})::varchar as observed_code, ({year})::integer as time_period,"
        f" ({reading.value or 'null'})::double as obs_value, nullif(({reading.text or 'null'})::varchar, '') as obs_text,"
        f" ({reading.status or 'null'})::varchar as status, ({reading.margin or 'null'})::double as margin_of_error"
        f" from {quoted(table.name)} where not left_out) left join {known} order by position"
    ).df()
    unknown, column = part[part["variable"].isna()], reading.code
    problem = "is no publisher_code of variables.csv"
    if unknown.empty:
        unknown, column, problem = part[part["time_period"].isna()], str(reading.year or table.year), "has no year"
    for row in unknown.to_dict("records"):
        raise SourceError(row["source_file"], problem, row=row["source_row"], column=column, value=row["observed_code"])
    return part.drop(columns="observed_code")
