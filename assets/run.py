"""Runs the same graph as Dagster's page, in this process, with a progress bar and one clear line for an error."""

import time
from pathlib import Path

import dagster
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assets.definitions import ASSETS, CHECKS, resources
from assets.editions import EDITIONS
from assets.io import TableStore


class BuildError(ValueError):
    """A build that failed: which step, and why."""


def build_edition(edition: str, data: Path, screen: Console) -> Path:
    """Materialise every asset of an edition; the path of its release. Raises ``BuildError`` and leaves no release."""
    editions = list(EDITIONS.get_partition_keys())
    if edition not in editions:
        raise BuildError(f"there is no edition {edition}; schemas/editions.csv knows {', '.join(editions)}")
    started = time.monotonic()
    columns = TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("", total=sum(len(asset.keys) for asset in ASSETS))
        result = _materialise(edition, data, lambda table: progress.update(task, advance=1, description=table))
    if not result.success:
        raise BuildError(_reason(result))
    screen.print(f"Edition {edition} built in {time.monotonic() - started:.0f} s")
    return data / "processed" / "releases" / edition


def _materialise(edition: str, data: Path, stored) -> dagster.ExecuteInProcessResult:
    class ReportingStore(TableStore):
        def handle_output(self, context: dagster.OutputContext, obj) -> None:
            super().handle_output(context, obj)
            stored(context.asset_key.path[-1])

    with dagster.DagsterInstance.ephemeral() as instance:
        return dagster.materialize(
            [*ASSETS, *CHECKS],
            partition_key=edition,
            instance=instance,
            resources=resources(data, ReportingStore),
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


def _reason(result: dagster.ExecuteInProcessResult) -> str:
    """The first failure: the step and the message of the error in it, without what Dagster wraps around it."""
    for event in result.all_events:
        if event.event_type == dagster.DagsterEventType.ASSET_CHECK_EVALUATION and not event.event_specific_data.passed:
            check = event.event_specific_data
            return f"{check.asset_key.path[-1]}: {check.description or check.check_name}"
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error.cause is not None and error.cls_name.startswith("Dagster"):
                error = error.cause
            return f"{event.step_key}: {error.message.strip().split(': ', 1)[-1]}"
    return "the build failed"
