"""The tasks of exercise 02: a neuron, a layer, a whole pass, and numbers chosen by hand."""

from functools import partial

import numpy as np

from nncourse.exercises.task import Case, Choice, Misconception, Numbers, Task
from nnlib.datasets import xor
from nnlib.network import Network

SEED = 2  # its draws have no two numbers alike, no bias near 0, and every tanh well off 0


def _neuron_cases():
    cases = []
    for what, x, w, b in [
        ("three inputs", [0.50731, -1.51923, 2.03467], [1.21859, 0.71234, -1.20761], 1.41337),
        ("other signs", [-2.0, 1.5, -0.5], [1.2, 0.7, -0.8], -1.1),
        ("one input", [0.5], [1.2], -2.0),
        ("inputs that are all 0", [0.0, 0.0], [1.3, -0.9], 0.7),
        ("whole numbers as inputs", [1, 0, -2, 3], [0.65, 1.15, -0.85, 1.4], 0.25),
        ("large inputs", [2500.0, -1000.0], [1.2, 0.7], 0.4),
    ]:
        x, w = np.array(x), np.array(w)
        z = Network((len(x), 1)).predict(np.array([*w, b]), x[None]).item()  # it has no bend
        cases.append(Case(what, {"x": x, "w": w, "b": b}, z))
    return cases


def _drawn(sizes, n, spread=1.0):
    """A network of these sizes, parameters of size 0.5 to 1.5, and n samples off centre.

    `spread` makes the samples larger; at 0 they are whole numbers, of that type too, one of them
    all zeros.
    """
    rng = np.random.default_rng(SEED)
    net = Network(sizes)
    theta = rng.uniform(0.5, 1.5, net.n_parameters) * rng.choice([-1, 1], net.n_parameters)
    X = rng.normal(0.7, 1.0, (n, sizes[0])) * spread
    if not spread:
        X = rng.integers(-2, 4, (n, sizes[0]))
        X[1] = 0
    return net, net.layers(theta), X, theta


def _layer_cases():
    cases = []
    for what, sizes, n, spread in [
        ("four samples", (2, 3), 4, 1.0),
        ("a single sample", (3, 2), 1, 1.0),
        ("as many samples as units", (2, 3), 3, 1.0),
        ("as many samples as inputs and as units", (3, 3), 3, 1.0),
        ("one input and one unit", (1, 1), 4, 1.0),
        ("whole numbers in X", (3, 2), 5, 0),
        ("large inputs", (4, 2), 3, 1000.0),
    ]:
        net, ((W, b),), X, theta = _drawn(sizes, n, spread)
        cases.append(Case(what, {"X": X, "W": W, "b": b}, net.forward(theta, X).Z[0]))
    return cases


def _forward_cases():
    cases = []
    for what, sizes, n, spread in [
        ("three samples", (2, 4, 1), 3, 1.0),
        ("a single sample", (3, 2, 4), 1, 1.0),
        ("as many samples as units", (3, 5, 2), 5, 1.0),
        ("three of everything", (3, 3, 3), 3, 1.0),
        ("one hidden unit", (2, 1, 3), 4, 1.0),
        ("whole numbers in X", (2, 3, 1), 5, 0),
        ("large inputs", (4, 2, 1), 3, 40.0),
    ]:
        net, ((W1, b1), (W2, b2)), X, theta = _drawn(sizes, n, spread)
        (Z1, Z2), (_, A1, A2), _ = net.forward(theta, X)
        inputs = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "X": X}
        cases.append(Case(what, inputs, (Z1, A1, Z2, A2)))
    return cases


def _deep_cases():
    cases = []
    for what, sizes, n, spread in [
        ("one hidden layer", (2, 3, 1), 4, 1.0),
        ("no hidden layer", (3, 2), 5, 1.0),
        ("three hidden layers", (3, 5, 2, 4, 1), 7, 1.0),
        ("a single sample", (2, 4, 3), 1, 1.0),
        ("three of everything", (3, 3, 3), 3, 1.0),
        ("one unit in every layer", (1, 1, 1, 1), 3, 1.0),
        ("six hidden layers", (2, 3, 5, 4, 2, 3, 4, 1), 6, 1.0),
        ("whole numbers in X", (3, 2, 1), 4, 0),
        ("large inputs", (4, 2, 3), 5, 20.0),
        ("large inputs and a single layer", (2, 3), 4, 1000.0),
    ]:
        net, layers, X, theta = _drawn(sizes, n, spread)
        cases.append(Case(what, {"layers": layers, "X": X}, net.predict(theta, X)))
    return cases


def _other_pass(layers, X, biased=True, **bends):
    """The trace of a network with these numbers, but with other bends, or without its biases."""
    sizes = [layers[0][0].shape[0], *(W.shape[1] for W, _ in layers)]
    numbers = [(W.ravel(), b.ravel() * biased) for W, b in layers]
    theta = np.concatenate([piece for pair in numbers for piece in pair])
    return Network(sizes, **bends).forward(theta, X)


def _two(**changes):
    """Z1, A1, Z2, A2 of a network that is changed like this."""

    def forward(W1, b1, W2, b2, X):
        (Z1, Z2), (_, A1, A2), _ = _other_pass([(W1, b1), (W2, b2)], X, **changes)
        return Z1, A1, Z2, A2

    return forward


def _fed_with_sums(W1, b1, W2, b2, X):
    """As `_two`, with a second layer that takes Z1 for A1."""
    Z1, A1, _, _ = _two()(W1, b1, W2, b2, X)
    (Z2,), (_, A2), _ = _other_pass([(W2, b2)], Z1)
    return Z1, A1, Z2, A2


def _deep(**changes):
    """The outputs of a network that is changed like this."""
    return lambda layers, X: _other_pass(layers, X, **changes).A[-1]


def _in_order(*order):
    """The four arrays of a right pass, given in this order."""
    return lambda *inputs: tuple(_two()(*inputs)[i] for i in order)


def _bent_in_place(*inputs):
    """Z1 and A1 are one array, into which the bend was written."""
    _, A1, Z2, A2 = _two()(*inputs)
    return A1, A1, Z2, A2


def _last_taken_out(layers, X):
    """The right outputs, with the last layer gone from the list that was given."""
    last = layers.pop()
    return _other_pass([*layers, last], X).A[-1]


def _one(X, W, b, **changes):
    """The outputs of a single layer that is changed like this."""
    return _other_pass([(W, b)], X, **changes).A[-1]


def _one_neuron(x, w, b, **changes):
    return _one(x[None], w[:, None], np.array([[b]]), **changes).item()


EITHER_WAY = "the numbers that solve XOR as 'the first and not the second, or the other way round'"


def _xor_either_way(theta):
    net, X = Network((2, 2, 1), hidden="step", output="step"), xor().X
    _, A, _ = net.forward(theta, X)
    for x, said, wanted in zip(X, A[2].ravel(), xor().Y.ravel()):
        if said != wanted:
            return f"for the switches {x.astype(int)} it says {said:.0f}, and XOR is {wanted:.0f}."
    fired = {tuple(column) for column in A[1].T.astype(int).tolist()}
    if fired != {(0, 0, 1, 0), (0, 1, 0, 0)}:
        return (
            "it is XOR, by another sentence. One hidden neuron is to say yes to (1, 0) and to"
            f" nothing else, the other to (0, 1). Yours say, for the four samples, {sorted(fired)}."
        )
    return None


def _parity(theta):
    net = Network((3, 3, 1), hidden="step", output="step")
    X = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], dtype=float)
    wrong = [x for x, a in zip(X, net.predict(theta, X)) if a != x.sum() % 2]
    if wrong:
        x = wrong[0]
        said = net.predict(theta, x[None]).item()
        return (
            f"right for {8 - len(wrong)} of the 8 ways to set the switches; for {x.astype(int)},"
            f" with {x.sum():.0f} on, it says {said:.0f}."
        )
    return None


def _louder():
    """How many of XOR's four answers change if the last neuron's numbers are ten times as large."""
    net, theta = Network((2, 2, 1), hidden="step", output="step"), np.array(NINE)
    loud = theta.copy()
    loud[6:] *= 10
    return int((net.predict(theta, xor().X) != net.predict(loud, xor().X)).sum())


NINE = [1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5]

TASKS = [
    Task(
        "02.neuron",
        asked="the z of one neuron, a number, from its inputs x, its weights w and its bias b",
        cases=_neuron_cases,
        hints=(
            "Weigh, add up, add the bias.",
            "Either a loop over the places of x, or the sign for a dot product.",
            "The sign is `@`, and between two rows of numbers it gives one number.",
        ),
        misconceptions=(
            Misconception(
                "The bias is forgotten",
                "With all inputs at 0, what should a neuron say?",
                partial(_one_neuron, biased=False),
            ),
            Misconception(
                "The bias is added once for every input",
                "How many biases has one neuron?",
                lambda x, w, b: (x * w + b).sum(),
            ),
            Misconception(
                "The products are not added up",
                "How many numbers is the z of one neuron?",
                lambda x, w, b: x * w + b,
            ),
            Misconception(
                "The bias is taken away",
                "With all inputs at 0 and a bias of 2, what should a neuron say?",
                lambda x, w, b: _one_neuron(x, w, -b),
            ),
            Misconception(
                "The bias is a factor",
                "With all inputs at 0 and a bias of 2, what should a neuron say?",
                lambda x, w, b: _one_neuron(x, w, b, biased=False) * b,
            ),
            Misconception(
                "It is cut to a whole number",
                "Which of your numbers or arrays can hold whole numbers only?",
                lambda x, w, b: int(_one_neuron(x, w, b)),
            ),
            Misconception(
                "The sum is bent",
                "Which of the two letters is asked for, what goes into the bend or what comes out?",
                partial(_one_neuron, output="tanh"),
            ),
        ),
    ),
    Task(
        "02.layer",
        asked="the Z of a layer, a row for each sample of X and a column for each unit",
        cases=_layer_cases,
        hints=(
            "Say the shapes: X is (n, n_in), W is (n_in, n_out), and Z is to be (n, n_out).",
            "One product of two matrices and one sum; numpy lays the row b over every row.",
            "Which of X @ W and W @ X has the shape of Z?",
        ),
        misconceptions=(
            Misconception(
                "The biases are forgotten",
                "With all inputs at 0, what should the layer say?",
                partial(_one, biased=False),
            ),
            Misconception(
                "Every sample gets the first one's answer",
                "Your Z has as many rows as X: are they different?",
                lambda X, W, b: np.repeat(_one(X[:1], W, b), len(X), axis=0),
            ),
            Misconception(
                "The bias is added once for every input",
                "How many biases has one unit?",
                lambda X, W, b: _one(X, W, len(W) * b),
            ),
            Misconception(
                "The biases are taken away",
                "With all inputs at 0, what should the layer say?",
                lambda X, W, b: _one(X, W, -b),
            ),
            Misconception(
                "Every unit gets the bias of the first",
                "b has a number for each unit. Which of them does the second column get?",
                lambda X, W, b: _one(X, W, 0 * b + b[0, 0]),
            ),
            Misconception(
                "Units are in rows, and samples in columns",
                "Which axis of X are the samples? Z is to have them there too.",
                lambda X, W, b: _one(X, W, b).T,
            ),
            Misconception(
                "It is cut to whole numbers",
                "Which of your arrays was made like X, and can hold whole numbers only if X does?",
                lambda X, W, b: _one(X, W, b).astype(X.dtype),
            ),
            Misconception(
                "The sum is bent",
                "Which of the two letters is asked for, what goes into the bend or what comes out?",
                partial(_one, output="tanh"),
            ),
        ),
    ),
    Task(
        "02.forward",
        asked="Z1, A1, Z2 and A2 of a network with one hidden layer of tanh",
        cases=_forward_cases,
        parts=("Z1", "A1", "Z2", "A2"),
        hints=(
            "Four lines, in the order in which their names are asked for.",
            "The second layer does what the first did. What is it fed with?",
            "The hidden units are bent by np.tanh; the output stays as it is, so A2 is Z2.",
        ),
        misconceptions=(
            Misconception(
                "The output is bent as well",
                "The target of a network may be 7. Can a tanh say 7?",
                _two(output="tanh"),
            ),
            Misconception(
                "The hidden units do not bend",
                "Two layers without a bend between them: how many layers are they?",
                _two(hidden="identity"),
            ),
            Misconception(
                "The second layer is fed with Z1",
                "What does a hidden unit send on, what goes into its bend or what comes out?",
                _fed_with_sums,
            ),
            Misconception(
                "The biases are forgotten",
                "With all inputs at 0, what should the first layer say?",
                _two(biased=False),
            ),
            Misconception(
                "The bend is the logistic",
                "Which bend runs from −1 to 1?",
                _two(hidden="logistic"),
            ),
            Misconception(
                "The bend is relu",
                "Which bend runs from −1 to 1?",
                _two(hidden="relu"),
            ),
            Misconception(
                "Z1 holds what came out of the bend",
                "Is the bend written into Z1? How many arrays do you have then, one or two?",
                _bent_in_place,
            ),
            *(
                Misconception(
                    "The four arrays are right, and given in another order",
                    "In which order are they asked for, and in which do they stand after `return`?",
                    _in_order(*order),
                )
                for order in ((1, 0, 3, 2), (0, 2, 1, 3), (2, 3, 0, 1), (3, 2, 1, 0), (1, 3, 0, 2))
            ),
        ),
    ),
    Task(
        "02.any_depth",
        asked="the outputs of a network of any number of layers",
        cases=_deep_cases,
        hints=(
            "One array is handed from layer to layer. What is it before the first?",
            "Every layer does the same two things, but for the last, which does not bend.",
            "`for W, b in layers[:-1]:` goes through all but the last, and `layers[-1]` is that"
            " one.",
        ),
        misconceptions=(
            Misconception(
                "The output is bent as well",
                "The target of a network may be 7. Can a tanh say 7?",
                _deep(output="tanh"),
            ),
            Misconception(
                "The hidden units do not bend",
                "Layers without a bend between them: how many layers are they?",
                _deep(hidden="identity"),
            ),
            Misconception(
                "The biases are forgotten",
                "With all inputs at 0, what should the first layer say?",
                _deep(biased=False),
            ),
            Misconception(
                "The bend is the logistic",
                "Which bend runs from −1 to 1?",
                _deep(hidden="logistic"),
            ),
            Misconception(
                "The last layer is left out",
                "After the loop over `layers[:-1]`, which layer has not been used yet?",
                lambda layers, X: np.tanh(_deep()(layers[:-1], X)) if layers[1:] else X,
            ),
            Misconception(
                "Only the first layer and the last are used",
                "With five layers in the list, how many products of two matrices are there?",
                lambda layers, X: _other_pass([layers[0], layers[-1]], X).A[-1],
            ),
            Misconception(
                "The outputs are right, and what was given is changed",
                "Call it twice with the same layers. What does the second call find in them?"
                " `layers.pop()` takes from the caller's list, and after `mine = layers` so does"
                " `mine.pop()`.",
                _last_taken_out,
            ),
        ),
    ),
    Numbers(
        "02.either_way",
        asked=EITHER_WAY,
        shape=(9,),
        fault=_xor_either_way,
        hints=(
            "One hidden neuron is to say yes to (1, 0) only. Which sign has its weight for the"
            " second switch?",
            "x1 − x2 is 1 for (1, 0), 0 for two of the samples and −1 for the last. Where goes the"
            " bias?",
            "The second neuron is the first with its two weights exchanged, and the third is OR."
            " Mind the order: W1 row by row, a row for each switch.",
        ),
    ),
    Numbers(
        "02.parity",
        asked="the numbers that tell whether one or all three of three switches are on",
        shape=(16,),
        fault=_parity,
        hints=(
            "Let all three hidden neurons look at the sum of the switches, each with its own bias:"
            " at least one, at least two, all three.",
            "With 0, 1, 2, 3 switches on, how many of the three say yes? Now the last neuron has to"
            " go up, down and up again.",
            "The last neuron adds the first, takes away the second and adds the third, and its own"
            " border lies halfway between 0 and 1.",
        ),
    ),
    Choice(
        "02.prediction",
        asked="how many of the four answers change if the third neuron's two weights and its bias"
        " are all made ten times as large?",
        truth=_louder,
        says={
            0: "A step asks on which side of 0 its z lies, and ten times z lies on the same side."
            " The line that a neuron draws does not know how loud it is.",
            2: "Take one of the two and work it out: z becomes ten times z. What does the step say"
            " to that?",
            4: "z becomes ten times z. Of which z does that change the sign?",
        },
    ),
]
