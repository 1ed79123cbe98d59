"""Copy what a home does not have yet: python hand_out.py MATERIAL HOME, run *as the student*.

As the student, so that a link which she planted leads nowhere that she could not go herself.
"""

import os
import sys
from pathlib import Path


def hand_out(source: Path, target: Path) -> None:
    """Copy one file, unless something is there."""
    if os.path.lexists(target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # Under another name until it is whole: on a full disk, half a notebook would stay for ever.
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(source.read_bytes())
        os.link(part, target)  # refuses to replace, whatever has come there in the meantime
    finally:
        part.unlink(missing_ok=True)


material, home = map(Path, sys.argv[1:])
failed = None
for source in sorted(path for path in material.rglob("*") if path.is_file()):
    try:
        hand_out(source, home / source.relative_to(material))
    except OSError as error:  # the next one may do
        failed = error
sys.exit(failed and str(failed))
