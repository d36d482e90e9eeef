"""Fixtures shared by the tests: the real files where they are at hand, and the committed archive."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; the test skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """A few real lines per source."""
    return FIXTURES
