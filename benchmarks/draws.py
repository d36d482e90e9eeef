"""What the draws cost: 500 of them for all municipalities against the whole local pool, beside one exact search.

    python benchmarks/draws.py data/processed/tables/2026.1

Exit code 1 if they cost more than 60 searches, in processor time, so that neither threads nor other work count. The
search is the one that makes the lists: the kernel called from SQL, without what is computed of the pairs it finds.
"""

import sys
import time
from pathlib import Path

import pandas as pd

from pipeline.matching import confidence
from pipeline.matching.features import lens_blocks
from pipeline.matching.mirrors import _pairs, build_pool
from schemas.catalogue import methodology

LIMIT, LEVEL, LENS = 60, "local", "overall"


def main() -> int:
    tables = Path(sys.argv[1])
    coverage = pd.read_parquet(tables / "matching_coverage.parquet", filters=[("level", "==", LEVEL)])
    features = pd.read_parquet(tables / "matching_features.parquet", filters=[("level", "==", LEVEL)])
    known = pd.read_parquet(tables / "normalised_features.parquet", filters=[("level", "==", LEVEL)])
    part = coverage[coverage["takes_part"]]
    pool = build_pool(features[features["ref_area"].isin(part["ref_area"])], part, lens_blocks(LENS))
    nobody = pd.DataFrame({"ref_area": ["-"], "counterpart_area": ["-"], "inclusion_probability": [0.0]})
    started = time.process_time()
    _pairs(pool, nobody, methodology()["mirrors"]["mirrors_of_each_country"])
    search = time.process_time() - started
    drawn = confidence.build_pool(known, coverage)
    plan = confidence.draws(methodology()["confidence"]["draws"], drawn.indicators)
    started, wall = time.process_time(), time.monotonic()
    confidence.count_inclusions(drawn, LENS, plan)
    draws, wall = time.process_time() - started, time.monotonic() - wall
    print(f"{len(drawn.home)} areas against {len(drawn.candidates)}: one exact search {search:.2f} s of processor time")
    print(f"{len(plan)} draws {draws:.1f} s of processor time, {wall:.1f} s by the clock: {draws / search:.1f} searches")
    return int(draws > LIMIT * search)


if __name__ == "__main__":
    sys.exit(main())
