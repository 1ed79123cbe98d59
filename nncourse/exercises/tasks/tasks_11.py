"""The tasks of exercise 11: passes, a start, a slope measured, the post's step, and a count."""

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_11 as cases
from nncourse.exercises.tasks import mistakes_11 as mistakes

TASKS = [
    Task(
        "11.passes",
        asked="how many passes through n samples so many steps are, with batch_size samples in"
        " each",
        cases=cases.passes,
        hints=(
            "How many samples has the network seen after all the steps?",
            "One pass is n samples. A pass need not be complete: 22.3 passes is an answer.",
            "Steps times batch size, over n.",
        ),
        misconceptions=mistakes.PASSES,
    ),
    Task(
        "11.sized",
        asked="weights of variance 1/n_in, made of U, (n_in, n_out), drawn evenly from −1 to 1",
        cases=cases.sized,
        hints=(
            "Numbers drawn evenly from −r to r have the variance r²/3. Which r gives 1/n_in?",
            "Which axis of U counts the units that feed, and which those that are fed?",
            "U times the root of 3 over its number of rows.",
        ),
        misconceptions=mistakes.SIZED,
    ),
    Task(
        "11.apart",
        asked="the largest distance between slope(a), where a = tanh(z), and tanh's slope at z,"
        " measured by a nudge of 1e-5 to both sides",
        cases=cases.apart,
        hints=(
            "Two arrays: what `slope` says, and what tanh does when z moves a little.",
            "`slope` is handed what comes out of tanh. The nudge is made in what goes in.",
            "The measured one is (np.tanh(z + h) − np.tanh(z − h)) / (2 h). Then the largest of the"
            " distances, without their signs.",
        ),
        misconceptions=mistakes.APART,
    ),
    Task(
        "11.step",
        asked="W1 and W2 after one step on the sample x, y, the slope of tanh taken from z",
        cases=cases.step,
        parts=("W1", "W2"),
        hints=(
            "Forward: append a 1 to x, and a 1 to the hidden activations. The output is tanh too.",
            "delta2 is (a2 − y) times its slope, 1 − a2². For delta1 W2 carries delta2 back, times"
            " 1 − a1², and the place of the 1 is dropped.",
            "`W1 - rate * np.outer(a0, delta1)` and `W2 - rate * np.outer(a1, delta2)`, both from"
            " the weights that were given.",
        ),
        misconceptions=mistakes.STEP,
    ),
    Task(
        "11.solved_share",
        asked="the share of networks with all outputs on the same side of one half as the targets",
        cases=cases.solved_share,
        hints=(
            "First yes or no for each output, then for each network, then one number.",
            "`(outputs > 0.5) == (y > 0.5)` is (S, n). Which axis are the points?",
            "`.all(axis=1)` and then `.mean()`.",
        ),
        misconceptions=mistakes.SOLVED_SHARE,
    ),
    Choice(
        "11.prediction",
        asked="weights from −4 to 4, all else as printed: which slope learns XOR more often?",
        truth=cases.large_weights,
        says={
            "the slope from z": "At weights of 4 most units are pressed flat. What is the right"
            " slope there, and what does the step become?",
            "the slope from a": "1 − tanh(a)² never falls below 0.42. The wrong slope gets units"
            " moving that the right one leaves where they are.",
            "both about equally often": "Where a is nearly 1, the one says 0.42 and the other"
            " nearly nothing. Can that be the same for a start that is flat?",
        },
    ),
]
