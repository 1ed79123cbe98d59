"""Sixty made-up students whose mistakes are known hand in exercise 04: make insight-demo.

    python sixty.py FOLDER [IDS]   grade them by nbgrader, and leave the class's page in FOLDER

`class_of_sixty` gives what they hand in and the counts that the page has to show. Their code has
the mistakes of the tasks in several spellings, with names of students in identifiers, comments and
strings. The tests use the same sixty.
"""

import csv
import os
import random
import shutil
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "nbgrader"), str(HERE.parent)]
import demo  # noqa: E402 - after the path is set

from nncourse.bugs import SPECIMENS  # noqa: E402

FIRST = (
    *("ada", "ben", "cleo", "dora", "emil", "finn", "gina", "hugo", "iris", "jonas", "kira"),
    *("leo", "mila", "nora", "oskar"),
)
LAST = ("adler", "brandt", "costa", "dvorak")
TASKS = ("delta_output", "slopes", "delta_hidden", "backward", "delta_logistic")
RIGHT, UNTOUCHED = "right", "untouched"  # any other value is the title of a mistake


def title(specimen: str) -> str:
    """The title of a specimen, as verdicts name its mistake."""
    return SPECIMENS[specimen].title


SIGN = "The sign is reversed: y − a in place of a − y"
TWICE = "It is divided by n twice"
MISSING = "The slope of the activation function is missing"

# {(task, mistake): spellings of the code}; {me} is replaced by the student's name.
SPELLINGS = {
    ("delta_output", SIGN): ["return (Y - A2) / len(Y)", "return -(A2 - Y) / Y.shape[0]"],
    ("slopes", title("bias_averaged")): [
        "return a.T @ delta, delta.mean(axis=0, keepdims=True)",
        "gb = delta.mean(0)[None, :]  # {me} thinks: the mean\n    return a.T @ delta, gb",
    ],
    ("slopes", TWICE): [
        "n = len(a)\n    return a.T @ delta / n, delta.sum(axis=0, keepdims=True) / n",
        '"{me}"\n    n = len(a)\n    return a.T @ delta / n, delta.mean(axis=0, keepdims=True)',
    ],
    ("delta_hidden", title("slope_of_output")): [
        "return delta2 @ W2.T * (1 - np.tanh(A1) ** 2)",
        "{me}_slope = 1 - np.tanh(A1) ** 2\n    return (delta2 @ W2.T) * {me}_slope",
        "return np.dot(delta2, W2.T) / np.cosh(A1) ** 2  # {me}, 20261234",
    ],
    ("delta_hidden", title("hidden_slope_forgotten")): ["return delta2 @ W2.T"],
    ("delta_logistic", MISSING): ["return (A2 - Y) / len(Y)", "return delta_output(A2, Y)"],
    ("delta_logistic", SIGN): ["return (Y - A2) * A2 * (1 - A2) / len(Y)"],
    ("backward", title("updated_too_early")): [
        "Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)\n"
        "    d2 = (A2 - Y) / len(X)\n"
        "    gW2, gb2 = A1.T @ d2, d2.sum(axis=0, keepdims=True)\n"
        "    W2 = W2 - 0.5 * gW2  # {me}: the step\n"
        "    d1 = d2 @ W2.T * (1 - A1**2)\n"
        "    return X.T @ d1, d1.sum(axis=0, keepdims=True), gW2, gb2"
    ],
    ("slopes", "gW and gb"): [
        "return np.tanh(a.T @ delta), np.tanh(delta.sum(axis=0, keepdims=True))"
    ],
    ("slopes", "endless"): ['while True:\n        "{me} waits"'],
    ("delta_hidden", "error"): ["return delta2 @ W2 @ W2 * (1 - A1**2)"],
}
UNEXPLAINED = {"gW and gb": "gW and gb", "endless": "", "error": ""}  # parts the verdict names

# (how many students, what is not right in their notebooks). A mistake of `backward` that has no
# spelling above comes from calling an earlier function that has it.
GROUPS = [
    (9, dict.fromkeys(["delta_hidden", "backward"], title("slope_of_output"))),
    (5, {"delta_hidden": title("slope_of_output"), "backward": UNTOUCHED}),
    (4, {"delta_output": SIGN, "backward": UNTOUCHED, "delta_logistic": SIGN}),
    (5, {"delta_output": SIGN, "backward": UNTOUCHED}),
    (7, dict.fromkeys(["slopes", "backward"], title("bias_averaged"))),
    (5, {"slopes": TWICE, "backward": UNTOUCHED}),
    (4, {"delta_logistic": MISSING}),
    (3, {"delta_hidden": title("hidden_slope_forgotten"), "backward": UNTOUCHED}),
    (3, {"backward": title("updated_too_early")}),
    (2, {"slopes": "gW and gb", "backward": UNTOUCHED}),
    (2, {"slopes": "endless", "backward": UNTOUCHED}),
    (1, {"delta_hidden": "error", "backward": UNTOUCHED}),
    (4, dict.fromkeys(TASKS, UNTOUCHED)),
    (5, {}),
]

PREDICTIONS = ["it stays"] * 29 + ["it halves"] * 17 + ["it doubles"] * 8 + [None] * 5
WORDS = [
    *("They are all equal and stay equal. It is as if there was one unit.",) * 2,
    "delta_hidden gives every unit the same number, so after a step the weights are the same again,"
    " and after a thousand steps as well. You need random weights.",
    "All columns are the same, because W2 has the same numbers in every row and A1 is the same in"
    " every column.\n\nAfter one step: the same. After 1000: the same.",
    "The blame is zero, so nothing is ever learned. {Me}",
    "After one step they are a bit different because the samples are different.",
    "It works, only slower than with random numbers.",
    "I asked Ben and he says the units are copies. (ask me: {me}@school.example)",
    "Same input, same weights, same slope <b>always</b>. $W_1$ has equal columns for ever & ever.",
    "I do not understand the question.",
    "{Me} {Last}: The units get the same blame, since W2 has equal rows; they can never differ.",
    "",
]


def class_of_sixty(seed: int = 12) -> tuple[dict[str, demo.Copy], dict]:
    """What they hand in, by name, and the expected tallies.

    These are as `tally` gives them, flat and without zeros; "carried" counts those who called a
    wrong function of an earlier task.
    """
    rng = random.Random(seed)
    names = [f"{first}-{last}" for first in FIRST for last in LAST]
    predictions, names = rng.sample(PREDICTIONS, len(PREDICTIONS)), rng.sample(names, len(names))
    made = [changes for count, changes in GROUPS for _ in range(count)]
    handed_in, truth = {}, {}
    for name, changes, prediction in zip(names, made, predictions):
        handed_in[name] = _notebook(name, changes, prediction, rng)
        _count(truth, changes, prediction)
    handed_in[names[-1]] = demo.Copy().solve().add("import os\nos._exit(1)", after="slopes")
    return handed_in, truth


def _notebook(name: str, changes: dict, prediction: str | None, rng: random.Random) -> demo.Copy:
    """A student's notebook: right except for `changes`, {task: mistake}."""
    first, _, last = name.partition("-")
    work = demo.Copy()
    if solved := [task for task in TASKS if _is_solved(task, changes)]:
        work.solve(*solved)
    for task, mistake in changes.items():
        if (task, mistake) in SPELLINGS:
            lines = rng.choice(SPELLINGS[task, mistake]).replace("{me}", first)
            work.write({task: lines})
    work.replace("prediction", f"prediction = {prediction!r}")
    words = rng.choice(WORDS)
    words = words.format(me=first, Me=first.title(), Last=last.title())
    return work.replace("open", words or "*Your answer here.*")


def _is_solved(task: str, changes: dict) -> bool:
    mistake = changes.get(task, RIGHT)
    return mistake != UNTOUCHED and (task, mistake) not in SPELLINGS


def _count(truth: dict, changes: dict, prediction: str | None) -> None:
    """Add a student to the expected tallies."""
    said = {"it stays": RIGHT, None: "not attempted"}.get(prediction, "not yet")
    for task in TASKS:
        found = truth.setdefault(f"04.{task}", Counter())
        mistake = changes.get(task, RIGHT)
        if mistake in (RIGHT, UNTOUCHED):
            found[RIGHT if mistake == RIGHT else "not attempted"] += 1
            continue
        found["not yet"] += 1
        kind = "unexplained" if mistake in UNEXPLAINED else "misconceptions"
        found[kind, UNEXPLAINED.get(mistake, mistake)] += 1
        if _is_solved(task, changes):
            found["carried", mistake] += 1
    truth.setdefault("04.prediction", Counter())[said] += 1
    if said == "not yet":
        truth["04.prediction"]["unexplained", prediction] += 1


def counted(tallies: dict, carried: dict) -> dict:
    """Tallies and `carried` of a report, in the form in which `class_of_sixty` gives them."""
    found = {}
    for task, numbers in tallies.items():
        flat = {key: n for key, n in numbers.items() if isinstance(n, int)}
        for kind in ("misconceptions", "unexplained"):
            flat |= {(kind, key): n for key, n in numbers[kind].items()}
        calls = {key: sum(n.values()) for (name, key), n in carried.items() if name == task}
        flat |= {("carried", key): n for key, n in calls.items()}
        found[task] = {key: n for key, n in flat.items() if n}
    return found


def main(folder: str, ids: str = "29000") -> int:
    """Grade the sixty by nbgrader; 1 if the page does not show the expected tallies.

    `ids` is the first user id, as in the grade command.
    """
    from insight import report

    os.environ.setdefault("GRADING_ENV", sys.prefix)
    handed_in, truth = class_of_sixty()
    with demo.classroom(handed_in) as room:
        course, pattern = room / "course", f"{room}/handed-in/{{student}}.ipynb"
        for command in (["all", course, demo.NAME, pattern], ["insight", course, demo.NAME]):
            if demo.grade("--ids", ids, *command).returncode:
                return 1
        table = csv.DictReader((course / f"{demo.NAME}.csv").read_text("utf-8").splitlines())
        graded = [row["student"] for row in table if row["points"]]
        found = report.read(course, demo.NAME, dict.fromkeys(graded, "graded"))
        Path(folder).mkdir(parents=True, exist_ok=True)
        page = shutil.copy(course / "insight" / f"{demo.NAME}.html", folder)
    same = counted(found.tallies, found.carried) == truth
    print(f"\n{page} says {'just what was made.' if same else 'something else than was made!'}")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
