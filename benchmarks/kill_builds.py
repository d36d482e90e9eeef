"""Kill builds at random moments: the release stays whole, and the next build completes.

    python benchmarks/kill_builds.py [KILLS] [SEED]

Builds the small archive (see ``small_archive.py``) in a temporary folder, then KILLS times (25) starts a build, ends it with
SIGKILL, looks at what is visible below ``releases/``, and builds once more. Half of the moments lie in the last sixth of
a build, where the release is written and put in its place. A build that ended before its moment came is looked at too and
not counted as a kill. Exit code 1 if a release was broken or a build failed.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from small_archive import write_small_archive

from pipeline.foundation.raw_files import sha256_of

CHECKOUT = Path(__file__).resolve().parent.parent
EDITION = "2021.1"  # the smallest


def start(data: Path) -> subprocess.Popen:
    """A build in a process of its own."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "from assets.cli.main import main; main()",
        "build",
        "--edition",
        EDITION,
        "--data",
        str(data),
    ]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def broken(data: Path) -> list[str]:
    """What is wrong with the releases that can be seen: there is one, with exactly the files of its list, all as listed."""
    folder = data / "processed" / "releases"
    visible = [path.name for path in folder.glob("*") if not path.name.startswith(".")]
    if visible != [EDITION]:
        return [f"visible: {visible}"]
    release = folder / EDITION
    listed = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    found = {path.relative_to(release).as_posix(): path for path in release.rglob("*") if path.is_file()}
    wrong = sorted(set(found) ^ {*listed, "SHA256SUMS"})
    return wrong + [name for name in listed if name in found and sha256_of(found[name]) != listed[name]]


def main(kills: int = 25, seed: int = 20261124) -> int:
    """Run the kills and print what was found."""
    moments, killed, tries, bad_releases, bad_builds = random.Random(seed), 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        data = write_small_archive(Path(folder) / "data")
        started = time.monotonic()
        assert start(data).wait() == 0 and not broken(data), "the first build failed"
        seconds = time.monotonic() - started
        print(f"a build takes {seconds:.0f} s", flush=True)
        while killed < kills:
            tries += 1
            share = moments.uniform(0, 1) if tries % 2 else moments.uniform(5 / 6, 1.02)
            build = start(data)
            time.sleep(share * seconds)
            build.kill()
            hit = build.wait() < 0
            killed += hit
            wrong = broken(data)
            after = start(data)
            _, message = after.communicate()
            failed = after.returncode != 0 or bool(broken(data))
            bad_releases, bad_builds = bad_releases + bool(wrong), bad_builds + failed
            how, what = "killed" if hit else "had ended", message if failed else "whole"
            print(f"{killed:3d}  {how} at {share:4.0%}  broken: {wrong or 'none'}  next build: {what}", flush=True)
    print(f"{kills} kills in {tries} tries: {bad_releases} broken releases, {tries - bad_builds} successful next builds")
    return int(bool(bad_releases or bad_builds))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
