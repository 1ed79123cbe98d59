"""What the course computes, says, draws and writes, a line each: the same in all surroundings.

python tests/everywhere.py FOLDER 8     tests/test_surroundings.py runs this; 8 pictures
"""

import importlib.util
import json
import locale
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np

from nnlib import NeuralNetwork, class_report, confusion_matrix, xor
from nnlib.experiments import luck_map, sweep
from nncourse import plots, widgets
from nncourse.exercises import check, hint
from nncourse.widgets.base import bundle

SHOWN = ("Descent", "FoldThePlane", "NudgeTest", "Playground", "Spreadsheet", "TapeDesk")


def short(content) -> str:
    """A mark of some bytes, or of a text."""
    content = content if isinstance(content, bytes) else str(content).encode()
    return sha256(content).hexdigest()[:12]


def computed():
    """Numbers as nnlib prints them, and its refusals."""
    data = xor()
    nn = NeuralNetwork([2, 3, 1], rng=7).fit(data.X, data.Y, steps=500)
    yield f"{nn.theta!r} {[float(step.loss) for step in nn.history.steps]}"
    runs = sweep(data.X, data.Y, hidden_units=[1, 3], learning_rate=[0.5, 1.0], seeds=2, steps=300)
    yield f"{runs!r} {luck_map(runs)} {runs.table!r}"
    answers = np.array([0, 1, 1, 2])
    yield f"{class_report(confusion_matrix(answers, [0, 1, 2, 2]))}"
    for wrong in (lambda: nn.predict([0.5, np.nan]), lambda: nn.fit([[0.1, 0.2, 0.3]], [0.5])):
        try:
            wrong()
        except ValueError as error:
            yield str(error)


def drawn(count: int):
    """Of so many pictures the sentence, every text in it, and the pixels."""
    path = Path(__file__).parent / "course" / "test_plots.py"
    spec = importlib.util.spec_from_file_location("test_plots", path)
    spec.loader.exec_module(module := importlib.util.module_from_spec(spec))
    for name, (function, args, kwargs, _) in [*module.CALLS.items()][:count]:
        axes = function(*args, **kwargs)
        figure = np.ravel(axes)[0].figure
        pixels = short(plots.png(axes))
        texts = [text.get_text() for text in figure.findobj(module.matplotlib.text.Text)]
        yield f"{name} {plots.alt(axes)} {[text for text in texts if text]} {pixels}"


def shown():
    """Of each widget its scene and its first frame; and the front end."""
    yield f"{short(bundle.javascript())} {short(bundle.style())}"
    for name in SHOWN:
        stage = getattr(widgets, name)()
        text = json.dumps([stage.scene, stage.frame], default=lambda data: short(bytes(data)))
        yield f"{name} {stage.lab.sentence} {short(text)}"


def written(folder: Path):
    """What stands in files, and whether it is read again."""
    nn = NeuralNetwork([2, 1], rng=7)
    nn.save(folder / "nn.npz")
    yield f"{(NeuralNetwork.load(folder / 'nn.npz').theta == nn.theta).all()}"
    page = widgets.Spreadsheet().to_html(folder / "page.html")
    yield short(page.read_bytes())


def judged():
    """A verdict, which is made in a copy of this process, and a hint."""
    yield str(check("01.tanh_slope", lambda a: 1 - a))
    yield str(hint("01.tanh_slope"))


def main(folder: str, pictures: str) -> None:
    """Say it all; LC_ALL of the environment is this process's locale, as a program may set it."""
    locale.setlocale(locale.LC_ALL, "")
    sys.stderr.write(f"{locale.localeconv()['decimal_point']} {locale.getencoding()}")
    # All of it in a file, for the encoding of the standard output is not ours.
    lines = (*computed(), *drawn(int(pictures)), *shown(), *written(Path(folder)), *judged())
    (Path(folder) / "said.txt").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
