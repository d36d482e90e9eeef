"""How long the published file takes to answer, opened with nothing but DuckDB: medians of fresh connections.

    python benchmarks/query_times.py data/processed/releases/2026.1/mirror_cities.duckdb

Exit code 1 if ``mirrors_of`` needs more than 100 ms. Speed is measured here and never in a test.
"""

import statistics
import sys
import time

import duckdb

RUNS = 7
QUERIES = {
    "select * from mirrors_of('Monterrey')": 0.1,
    "select * from profile('MX-19039')": None,
    "select * from nearest_with('MX-19039', size := 1, vocation := 2, geography := 1, challenges := 1)": None,
}


def seconds(path: str, query: str) -> float:
    """The median time of the first answer after the file is opened."""
    times = []
    for _ in range(RUNS):
        with duckdb.connect(path, read_only=True) as connection:
            started = time.perf_counter()
            connection.execute(query).fetchall()
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def main(path: str) -> int:
    """Print the times; 1 if one is above its limit."""
    slow = 0
    for query, limit in QUERIES.items():
        median = seconds(path, query)
        slow |= limit is not None and median > limit
        print(f"{1000 * median:7.1f} ms  {query}" + (f"  (at most {1000 * limit:.0f} ms)" if limit else ""))
    return slow


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
