"""The error of a file that cannot be used, which every room above may raise."""

from pathlib import Path


class SourceError(ValueError):
    """A file that cannot be used: says which file, where in it, what is wrong and what to do."""

    def __init__(self, file, problem, *, row=None, column=None, value=None, advice="download the file again"):
        place = "".join(f", {label} {item}" for label, item in (("row", row), ("column", column)) if item is not None)
        shown = "" if value is None else f": {str(value)[:80]!r}"
        super().__init__(f"{Path(str(file)).name}{place}{shown}: {problem}; {advice}")
