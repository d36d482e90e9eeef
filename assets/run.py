"""Runs the same graph as Dagster's page, in this process, with a progress bar and one clear line for an error."""

import logging
import time
from pathlib import Path

import dagster
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assets.definitions import ASSETS, CHECKS, resources


class BuildError(ValueError):
    """A build that failed: which step, and why."""


def build_edition(edition: str, data: Path, screen: Console) -> Path:
    """Materialise every asset of an edition; the path of its release. Raises ``BuildError`` and leaves no release."""
    if edition not in dagster_editions():
        raise BuildError(f"there is no edition {edition}; schemas/editions.csv knows {', '.join(dagster_editions())}")
    started = time.monotonic()
    steps = sum(len(asset.keys) for asset in ASSETS) + len(CHECKS)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(f"edition {edition}", total=steps)
        result = _materialise(edition, data, lambda step: progress.update(task, advance=1, description=step))
    if not result.success:
        raise BuildError(_reason(result))
    release = data / "processed" / "releases" / edition
    screen.print(f"Edition {edition} built in {time.monotonic() - started:.0f} s")
    return release


def dagster_editions() -> list[str]:
    """The editions that can be built."""
    from assets.editions import EDITIONS

    return list(EDITIONS.get_partition_keys())


def _materialise(edition: str, data: Path, advance) -> dagster.ExecuteInProcessResult:
    with dagster.DagsterInstance.ephemeral() as instance:
        return dagster.materialize(
            [*ASSETS, *CHECKS],
            partition_key=edition,
            instance=instance,
            resources=resources(data),
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


def _reason(result: dagster.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error.cause is not None:
                error = error.cause
            message = error.message.strip()
            return f"{event.step_key}: {message.split(': ', 1)[-1]}"
        if event.event_type_value == "ASSET_CHECK_EVALUATION" and not event.event_specific_data.passed:
            check = event.event_specific_data
            return f"{check.asset_key.path[-1]}: the check {check.check_name} failed: {check.description}"
    return "the build failed"


logging.getLogger("dagster").setLevel(logging.CRITICAL)
