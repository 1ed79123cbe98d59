"""How many cases a test makes up: a few in `make test`, the full number in `make doors`."""

import os


def cases(full: int, quick: int) -> int:
    """`full` where the environment says DOORS=full, else `quick`."""
    return full if os.environ.get("DOORS") == "full" else quick
