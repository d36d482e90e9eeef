"""When builds run by themselves: the yearly edition, the monthly look at the sources, a build when the inputs change.

Schedules and sensors are off until someone turns them on at Dagster's page. Nothing here computes: they start the job
``edition``, or tell whoever is to know (``failures.py``). This is the only place of the code location that asks a clock.
"""

import hashlib
from datetime import date
from pathlib import Path

from dagster import (
    DefaultSensorStatus,
    OpExecutionContext,
    RunFailureSensorContext,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SensorEvaluationContext,
    SkipReason,
    job,
    op,
    run_failure_sensor,
    schedule,
    sensor,
)  # fmt: skip

from assets.editions import Data
from assets.failures import notify
from pipeline.retrieval.vintages import new_vintages as vintages_of_publishers
from schemas.catalogue import FOLDER, register

TIME_ZONE = "America/Mexico_City"
PARTITION = "dagster/partition"


def newest_edition(day: str) -> str:
    """The newest edition whose cut-off is past on a day (ISO); the first one before all cut-offs."""
    editions = register("editions")
    past = editions[editions["cut_off"] <= day]
    return (past if len(past) else editions.head(1))["edition"].iloc[-1]


@schedule(cron_schedule="0 4 20 11 *", job_name="edition", execution_timezone=TIME_ZONE)
def yearly_edition(context: ScheduleEvaluationContext) -> RunRequest:
    """The edition of the year, five days after its cut-off."""
    edition = newest_edition(context.scheduled_execution_time.date().isoformat())
    return RunRequest(run_key=f"yearly-{edition}", partition_key=edition)


@op
def ask_publishers(context: OpExecutionContext, data: Data) -> None:
    """Log each source that has a vintage which the register does not know, and tell whoever is to know."""
    found = vintages_of_publishers(Path(data.folder))
    for line in found:
        context.log.warning(line)
    if found:
        notify("", "new vintages: " + "; ".join(found))


@job
def new_vintages() -> None:
    """Ask every publisher for vintages that the register does not know yet."""
    ask_publishers()


monthly_check = ScheduleDefinition(
    name="monthly_check", job=new_vintages, cron_schedule="0 5 1 * *", execution_timezone=TIME_ZONE,
    description="On the first of each month, ask the publishers for new vintages.",
)  # fmt: skip


def inputs_mark(data: Path) -> str:
    """A fingerprint of the registers, the constants and the archive: names, sizes, and the text of what is short."""
    mark = hashlib.sha256()
    for path in sorted([*FOLDER.glob("*.csv"), *FOLDER.glob("*.toml"), *FOLDER.glob("frozen/*.csv")]):
        mark.update(path.name.encode() + path.read_bytes())
    for path in sorted((data / "raw" / "archive").glob("*/*.parquet")):
        mark.update(f"{path.parent.name}/{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return mark.hexdigest()[:16]


@sensor(job_name="edition", minimum_interval_seconds=3600, default_status=DefaultSensorStatus.STOPPED)
def inputs_changed(context: SensorEvaluationContext, data: Data) -> RunRequest | SkipReason:
    """Build the newest edition when a vintage has been added, or a register or a constant has changed."""
    mark = inputs_mark(Path(data.folder))
    if context.cursor == mark:
        return SkipReason("the inputs are those of the last build")
    context.update_cursor(mark)
    return RunRequest(run_key=mark, partition_key=newest_edition(date.today().isoformat()))


@run_failure_sensor(default_status=DefaultSensorStatus.RUNNING)
def tell_of_failure(context: RunFailureSensorContext) -> None:
    """Run the operator's command when any run fails (``MIRRORS_ON_FAILURE``)."""
    notify(context.dagster_run.tags.get(PARTITION, ""), context.failure_event.message or "a run failed")


SCHEDULES = [yearly_edition, monthly_check]
SENSORS = [inputs_changed, tell_of_failure]
