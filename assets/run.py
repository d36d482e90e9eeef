"""Runs the same graph as Dagster's page, in this process, with a progress bar and one clear line for an error."""

import logging
import time
from pathlib import Path

import dagster
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assets.definitions import ASSETS, configured, edition_job
from assets.editions import EDITIONS
from assets.failures import notify
from assets.io import STORED
from assets.lock import locked
from pipeline.release.release import recover


class BuildError(ValueError):
    """A build that failed: which step, and why."""


def build_edition(edition: str, data: Path, screen: Console, compared_with: str = "", *, atlas: bool = False) -> Path:
    """Materialise every asset of an edition; the path of its release. Raises ``BuildError`` and leaves no release.

    The release tells what changed since the edition before, or since ``compared_with``, and holds its site if ``atlas``.
    """
    editions = list(EDITIONS.get_partition_keys())
    for wanted in filter(None, (edition, compared_with)):
        if wanted not in editions:
            raise BuildError(f"there is no edition {wanted}; schemas/editions.csv knows {', '.join(editions)}")
    with locked(data / "processed", edition):
        release = data / "processed" / "releases" / edition
        recover(release.parent, edition)
        _build(edition, data, screen, compared_with, atlas)
    return release


def _build(edition: str, data: Path, screen: Console, compared_with: str, atlas: bool) -> None:
    started = time.monotonic()
    columns = TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        bar = _Progress(progress, sum(len(asset.keys) for asset in ASSETS))
        STORED.addHandler(bar)
        try:
            result = execute(edition, data, compared_with, atlas=atlas)
        finally:
            STORED.removeHandler(bar)
    if not result.success:
        notify(edition, _reason(result))
        raise BuildError(_reason(result))
    screen.print(f"Edition {edition} built in {time.monotonic() - started:.0f} s")


def execute(
    edition: str, data: Path, compared_with: str = "", processes: int = 0, atlas: bool = False
) -> dagster.JobExecutionResult:
    """The job ``edition`` in this process, or in so many others. Unlike ``dagster.materialize`` it keeps no table in memory."""
    executor = {"multiprocess": {"max_concurrent": processes}} if processes else {"in_process": {}}
    instance_of = dagster.DagsterInstance.local_temp if processes else dagster.DagsterInstance.ephemeral
    with instance_of() as instance:
        return dagster.execute_job(
            dagster.reconstructable(edition_job),
            instance,
            run_config={
                "execution": {"config": executor},
                "resources": configured(data, compared_with, atlas),
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            tags={"dagster/partition": edition},
        )


class _Progress(logging.Handler):
    """Moves a progress bar on with every table that is stored."""

    def __init__(self, progress: Progress, total: int) -> None:
        super().__init__()
        self.progress, self.task = progress, progress.add_task("", total=total)

    def emit(self, record: logging.LogRecord) -> None:
        self.progress.update(self.task, advance=1, description=record.getMessage())


def _reason(result: dagster.JobExecutionResult) -> str:
    """The first failure: the step and the message of the error in it, without what Dagster wraps around it."""
    for event in result.all_events:
        check = event.event_specific_data
        if isinstance(check, dagster.AssetCheckEvaluation) and not check.passed and check.blocking:
            return f"{check.asset_key.path[-1]}: {check.description or check.check_name}"
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error.cause is not None and error.cls_name.startswith(("Dagster", "RetryRequested")):
                error = error.cause
            return f"{event.step_key}: {error.message.strip().split(': ', 1)[-1]}"
    return "the build failed"
