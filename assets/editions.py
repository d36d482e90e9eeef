"""The partitions: one edition a year, each with the day up to which published data count."""

from dagster import ConfigurableResource, StaticPartitionsDefinition

from schemas.catalogue import register

EDITIONS = StaticPartitionsDefinition(list(register("editions")["edition"]))


class Data(ConfigurableResource):
    """The folder that holds ``raw/`` and ``processed/``."""

    folder: str


def cut_off_of(edition: str) -> str:
    """The edition's cut-off day (ISO)."""
    return register("editions").set_index("edition").loc[edition, "cut_off"]
