"""People where they work, by municipality and code or sector: the census's, and those whom it does not count.

Areas x columns: the codes, then government and the fields. Who lives where does not belong here, but as the most who can
work in a place.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.indicators.sector_mix.inputs import CODES, GOVERNMENT, Inputs
from pipeline.indicators.sector_mix.people import Census
from pipeline.indicators.sector_mix.raking import ratio

FIELDS = "fields"
COLUMNS = (*CODES, GOVERNMENT, FIELDS)
SCHOOLS, CLINICS, FISHING = CODES.index("61"), CODES.index("62"), CODES.index("11")


@dataclass
class Jobs:
    """Areas x ``COLUMNS``: jobs and their variances; and the most who can work in each area."""

    jobs: np.ndarray
    variance: np.ndarray
    available: np.ndarray


def all_jobs(inputs: Inputs, census: Census, variance: np.ndarray, constants: dict) -> Jobs:
    """Jobs of the census, of public schools, clinics and offices, and in the fields; no more than people who work there.

    Fishing and services to farms, whose people the population census counts in the fields, are left to the fields.
    """
    public = np.zeros_like(census.people)
    for code, size in ((SCHOOLS, "size_public_school"), (CLINICS, "size_public_clinic")):
        public[:, code] = np.maximum(inputs.listed[:, code] - census.units[:, code], 0) * constants[size]
    offices, doubt = government(inputs, constants)
    fields = (inputs.residents["employed"] * inputs.residents["primary_share"] / 100).to_numpy()
    codes, spread = census.people + public, variance + (constants["public_error"] * public) ** 2
    codes[:, FISHING] = spread[:, FISHING] = 0
    jobs = np.column_stack([codes, offices, fields])
    sampled = constants["design_effect"] * fields * (1 - inputs.residents["primary_share"].to_numpy() / 100)
    variances = np.column_stack([spread, (doubt * offices) ** 2, sampled / constants["sampled"]])
    most = available(inputs)
    scale = np.minimum(1, ratio(most, np.nansum(jobs, axis=1)))[:, None]
    return Jobs(jobs * scale, variances * scale**2, most)


def government(inputs: Inputs, constants: dict) -> tuple[np.ndarray, np.ndarray]:
    """People in government by area and their relative error: offices, weighed by the residents whom it insures.

    Both say where government works, neither how much: the geometric mean of the two shares of the nation is taken.
    """
    residents = inputs.residents
    insured = (
        residents["population_insured_issste"].fillna(0) + residents["population_insured_state_institute"].fillna(0)
    ).to_numpy()
    offices = inputs.offices / inputs.offices.sum()
    insured = insured / max(insured.sum(), 1)
    weight = np.sqrt(offices * insured)
    gap = np.abs(np.log(ratio(offices, insured, 1.0), where=(offices > 0) & (insured > 0), out=np.zeros(len(offices))))
    error = np.hypot(np.minimum(gap, 2) / 2, constants["public_error"])
    return weight / weight.sum() * inputs.offices.sum() * constants["size_government"], error


def available(inputs: Inputs) -> np.ndarray:
    """People who work in each area: residents who do not commute out and commuters in, raised from the sample to the count."""
    residents = inputs.residents
    resident, employed = residents["workers_resident"], residents["employed"]
    nation = employed[resident.notna()].sum() / resident.sum() if resident.sum() else 1.0
    here = (resident - residents["workers_commuting_out"]) * employed / resident
    return (here + residents["workers_commuting_in"] * nation).fillna(employed).to_numpy()
