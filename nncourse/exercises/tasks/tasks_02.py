"""The tasks of exercise 02: a neuron, a layer, a whole pass, and numbers chosen by hand."""

from nncourse.exercises.kinds import Choice, Numbers, Task
from nncourse.exercises.tasks import cases_02 as cases
from nncourse.exercises.tasks import mistakes_02 as mistakes

TASKS = [
    Task(
        "02.neuron",
        asked="the z of one neuron, a number, from its inputs x, its weights w and its bias b",
        cases=cases.neuron,
        hints=(
            "Weigh, add up, add the bias.",
            "Either a loop over the places of x, or the sign for a dot product.",
            "The sign is `@`, and between two rows of numbers it gives one number.",
        ),
        misconceptions=mistakes.NEURON,
    ),
    Task(
        "02.layer",
        asked="the Z of a layer, a row for each sample of X and a column for each unit",
        cases=cases.layer,
        hints=(
            "Say the shapes: X is (n, n_in), W is (n_in, n_out), and Z is to be (n, n_out).",
            "One product of two matrices and one sum; numpy lays the row b over every row.",
            "Which of X @ W and W @ X has the shape of Z?",
        ),
        misconceptions=mistakes.LAYER,
    ),
    Task(
        "02.forward",
        asked="Z1, A1, Z2 and A2 of a network with one hidden layer of tanh",
        cases=cases.forward,
        parts=("Z1", "A1", "Z2", "A2"),
        hints=(
            "Four lines, in the order in which the four arrays are asked for.",
            "The second layer does what the first did. What is its input?",
            "The hidden layer applies np.tanh; the output stays as it is, so A2 is Z2.",
        ),
        misconceptions=mistakes.FORWARD,
    ),
    Task(
        "02.any_depth",
        asked="the outputs of a network of any number of layers",
        cases=cases.any_depth,
        hints=(
            "One array is handed from layer to layer. What is it before the first?",
            "Every layer does the same two things, except the last, which has no tanh.",
            "`for W, b in layers[:-1]:` goes through all but the last, and `layers[-1]` is that"
            " one.",
        ),
        misconceptions=mistakes.ANY_DEPTH,
    ),
    Numbers(
        "02.either_way",
        asked="the numbers that solve XOR as 'the first and not the second, or the other way"
        " round'",
        shape=(9,),
        fault=cases.either_way_fault,
        hints=(
            "One hidden neuron should say yes to (1, 0) only. Which sign does its weight for the"
            " second switch need?",
            "x1 − x2 is 1 for (1, 0), 0 for two of the samples and −1 for the last. What should"
            " the bias be?",
            "The second neuron is the first with its two weights swapped, and the third is OR."
            " Mind the order: W1 row by row, a row for each switch.",
        ),
    ),
    Numbers(
        "02.parity",
        asked="the numbers that tell whether one or all three of three switches are on",
        shape=(16,),
        fault=cases.parity_fault,
        hints=(
            "Let all three hidden neurons look at the sum of the switches, each with its own bias:"
            " at least one, at least two, all three.",
            "With 0, 1, 2, 3 switches on, how many of the three say yes? The last neuron now has"
            " to go up, down and up again.",
            "The last neuron adds the first, subtracts the second and adds the third, and its own"
            " threshold is halfway between 0 and 1.",
        ),
    ),
    Choice(
        "02.prediction",
        asked="how many of the four answers change if the third neuron's two weights and its bias"
        " are all made ten times as large?",
        truth=cases.louder,
        says={
            0: "A step asks which side of 0 its z is on, and ten times z lies on the same side."
            " The line that a neuron draws does not know how loud it is.",
            2: "Take one of the two and work it out: z becomes ten times z. What does the step say"
            " then?",
            4: "z becomes ten times z. Of which z does that change the sign?",
        },
    ),
]
