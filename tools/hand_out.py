"""Hand out the notebooks of the course: fresh copies, for `make lab` and for the hub. No packages.

    python tools/hand_out.py fresh NOTEBOOKS MATERIAL    write fresh copies into a folder
    python tools/hand_out.py give MATERIAL HOME          give a home what it does not have yet

A fresh copy has no outputs, so that no answer stands below its question. What a learner has is
never replaced: a notebook that the course has mended comes beside hers, as 02_forward_pass-v2. On
the hub, `give` runs as the student, so that a link in her home cannot lead to where she may not
write; and it waits for nothing that she may have put there.
"""

import hashlib
import json
import os
import re
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

# What JupyterLab adds to a notebook that it opens, without the version of Python: that differs
# between machines, so committed notebooks do not have it. nbconvert needs all of this to make a
# .py; the name of the language is not enough.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
# What is handed out; solved exercises are in exercises/source.
KINDS = ("*.ipynb", "*.md", "*.png", "*.svg", "exercises/*.ipynb")
SOLVED = re.compile(rb"BEGIN (SOLUTION|HIDDEN TESTS)")
LARGEST = 100 * 2**20  # bytes of a file that is searched for its version
FOLD = "<details><summary>What came of it: after your guess</summary>"
FEW = 4  # so many names are told in a line

# Where JupyterLab keeps its layout in a home, under a name that it makes itself.
WORKSPACES = ".jupyter/lab/workspaces"
WORKSPACE = f"{WORKSPACES}/default-37a8.jupyterlab-workspace"


# Fresh copies


def fresh(notebook: dict) -> dict:
    """A copy of a notebook as it is handed out: not run, and with a mark of its version.

    >>> cell = {"cell_type": "code", "source": ["1 + 1"], "metadata": {}}
    >>> run = cell | {"outputs": [{"output_type": "stream"}], "execution_count": 3}
    >>> copy = fresh({"cells": [run], "metadata": {}})
    >>> copy["cells"][0]["outputs"], copy["cells"][0]["execution_count"]
    ([], None)
    """
    cells = [
        cell | ({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})
        for cell in notebook["cells"]
    ]
    for asked, computed, told in zip(cells, cells[1:], cells[2:]):
        # The widget that asks covers this text too, but only once its cell has been run.
        if (
            is_question(asked)
            and computed["cell_type"] == "code"
            and told["cell_type"] == "markdown"
        ):
            told["source"] = folded("".join(told["source"])).splitlines(keepends=True)
    what = [[cell["cell_type"], cell["source"], cell["metadata"]] for cell in cells]
    version = {"version": version_of(json.dumps(what, sort_keys=True).encode())}
    language = METADATA["language_info"] | {"version": sys.version.split()[0]}
    mark = {"nnlib": notebook["metadata"].get("nnlib", {}) | version}
    metadata = notebook["metadata"] | METADATA | {"language_info": language} | mark
    return notebook | {"cells": cells, "metadata": metadata}


def is_question(cell: dict) -> bool:
    """Whether the cell asks for a prediction; the next one has the answer, and the text below."""
    return cell["cell_type"] == "code" and "widgets.predict(" in "".join(cell["source"])


def folded(text: str) -> str:
    """A text that is folded away below a line; headings, and what is below the next one, are not.

    >>> print(folded("It is two.").replace("\\n\\n", " "))
    <details><summary>What came of it: after your guess</summary> It is two. </details>
    """
    parts = re.fullmatch(r"((?:#+ [^\n]*\n+)?)(.*?)((?:\n+#+ .*)?)", text, flags=re.DOTALL)
    heading, told, next_section = parts.groups()
    return f"{heading}{FOLD}\n\n{told}\n\n</details>{next_section}" if told else text


def version_of(content: bytes) -> str:
    """The mark of a version, by which it is known again when the learner has worked in it."""
    return hashlib.sha256(content).hexdigest()[:16]


def written(notebook: dict) -> bytes:
    """The file of a notebook, as Jupyter writes it: saved again, it is the same."""
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def course(notebooks: Path) -> dict[Path, bytes]:
    """{path: content} of what is handed out: no source of an exercise, nothing that is solved."""
    files = {}
    for path in sorted(p for kind in KINDS for p in notebooks.glob(kind)):
        content = path.read_bytes()
        if path.suffix == ".ipynb" and SOLVED.search(content):
            print(f"Not handed out, there are answers in it: {path}")
            continue
        if path.suffix == ".ipynb":
            content = written(fresh(json.loads(content)))
        elif path.suffix == ".md":
            content += f'\n<!-- "version": "{version_of(content)}" -->\n'.encode()
        files[path.relative_to(notebooks)] = content
    return files


def layout() -> dict[Path, bytes]:
    """The layout of JupyterLab for somebody who has none yet: the file browser is folded away."""
    sides = {side: {"collapsed": True, "visible": True} for side in ("left", "right")}
    content = {"data": {"layout-restorer:data": sides}, "metadata": {"id": "default"}}
    return {Path(WORKSPACE): json.dumps(content).encode()}


# Giving them to a home


@dataclass
class Given:
    """What a home was given: new files, mended ones beside those it has, and what went wrong."""

    new: list[Path] = field(default_factory=list)
    mended: list[Path] = field(default_factory=list)
    failed: list[OSError] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """One line for the learner; empty if there is nothing to tell."""
        kinds = [("New", self.new), ("Mended, beside yours", self.mended)]
        return " ".join(f"{how}: {listed(paths)}." for how, paths in kinds if paths)


def listed(paths: list[Path]) -> str:
    """A few names, or their number."""
    if len(paths) > FEW:
        return f"{len(paths)} files"
    return ", ".join(path.as_posix() for path in paths)


def give(files: dict[Path, bytes], home: Path) -> Given:
    """Write the files that the home does not have, and mended notebooks beside those it has."""
    given = Given()
    for path, content in files.items():
        try:
            there = versions(home / path)
            if not there and place(content, home / path):
                given.new.extend([] if path == Path(WORKSPACE) else [path])
            elif mended(content, there):
                beside = path.with_stem(f"{path.stem}-v{len(there) + 1}")
                if place(content, home / beside):
                    given.mended.append(beside)
        except OSError as error:  # goes on with the next file
            given.failed.append(error)
    return given


def versions(path: Path) -> list[Path]:
    """The versions of a file that a home has: NAME, NAME-v2 and so on."""
    found, next_one = [], path
    while os.path.lexists(next_one):
        found.append(next_one)
        next_one = path.with_stem(f"{path.stem}-v{len(found) + 1}")
    return found


def mended(content: bytes, there: list[Path]) -> bool:
    """Whether a notebook is of a later version than all that a home has of it.

    JupyterLab keeps the mark when it saves. A file without one is of a version before there were
    marks, unless it is nothing that could be read: that is left alone.
    """
    found = re.search(rb'"version": "([0-9a-f]{16})"', content)
    if found is None:
        return False
    texts = [text for text in map(readable, there) if text is not None]
    return bool(texts) and not any(found[1] in text for text in texts)


def readable(path: Path) -> bytes | None:
    """The content of an ordinary file; None for a pipe, a link to nothing and the like."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    with open(number, "rb") as file:
        is_file = stat.S_ISREG(os.fstat(number).st_mode)
        return file.read(LARGEST) if is_file else None


def place(content: bytes, target: Path) -> bool:
    """Write one file unless there is something of that name; whether it was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written under another name and linked when complete: half a notebook would never be replaced.
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with open(part, "xb") as file:
            file.write(content)
        os.link(part, target)
    except FileExistsError:
        return False
    except OSError:  # a file system that knows no links
        if not part.exists() or os.path.lexists(target):
            raise
        os.rename(part, target)
    finally:
        part.unlink(missing_ok=True)
    return True


def files_of(folder: Path) -> dict[Path, bytes]:
    """{path: content} of all files of a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def main(what: str, source: str, target: str) -> int:
    """Write fresh copies, or give them to a home and print what was given; 1 if a file failed."""
    if what == "fresh":
        notebooks = course(Path(source))
        files = {Path("notebooks", path): content for path, content in notebooks.items()} | layout()
    else:
        files = files_of(Path(source))
    given = give(files, Path(target))
    if what == "give":
        print(given.sentence)
    if given.failed:
        print(given.failed[-1], file=sys.stderr)
    return int(bool(given.failed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
