"""What the stand-ins serve: the jobs of a source that has one, with the bytes behind each address."""

from functools import cache

from pipeline.retrieval import addresses
from schemas.catalogue import register
from standins import bodies

FORMS = register("downloads").groupby("source")["form"].agg(set)
WAYS = register("misbehaviours")
SOURCES = list(dict.fromkeys(register("downloads")["source"]))


def wanted(source: str, alternative: bool = False) -> list[addresses.Job]:
    """The jobs of the newest vintage of a source that has an address."""
    rows = register("downloads").query("source == @source")
    if jobs := addresses.wanted([source], alternative=alternative):
        return jobs
    released = register("sources").set_index(["source", "vintage"])["released"]
    return addresses.wanted([source], released[source, rows["vintage"].iloc[0]], alternative)


@cache
def jobs_of(source: str) -> tuple[tuple[addresses.Job, bytes], ...]:
    """The jobs of a source that have a stand-in, in both ways, with what is served there; nothing is pinned."""
    found = []
    for alternative in (False, True):
        for job in wanted(source, alternative):
            body = bodies.body_of(job)
            if body is not None and job.url not in [other.url for other, _ in found]:
                found.append((job._replace(pins={}), body))
    return tuple(found)


KEYS_OF_ROWS = ["ref_area", "variable", "time_period"]
SHARED_COLUMNS = [*KEYS_OF_ROWS, "obs_value", "obs_text", "obs_status", "margin_of_error"]
RESHAPED = [  # served in another shape than the file at hand; all others are the same bytes, which their hash says
    "inegi_census", "inegi_area_catalogue", "world_bank", "eurostat_cities", "eurostat_regions", "us_census_cbp",
    "us_census_gini", "us_census_gazetteer", "koeppen_geiger", "coneval_social_lag",
]  # fmt: skip
