"""Run the notebooks again and rewrite their committed outputs: make notebooks.

    python tools/refresh_notebooks.py                           every numbered notebook
    python tools/refresh_notebooks.py notebooks/05_xor.ipynb    this one

Each runs in a new kernel, in its own folder. What differs between machines is removed, so that a
diff shows only real changes: of a live widget, only its picture and its sentence stay. If a cell
raises, its notebook is not changed.
"""

import sys
import time
from pathlib import Path

import nbformat
from hand_out import METADATA
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from nncourse.reopened import VIEW

SECONDS_ALLOWED = 20
EDITORS_METADATA = ("collapsed", "ExecuteTime", "execution", "scrolled", "trusted")


def execute(notebook, folder: Path) -> None:
    """Run every cell in order in a new kernel; RuntimeError says which one raised."""
    client = NotebookClient(
        notebook,
        timeout=10 * SECONDS_ALLOWED,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # without warnings of the kernel about sockets
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    count = 0
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            count += 1
            try:
                client.execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                where = f"In [{count}], cell {index + 1} of the file"
                raise RuntimeError(f"{where}:\n{error}") from error


def normalise(notebook) -> None:
    """Remove, in place, what a second run or another machine would write differently."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for key in EDITORS_METADATA:
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
            for output in cell.outputs:
                output.get("data", {}).pop(VIEW, None)


def merge_streams(outputs: list) -> list:
    """The outputs, with consecutive pieces of printed text merged.

    >>> piece = {"output_type": "stream", "name": "stdout"}
    >>> pieces = [nbformat.from_dict(piece | {"text": text}) for text in ("2 of ", "4")]
    >>> [output.text for output in merge_streams(pieces)]
    ['2 of 4']
    """
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def refresh(path: Path) -> float:
    """Run and rewrite one notebook file; the seconds that it took to run."""
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    execute(notebook, path.parent)
    seconds = time.perf_counter() - start
    normalise(notebook)
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return seconds


def main(names: list[str]) -> int:
    """Refresh the notebooks named, or all; 1 if one of them raised."""
    folder = Path(__file__).resolve().parent.parent / "notebooks"
    paths = [Path(name) for name in names] or sorted(folder.glob("[0-9]*.ipynb"))
    if not paths:
        print("no notebooks found in notebooks/", file=sys.stderr)
    failed = not paths
    for path in paths:
        try:
            seconds = refresh(path)
        except RuntimeError as error:
            print(f"{path.name} was left as it was: {error}", file=sys.stderr)
            failed = True
            continue
        slow = f": longer than {SECONDS_ALLOWED} s" if seconds > SECONDS_ALLOWED else ""
        print(f"{seconds:6.1f} s  {path.name}{slow}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
