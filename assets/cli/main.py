"""The list of the commands, and how they end: exit code 0 done, 1 bad input or a failed build, 2 wrong usage."""

import logging
import sys

import typer

from assets.cli import asking, building, fetching, publishing
from assets.cli.screen import errors

COMMANDS = {
    "build": building.build,
    "atlas": building.write_atlas,
    "query": asking.query_release,
    "diff": building.diff,
    "reproduce": building.reproduce,
    "record": building.record_results,
    "fetch": fetching.fetch_files,
    "sources": fetching.show_sources,
    "verify": publishing.verify_release,
    "trace": asking.trace_value,
    "publish": publishing.publish_release,
    "download": publishing.download_release,
    "archive": fetching.write_archive,
    "import": fetching.import_files,
    "freeze": building.freeze_parameters,
    "docs": building.write_documents,
    "nominate": asking.nominate_pair,
    "brief": asking.write_brief,
    "score": asking.score_folder,
}

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Mirror Cities Index.")
for name, command in COMMANDS.items():
    app.command(name)(command)


def main() -> None:
    """Run the command line; an error that the user can act on is one line."""
    logging.captureWarnings(True)
    try:
        app()
    except (ValueError, OSError) as error:
        errors.print(f"error: {error}", markup=False, soft_wrap=True)
        sys.exit(1)
