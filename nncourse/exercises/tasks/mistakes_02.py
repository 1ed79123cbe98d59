"""The mistakes that are known in exercise 02."""

from functools import partial

import numpy as np

from nnlib.network import Network
from nncourse.exercises.cases import Misconception
from nncourse.exercises.tasks.common import other_orders


def _other_pass(layers, X, biased=True, **activations):
    """The trace of a network of these layers with other activations, or without its biases."""
    sizes = [layers[0][0].shape[0], *(W.shape[1] for W, _ in layers)]
    numbers = [(W.ravel(), b.ravel() * biased) for W, b in layers]
    theta = np.concatenate([piece for pair in numbers for piece in pair])
    return Network(sizes, **activations).forward(theta, X)


def _two(**changes):
    """Z1, A1, Z2, A2 of a network that is changed like this."""

    def forward(W1, b1, W2, b2, X):
        (Z1, Z2), (_, A1, A2), _ = _other_pass([(W1, b1), (W2, b2)], X, **changes)
        return Z1, A1, Z2, A2

    return forward


def _fed_with_sums(W1, b1, W2, b2, X):
    """The right arrays, but that the second layer is given Z1 for A1."""
    Z1, A1, _, _ = _two()(W1, b1, W2, b2, X)
    (Z2,), (_, A2), _ = _other_pass([(W2, b2)], Z1)
    return Z1, A1, Z2, A2


def _deep(**changes):
    """The outputs of a network that is changed like this."""
    return lambda layers, X: _other_pass(layers, X, **changes).A[-1]


def _bent_in_place(*inputs):
    """The activation was written into Z1, so that Z1 and A1 are one array."""
    _, A1, Z2, A2 = _two()(*inputs)
    return A1, A1, Z2, A2


def _last_taken_out(layers, X):
    """The right outputs, but the last layer is removed from the list that was given."""
    last = layers.pop()
    return _other_pass([*layers, last], X).A[-1]


def _one(X, W, b, **changes):
    """The outputs of a single layer that is changed like this."""
    return _other_pass([(W, b)], X, **changes).A[-1]


def _one_neuron(x, w, b, **changes):
    return _one(x[None], w[:, None], np.array([[b]]), **changes).item()


NEURON = (
    Misconception(
        "The bias is forgotten",
        "With all inputs at 0, what should a neuron say?",
        partial(_one_neuron, biased=False),
    ),
    Misconception(
        "The bias is added once for every input",
        "How many biases does one neuron have?",
        lambda x, w, b: (x * w + b).sum(),
    ),
    Misconception(
        "The products are not added up",
        "How many numbers is the z of one neuron?",
        lambda x, w, b: x * w + b,
    ),
    Misconception(
        "The bias is subtracted",
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
        "An activation function is applied",
        "Which is asked for, the z that goes into an activation function or the a that comes out?",
        partial(_one_neuron, output="tanh"),
    ),
)

LAYER = (
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
        "How many biases does one unit have?",
        lambda X, W, b: _one(X, W, len(W) * b),
    ),
    Misconception(
        "The biases are subtracted",
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
        "An activation function is applied",
        "Which is asked for, the z that goes into an activation function or the a that comes out?",
        partial(_one, output="tanh"),
    ),
)

FORWARD = (
    Misconception(
        "The output goes through tanh as well",
        "A target may be 7. Can tanh give 7?",
        _two(output="tanh"),
    ),
    Misconception(
        "The hidden layers have no activation function",
        "Two layers with no activation function between them: how many layers are they worth?",
        _two(hidden="identity"),
    ),
    Misconception(
        "The input of the second layer is Z1",
        "What does a hidden unit pass on, its z or its a?",
        _fed_with_sums,
    ),
    Misconception(
        "The biases are forgotten",
        "With all inputs at 0, what should the first layer say?",
        _two(biased=False),
    ),
    Misconception(
        "The activation function is the logistic",
        "Which activation function runs from −1 to 1?",
        _two(hidden="logistic"),
    ),
    Misconception(
        "The activation function is relu",
        "Which activation function runs from −1 to 1?",
        _two(hidden="relu"),
    ),
    Misconception(
        "Z1 holds what came out of tanh",
        "Is tanh written into Z1? How many arrays do you have then, one or two?",
        _bent_in_place,
    ),
    *other_orders(
        "The four arrays are right, but in another order",
        "In which order are they asked for, and in which do you return them?",
        _two(),
        *((1, 0, 3, 2), (0, 2, 1, 3), (2, 3, 0, 1), (3, 2, 1, 0), (1, 3, 0, 2)),
    ),
)

ANY_DEPTH = (
    Misconception(
        "The output goes through tanh as well",
        "A target may be 7. Can tanh give 7?",
        _deep(output="tanh"),
    ),
    Misconception(
        "The hidden layers have no activation function",
        "Layers with no activation function between them: how many layers are they worth?",
        _deep(hidden="identity"),
    ),
    Misconception(
        "The biases are forgotten",
        "With all inputs at 0, what should the first layer say?",
        _deep(biased=False),
    ),
    Misconception(
        "The activation function is the logistic",
        "Which activation function runs from −1 to 1?",
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
        "The outputs are right, but what was given is changed",
        "Call it twice with the same layers. What does the second call find in them?"
        " `layers.pop()` takes from the caller's list, and after `mine = layers` so does"
        " `mine.pop()`.",
        _last_taken_out,
    ),
)
