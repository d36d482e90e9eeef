"""Commands that hand a release on: verifying, publishing, downloading it."""

from pathlib import Path
from typing import Annotated

import typer

from assets.cli.releases import DATA, Data, Edition, release_of
from assets.cli.screen import screen, shown

OF_A_KIND = 5  # findings of one kind that are printed; the others are counted


def verify_release(
    release: Path,
    every: Annotated[bool, typer.Option("--all", help="Print every finding, however many.")] = False,
) -> None:
    """Check a release's folder offline: hashes, schemas, keys, totals, and one content in three formats; by kind of finding."""
    from pipeline.release import verification

    if not release.is_dir():
        raise ValueError(f"{release}: there is no such folder")
    findings = verification.verify(release)
    for line in findings if every else verification.summary(findings, OF_A_KIND):
        print(line)
    if findings:
        raise typer.Exit(1)
    screen.print(f"{shown(release)} is whole: hashes, schemas, keys, totals and formats agree", soft_wrap=True)


def publish_release(target: str, edition: Edition = None, data: Data = DATA) -> None:
    """Publish a release to TARGET, a folder or s3://bucket/..., all or nothing; what is there already is not sent again."""
    from pipeline.release import publishing

    folder = release_of(edition, data)
    if not folder.is_dir():
        raise ValueError(f"{shown(folder)}: there is no such release; run mirrors build first")
    path = publishing.publish(folder, target, print)
    print(f"{publishing.shown(target)}/{path} is published")


def download_release(
    address: str,
    edition: Edition = None,
    to: Annotated[Path, typer.Option(help="Folder in which the edition's folder is made.")] = Path(),
) -> None:
    """Fetch a published release from ADDRESS (a folder, s3://, https://) and verify it; goes on where it broke off."""
    from pipeline.release import publishing

    print(f"{shown(publishing.download(address, edition, to.resolve(), print))} is whole")
