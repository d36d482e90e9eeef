"""The partitions: one edition a year, each with the day up to which published data count."""

from dagster import ConfigurableResource, StaticPartitionsDefinition

from schemas.catalogue import register

EDITIONS = StaticPartitionsDefinition(list(register("editions")["edition"]))


class Data(ConfigurableResource):
    """The folder that holds ``raw/`` and ``processed/``, the edition with which one is compared, if not the one before,

    and whether a release has the atlas in it.
    """

    folder: str
    compared_with: str = ""
    atlas: bool = True


def cut_off_of(edition: str) -> str:
    """The edition's cut-off day (ISO)."""
    return register("editions").set_index("edition").loc[edition, "cut_off"]


def edition_before(edition: str) -> str:
    """The edition that stands before it in ``editions.csv``; the first edition is compared with itself."""
    editions = list(register("editions")["edition"])
    return editions[max(editions.index(edition) - 1, 0)]
