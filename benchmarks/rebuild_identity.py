"""Build an edition again and again under other circumstances: the releases must be the same.

    python benchmarks/rebuild_identity.py [DATA] [EDITION]

Circumstances: two folders, two time zones, the locales C and es_MX.UTF-8 (or any Spanish one that is there), 1 and 2 threads,
three hash seeds, in one process and in several. DATA is a data folder; without it, the small archive is built
(``small_archive.py``). Files are compared byte by byte, the database by its content. Exit code 1 if anything differs.
"""

import locale
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from small_archive import write_small_archive

from pipeline.editions.reproduction import differences

CHECKOUT = Path(__file__).resolve().parent.parent
SPANISH = ("es_MX.UTF-8", "es_ES.UTF-8", "es_MX.utf8", "es_ES.utf8")
BUILD = """
import os, sys
from pathlib import Path
edition, data, processes, threads = sys.argv[1:]
os.cpu_count = lambda: int(threads)  # as on a machine with so many processors: the draws take a thread for each
from assets.run import _reason, execute
result = execute(edition, Path(data), processes=int(processes))
if not result.success:
    sys.exit(_reason(result))
"""


def spanish() -> str:
    """A Spanish locale of this machine."""
    for name in SPANISH:
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_ALL, "C")
        return name
    sys.exit(f"no Spanish locale is installed; make one of {', '.join(SPANISH)}")


def circumstances() -> dict[str, dict]:
    """What differs between the builds; each is compared with the first."""
    ordinary = {
        "TZ": "America/Mexico_City",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "0",
        "threads": "1",
        "folder": "one",
        "processes": "0",
    }
    others = {
        "another folder": {"folder": "una carpeta más/número dos"},
        "east of UTC": {"TZ": "Asia/Tokyo"},
        "Spanish": {"LC_ALL": spanish(), "LANG": spanish(), "TZ": "Europe/Madrid"},
        "two threads": {"threads": "2"},
        "hash seed 1": {"PYTHONHASHSEED": "1"},
        "hash seed 4242": {"PYTHONHASHSEED": "4242", "threads": "2"},
        "several processes": {"processes": "2"},
        "all at once": {
            "folder": "tres", "TZ": "Pacific/Kiritimati", "LC_ALL": spanish(), "threads": "2", "PYTHONHASHSEED": "99",
            "processes": "2",
        },
    }  # fmt: skip
    return {"ordinary": ordinary, **{name: ordinary | other for name, other in others.items()}}


def build(data: Path, edition: str, given: dict) -> None:
    """One build in a process of its own under these circumstances."""
    threads = {
        name: given["threads"] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS")
    }
    environment = os.environ | {name: value for name, value in given.items() if name.isupper()} | threads
    command = [sys.executable, "-W", "ignore", "-c", BUILD, edition, str(data), given["processes"], given["threads"]]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the build failed: {done.stderr.strip()[-2000:]}")


def main(source: str | None = None, edition: str = "2026.1") -> int:
    """Build under every circumstance and print what differs from the first."""
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        raw = (Path(source) if source else write_small_archive(Path(folder) / "source")).resolve() / "raw"
        first = None
        for name, given in circumstances().items():
            data = Path(folder) / name.replace(" ", "_") / given["folder"]
            data.mkdir(parents=True)
            (data / "raw").symlink_to(raw)
            started = time.monotonic()
            build(data, edition, given)
            release = data / "processed" / "releases" / edition
            first = first or release
            found = differences(first, release)
            different += bool(found)
            print(f"{name:20s} {time.monotonic() - started:5.0f} s  {'; '.join(found) or 'the same'}", flush=True)
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
