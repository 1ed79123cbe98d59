"""The tasks of exercise 05: a start, a training loop of one's own, and how often it succeeds."""

from nncourse.exercises.kinds import Choice, Judged, Task
from nncourse.exercises.tasks import cases_05 as cases
from nncourse.exercises.tasks import mistakes_05 as mistakes
from nncourse.exercises.tasks.examples import GRADIENTS, PARAMETERS

TASKS = [
    Task(
        "05.count_right",
        asked="how many outputs P, a column, are on the same side of one half as their targets Y",
        cases=cases.count_right,
        hints=(
            "First turn every output into a yes or a no. Where is the threshold between 0 and 1?",
            "`P > 0.5` is True where the network says yes. What does Y hold in the same place?",
            "`True == 1.0` in numpy as elsewhere. Compare the two columns and add up.",
        ),
        misconceptions=mistakes.COUNT_RIGHT,
    ),
    Judged(
        "05.start",
        asked="W1, b1, W2 and b2 to start from, for a network of three sizes, drawn from rng",
        cases=cases.start,
        parts=PARAMETERS,
        asking=cases.three_starts,
        fault=mistakes.start_fault,
        hints=(
            "W1 is (n_0, n_1) and W2 is (n_1, n_2). How many numbers feed a unit of each?",
            "`rng.normal(size=(n, m))` has the variance 1. What happens to a variance if all the"
            " numbers are divided by c?",
            "Divide by the root of the first of the two sizes. Biases are `np.zeros`, each with one"
            " row.",
        ),
        misconceptions=mistakes.START,
    ),
    Task(
        "05.backward",
        asked="gW1, gb1, gW2 and gb2 for a network with one logistic output",
        cases=cases.backward,
        parts=GRADIENTS,
        hints=(
            "It is the function of exercise 04. Which of its lines depends on the activation"
            " function of the output?",
            "Cross-entropy goes with logistic as it does with softmax: delta at the output is (A2 −"
            " Y)/n once more.",
            "delta2, then gW2 and gb2 from it and A1; delta1 from delta2, W2 and A1; then gW1 and"
            " gb1 from delta1 and X.",
        ),
        misconceptions=mistakes.BACKWARD,
    ),
    Task(
        "05.learn",
        asked="where the parameters arrive after so many steps, all samples in each",
        cases=cases.learn,
        parts=PARAMETERS,
        hints=(
            "A step: ask `backward` for the four gradients, and subtract the learning rate times"
            " each from its parameter.",
            "The next step begins where this one ended. What does it hand to `backward`?",
            "A list comprehension over `zip(parameters, gradients)` makes the four new arrays. Give"
            " it the name `parameters` again, inside the loop, and return it after the loop.",
        ),
        misconceptions=mistakes.LEARN,
    ),
    Judged(
        "05.share",
        asked="the share of starts that got all four right, and the two ends of its interval",
        cases=cases.share,
        parts=("share", "low", "high"),
        fault=mistakes.share_fault,
        hints=(
            "`right == 4` is True for each start that has learned it. What is its mean?",
            "How many starts are there, and how many of them have learned it? `wilson_interval` is"
            " told these two numbers.",
            "Give the mean, and then the two ends that `wilson_interval(how_many, of_how_many)`"
            " gives.",
        ),
        misconceptions=mistakes.SHARE,
    ),
    Choice(
        "05.prediction",
        asked="the same starts learn XOR with all its answers exchanged: how many succeed?",
        truth=cases.the_other_way_round,
        says={
            "fewer": "Turn the signs of W2 and b2 at a start: the network says 1 − a where it said"
            " a. Is the one start drawn less often than the other?",
            "about as many": "A start with the signs of W2 and b2 turned round does with the one"
            " task what it did with the other, and it is drawn just as often. But for a single"
            " start the two tasks are two throws of the coin: others learn it now.",
            "the very same starts": "The points that should lie together are others now. From one"
            " start, does the hidden layer move the same way for both?",
            "more": "What would make a yes to (0, 0) and (1, 1) easier than a no? Turn"
            " the signs of W2 and b2, and see what the network says then.",
        },
    ),
]
