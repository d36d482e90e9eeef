"""Commands that answer: from a release in SQL, on an area, on a value, on a pair; and scoring an index of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from assets.cli.releases import DATA, Data, Edition, open_release, release_of
from assets.cli.screen import print_table, screen, shown
from schemas.catalogue import newest_edition


def query_release(
    sql: str,
    wide: Annotated[
        bool, typer.Option("--wide", help="All columns and digits on a terminal; elsewhere they always are.")
    ] = False,
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Ask a release in SQL and print the answer."""
    import duckdb

    with open_release(edition, data) as connection:
        try:
            connection.execute("set enable_external_access = false")  # a question writes no file and reads no other
            answer = connection.execute(sql)
        except duckdb.Error as error:
            raise ValueError(_of_macros(str(error))) from error
        if answer is None or answer.description is None:
            raise ValueError("there is no question; write one in SQL, such as \"from mirrors_of('Monterrey')\"")
        print_table(answer, wide)


def _of_macros(message: str) -> str:
    """An error that a macro raises by itself says what to do; DuckDB's word for its kind does not help."""
    return message.removeprefix("Invalid Input Error: ")


def trace_value(
    ref_area: Annotated[str, typer.Argument(help="Code or name of an area.")],
    name: Annotated[str, typer.Argument(help="An indicator, a pillar, development_score, or the code or name of a mirror.")],
    release: Annotated[Path | None, typer.Option(help="Folder of a release, in place of one below --data.")] = None,
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Walk a published value back to its formula and to the file, hash and row of every figure in it."""
    from pipeline.editions import tracing

    folder = release or release_of(edition, data)
    if not (folder / "parquet").is_dir():
        raise ValueError(f"{shown(folder)}: there is no such release; run mirrors build or mirrors download first")
    for depth, line in tracing.trace(folder, *tracing.codes_of(folder, ref_area, name)):
        print("  " * depth + line)


def nominate_pair(
    home: Annotated[str, typer.Argument(help="Mexican area: code, name, or name, state.")],
    abroad: Annotated[str, typer.Argument(help="Area abroad: code, name, or name, state or country.")],
    note: Annotated[str | None, typer.Option(help="Why; the two names if left out.")] = None,
    by: Annotated[str, typer.Option(help="Who proposes it: editorial or reader.")] = "reader",
    level: Annotated[str | None, typer.Option(help="local, metro or state, where a name is several.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the answer, es or en.")] = "en",
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Add a pair to schemas/nominated_pairs.csv and say what the data make of it; an ambiguous name is listed instead."""
    from pipeline.decisions import nominations, texts

    if lang not in texts.LANGUAGES:
        raise typer.BadParameter(f"{lang} is none of {', '.join(texts.LANGUAGES)}", param_hint="--lang")
    with open_release(edition, data) as release:
        areas = release.execute("select ref_area, name, level, country, parent from reference_areas order by ref_area").df()
    pairs = nominations.pairs_named(home, abroad, areas, level)
    if len(pairs) > 1:
        screen.print(f"{home} and {abroad} can mean {len(pairs)} pairs; say the codes, the state behind a comma, or --level:")
        for row in pairs.itertuples():
            screen.print(
                f"  mirrors nominate {row.ref_area} {row.counterpart_area}   # {row.level}: {row.name} ({row.state}), "
                f"{row.name_abroad} ({row.state_abroad})",
                soft_wrap=True,
                markup=False,
            )
        raise typer.Exit(2)
    pair = pairs.iloc[0]
    path = nominations.nominate(pair, by, note or f"{pair['name']} and {pair['name_abroad']}")
    screen.print(
        f"{shown(path)}: {pair['name']} ({pair['ref_area']}) and {pair['name_abroad']} ({pair['counterpart_area']}), "
        f"level {pair['level']}",
        soft_wrap=True,
    )
    screen.print(nominations.answer(pair, release_of(edition, data) / "parquet", lang), soft_wrap=True, markup=False)


def write_brief(
    area: Annotated[str, typer.Argument(help="Area: code such as 19039, name, or name, state.")],
    lang: Annotated[str, typer.Option(help="es or en.")] = "es",
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Print a page on an area, in Markdown, from a release; of one abroad, whose mirror it is."""
    from pipeline.decisions import brief, texts

    if lang not in texts.LANGUAGES:
        raise typer.BadParameter(f"{lang} is none of {', '.join(texts.LANGUAGES)}", param_hint="--lang")
    with open_release(edition, data) as release:
        found = brief.area_of(release, area)
        if len(found) > 1:
            screen.print(f"{area} can mean {len(found)} areas; say the code, or the state behind a comma:")
            for row in found:
                within = f", {row['state']}" if row["state"] and "," not in row["name"] else ""
                line = f"  mirrors brief {row['ref_area']}   # {row['name']}{within} ({row['country']})"
                screen.print(line, markup=False, soft_wrap=True)
            raise typer.Exit(2)
        print(brief.page(release, found[0], lang, edition or newest_edition()), end="")


def score_folder(folder: Path, output: Path) -> None:
    """Score a composite index described by files in FOLDER (see pipeline/scoring/engine.py); CSV tables go to OUTPUT."""
    from pipeline.scoring import engine, weight_draws

    output.mkdir(parents=True, exist_ok=True)
    tables = engine.score_registers(folder)._asdict() | weight_draws.draw_registers(folder)
    for name, table in tables.items():
        table.to_csv(output / f"{name}.csv", index=False, float_format="%.17g")
    screen.print(f"{', '.join(f'{name}.csv' for name in tables)} are in {shown(output)}")
