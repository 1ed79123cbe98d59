"""Copy the files that a home does not have yet: python hand_out.py MATERIAL HOME.

It is run as the student, so that a link in her home cannot lead to where she may not write.
"""

import os
import sys
from pathlib import Path


def hand_out(source: Path, target: Path) -> None:
    """Copy one file, unless there is something of that name."""
    if os.path.lexists(target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written under another name and linked when complete: half a notebook would never be replaced.
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(source.read_bytes())
        os.link(part, target)  # fails if there is a target by now
    finally:
        part.unlink(missing_ok=True)


material, home = map(Path, sys.argv[1:])
failed = None
for source in sorted(path for path in material.rglob("*") if path.is_file()):
    try:
        hand_out(source, home / source.relative_to(material))
    except OSError as error:  # goes on with the next file
        failed = error
sys.exit(failed and str(failed))
