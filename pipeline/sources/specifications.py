"""What a specification of plain tables may say: its keys, their types and defaults, and the errors for anything else.

A specification is a TOML file below ``pipeline/sources``, named as ``sources.csv`` names the reader;
``docs/adding_a_source.md`` explains the keys to people. Opening files and computing figures do not belong here.
"""

import tomllib
import types
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from pipeline.foundation.errors import SourceError

ADVICE = "correct the specification; docs/adding_a_source.md lists the keys"


@dataclass(frozen=True)
class Numbers:
    """How the publisher writes numbers."""

    columns: list = field(default_factory=list)  # numbers that only rules and queries mention
    missing: list = field(default_factory=list)
    masked: list = field(default_factory=list)
    zero: list = field(default_factory=list)
    thousands: str = ""
    decimal: str = "."
    remove: str = ""  # a sign before the number, such as $
    flags: str = ""  # pattern of what may stand behind a number; formulas call it "<column> flags"
    missing_where: str = ""  # SQL over the text: rows whose numbers are all missing


@dataclass(frozen=True)
class Area:
    """Which area a row is about."""

    code: str  # SQL over the columns
    pattern: str = ""  # the whole code matches it
    problem: str = "is not the code of an area"
    prefix: str = ""
    column: str = ""  # which cell an error names; else the first column of ``code``
    concordance: bool = False  # the code is a name that area_concordance.csv translates


@dataclass(frozen=True)
class Wide:
    """Columns of the header that hold the same figure of several years."""

    pattern: str  # with the groups ``column`` and ``year``
    first: str = ""  # the first year that the header must have
    last: str = ""  # the last one
    latest: int = 0  # only so many years are read, the newest
    gaps: bool = False  # whether years may be missing between the first and the last


@dataclass(frozen=True)
class Long:
    """One figure per row, whose code says of what."""

    code: str  # SQL that gives the publisher_code of variables.csv
    variable: str = ""  # or the variable of every row
    value: str = ""
    text: str = ""
    status: str = ""
    margin: str = ""
    year: int | str | dict = ""


@dataclass(frozen=True)
class LeaveOut:
    """Rows that are checked but not observed, and why."""

    where: str
    why: str


@dataclass(frozen=True)
class Check:
    """What must hold in every row; a missing number passes."""

    each: dict = field(default_factory=dict)  # {placeholder} = its values: one check per value
    rule: str = ""
    problem: str = ""
    column: str = ""  # which cell an error names; else the first column of the rule
    columns: list = field(default_factory=list)
    counts: list = field(default_factory=list)  # whole numbers from 0
    low: float | str | None = None  # a number or SQL
    high: float | str | None = None
    among: list = field(default_factory=list)
    pattern: str = ""
    part_of: str = ""
    equals: str = ""
    tolerance: float | str = 0


@dataclass(frozen=True)
class Total:
    """A sum that must be the publisher's own."""

    what: str
    found: str  # SQL aggregate
    published: str | float  # SQL aggregate, or a number
    by: str = ""  # one total per value of this SQL
    tables: str = ""  # what stands behind ``from``; else this table
    where: str = ""
    tolerance: float | str = 0


@dataclass(frozen=True)
class Says:
    """A cell above the header that must say something."""

    row: int
    pattern: str


@dataclass(frozen=True)
class Table:
    """One table of a file, or a query over the tables before it."""

    name: str = "rows"
    each: dict = field(default_factory=dict)  # {placeholder} = its values: one table per value
    file: str = ""
    member: str | list = ""  # pattern of the member's name in a zip of several files; of a list, the first that finds any
    query: str = ""  # instead of a file; gives source_row and source_file
    instead_of: str | list = ""  # the tables that are not read where this one's file is there
    form: str = ""  # csv, workbook, parquet, json; else by the file's name
    sheet: str = ""
    encoding: str | list = "utf-8-sig"  # of a list, the first in which all bytes are letters
    delimiter: str = ","
    quoting: bool = True  # of a text; without it a quotation mark is a letter
    header_row: int = 1
    header_above: int = 0  # of a workbook: the row of names for the columns that header_row has none for
    first_row: int = 0  # of figures; else the one behind the header
    columns: list = field(default_factory=list)  # texts that only other tables' formulas mention
    header: list = field(default_factory=list)  # names of the columns of a file without a header
    labels: dict = field(default_factory=dict)  # column = what the row behind the header calls it
    packed: list = field(default_factory=list)  # the columns that the first one may join; all others are years
    decimals: int = -1  # geojson: to how many the outlines are rounded; without it they are not read
    records: str = ""  # json: the key that holds the array of objects
    first_name: str = ""  # what the first column is called, for which the header has no name
    until_repeated: bool = False  # columns from the first on that stands twice are not read
    names: dict = field(default_factory=dict)  # pattern of a name in the header = what the formulas call it
    skip_lines: str = ""  # pattern of the beginning of lines of a text that are not taken apart
    lower_case: bool = False  # the publisher's columns in lower case, with spaces for underscores
    strip: bool = False  # cells without the blanks around them
    says: list[Says] = field(default_factory=list)
    until: str = ""  # SQL over the text: the first row where it holds, and all behind it, are footnotes
    numbers: Numbers = field(default_factory=Numbers)
    wide: Wide | None = None
    area: Area | None = None
    year: int | str | dict = ""  # a year, SQL, or the year of each vintage; else the vintage's
    years: dict = field(default_factory=dict)  # of single variables
    variables: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    margin: dict = field(default_factory=dict)
    status: dict = field(default_factory=dict)
    estimated: list = field(default_factory=list)
    long: list[Long] = field(default_factory=list)
    leave_out: list[LeaveOut] = field(default_factory=list)
    check: list[Check] = field(default_factory=list)
    total: list[Total] = field(default_factory=list)


@dataclass(frozen=True)
class Specification:
    """The tables of one reader."""

    about: str
    table: list[Table]  # ``common`` in the file: keys that all tables of files share
    not_read: dict = field(default_factory=dict)  # variables of the source that another reader reads, and why


def load(path: Path, vintage: str) -> Specification:
    """The specification in ``path`` for one vintage. Raises ``SourceError`` that names the key that is wrong."""
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(path, f"is no TOML file ({error})", advice=ADVICE) from error
    earlier = {f"vintage-{back}": str(int(vintage[:4]) - back) for back in range(1, 10) if vintage[:4].isdigit()}
    written = _filled(content, {"vintage": vintage, "yy": vintage[2:4], **earlier})
    tables, common = written.get("table", []), written.pop("common", {})
    if isinstance(tables, list) and isinstance(common, dict):
        tables = [_with_common(table, common) for table in tables]
        written["table"] = [item for table in tables for item in _repeated(table)]
    found = _built(Specification, written, path, "")
    _require_whole(found, path)
    return found


def _filled(node, placeholders: dict[str, str]):
    """The same tree with ``{placeholder}`` filled in, in keys and in texts."""
    if isinstance(node, dict):
        return {_filled(key, placeholders): _filled(value, placeholders) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(item, placeholders) for item in node]
    if isinstance(node, str):
        for name, value in placeholders.items():
            node = node.replace(f"{{{name}}}", str(value))
    return node


def _repeated(node) -> list:
    """One node per value of its ``each``; several placeholders go side by side."""
    if not isinstance(node, dict) or not isinstance(node.get("each"), dict):
        return [_with_checks(node)]
    rest = {key: value for key, value in node.items() if key != "each"}
    rounds = zip(*node["each"].values(), strict=True)
    return [_with_checks(_filled(rest, dict(zip(node["each"], values, strict=True)))) for values in rounds]


def _with_common(table, common: dict):
    """A table of files with the keys that all of them share; its own come first, lists go together."""
    if not isinstance(table, dict) or "query" in table:
        return table
    own = {key: [*value, *table.get(key, [])] for key, value in common.items() if isinstance(value, list)}
    return {**common, **table, **own}


def _with_checks(table):
    if isinstance(table, dict) and isinstance(table.get("check"), list):
        checks = [item for check in table["check"] for item in ([check] if "each" not in check else _repeated(check))]
        return {**table, "check": checks}
    return table


def _built(kind: type, written: Any, path: Path, place: str):
    """An instance of a dataclass from a TOML table, its keys and their types checked."""
    if not isinstance(written, dict):
        raise SourceError(path, "is not a table of keys", column=place, value=written, advice=ADVICE)
    known, hints = {item.name: item for item in fields(kind)}, get_type_hints(kind)
    for key in written:
        if key not in known:
            raise SourceError(path, "is no key known here", column=f"{place}{key}", advice=ADVICE)
    for name, item in known.items():
        if name not in written and item.default is MISSING and item.default_factory is MISSING:
            raise SourceError(path, "the key is missing", column=f"{place}{name}", advice=ADVICE)
    return kind(**{key: _value(hints[key], value, path, f"{place}{key}") for key, value in written.items()})


def _value(hint, value, path: Path, place: str):
    options = [
        option for option in (get_args(hint) if isinstance(hint, types.UnionType) else (hint,)) if option is not type(None)
    ]
    (first, *_) = options
    if isinstance(first, type) and hasattr(first, "__dataclass_fields__"):
        return _built(first, value, path, f"{place}.")
    if get_origin(first) is list:
        items = value if isinstance(value, list) else [value]
        return [_built(get_args(first)[0], item, path, f"{place}[{number}].") for number, item in enumerate(items, 1)]
    accepted = tuple({float: (float, int)}.get(option, option) for option in options)
    if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in options):
        wanted = " or ".join(option.__name__ for option in options)
        raise SourceError(path, f"is not {wanted}", column=place, value=value, advice=ADVICE)
    return value


def _require_whole(found: Specification, path: Path) -> None:
    """What no single key can tell: every table has a file or a query, names are not taken twice."""
    if not found.about.strip() or not found.table:
        raise SourceError(path, "says nothing about the source, or has no table", column="about, table", advice=ADVICE)
    for table in found.table:
        if bool(table.file) == bool(table.query):
            raise SourceError(path, "has a file or a query, and not both", column=f"table {table.name}", advice=ADVICE)
        for check in table.check:
            kinds = [check.rule, check.counts, check.among, check.pattern, check.part_of, check.equals]
            if sum(map(bool, [*kinds, check.low is not None or check.high is not None])) != 1:
                raise SourceError(path, "is not one check but several, or none", column=f"{table.name}.check", advice=ADVICE)
    names = [table.name for table in found.table]
    if len(set(names)) < len(names):
        raise SourceError(path, "two tables have the same name", column="table", value=", ".join(names), advice=ADVICE)
