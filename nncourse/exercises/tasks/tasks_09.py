"""The tasks of exercise 09: two halves and a code, PCA, a walk between two codes, and noise."""

from nncourse.exercises.kinds import Choice, Judged, Task
from nncourse.exercises.tasks import cases_09 as cases
from nncourse.exercises.tasks import mistakes_09 as mistakes
from nncourse.exercises.tasks import noise

TASKS = [
    Task(
        "09.halves",
        asked="how many parameters lie before the code, and how many behind it",
        cases=cases.halves,
        parts=("encoder", "decoder"),
        hints=(
            "First find the code: the layer with the fewest units. Then count each half as a"
            " network of its own; which layer is in both, as an output here and an input there?",
            "From m units to n: m times n weights, and a bias for each of the n. `zip(sizes,"
            " sizes[1:])` gives every m with its n.",
            "`sizes.index(min(sizes))` is how many layers lie before the code. Make a list of"
            " (m + 1) n, cut it there, and add up both parts.",
        ),
        misconceptions=mistakes.HALVES,
    ),
    Task(
        "09.left",
        asked="the error of P as a share of the error of the mean picture",
        cases=cases.left,
        hints=(
            "Two errors, both measured on X_test: of what came back, and of a guess that is the"
            " same for all. Who made the guess, and from which pictures?",
            "The mean picture has a number for each pixel, `X.mean(axis=0)`, and it is made of the"
            " training pictures.",
            "The mean of (P − X_test)² over everything, divided by the mean of (mean picture −"
            " X_test)².",
        ),
        misconceptions=mistakes.LEFT,
    ),
    Task(
        "09.squeeze",
        asked="the pictures held out, sent as k numbers each by PCA, and back again",
        cases=cases.squeeze,
        hints=(
            "Whatever is learned is learned from X: the mean picture, and the directions. X_test is"
            " then only sent.",
            "`np.linalg.svd(X - mean, full_matrices=False)[2]` has a direction in each row, the"
            " best first. How far along each does a picture of X_test lie, seen from the mean?",
            "With D for the first k rows: (X_test − mean) times D turned on its side is sent, that"
            " times D comes back, and the mean is added.",
        ),
        misconceptions=mistakes.SQUEEZE,
    ),
    Task(
        "09.decode",
        asked="the pictures that a decoder makes of codes",
        cases=cases.decode,
        hints=(
            "It is a forward pass that begins at the code. What is C to the first layer?",
            "Each layer takes what the one before has put out: times W, plus b, and then bent. All"
            " by the same function?",
            "Loop over `layers[:-1]` with tanh, and do `layers[-1]` behind the loop, with"
            " `logistic`.",
        ),
        misconceptions=mistakes.DECODE,
    ),
    Task(
        "09.walk",
        asked="k points on the straight way between two codes, both ends among them",
        cases=cases.walk,
        hints=(
            "Say for each point how much of the way is behind it: 0 at the first, 1 at the last.",
            "`np.linspace(0, 1, k)` has k such shares. A column of them, times a code, makes a row"
            " for each point.",
            "Where the share t has been walked, the point is 1 − t times the start, plus t times"
            " the end.",
        ),
        misconceptions=mistakes.WALK,
    ),
    Judged(
        "09.noisy",
        asked="inputs with fresh noise on each copy of each picture, and the clean targets",
        cases=cases.noisy,
        parts=("inputs", "targets"),
        asking=cases.three_calls,
        fault=noise.noisy_fault,
        hints=(
            "The targets come first: X, so many times. Which of the two gets the noise?",
            "`np.tile(X, (copies, 1))` puts X below itself. The noise has the shape of that, not"
            " that of X.",
            "`rng.normal(0, scale, clean.shape)` is fresh noise for every pixel of every copy: give"
            " clean plus that, and then clean.",
        ),
        misconceptions=noise.NOISY,
    ),
    Choice(
        "09.prediction",
        asked="one network encodes, and another one, trained on the same pictures, decodes: how"
        " near is what comes out?",
        truth=cases.by_a_stranger,
        says={
            "about as good as its own": "Both have learned the same pictures. But has anybody told"
            " them into which corner of the plane a nought belongs?",
            "somewhere in between": "Each has its own map of the digits, drawn from its own start."
            " If the place of an eight on the one is that of a one on the other, what is drawn?",
            "worse than the mean picture": "A code is a private language of two halves that have"
            " learned together: where one puts the noughts, the other may have put the sevens. It"
            " then draws a clear digit that is wrong, which costs more than the grey of the mean"
            " picture.",
        },
    ),
]
