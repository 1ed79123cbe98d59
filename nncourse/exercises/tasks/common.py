"""Mistakes that are known in several exercises."""

from collections.abc import Callable

from nncourse.exercises.cases import Misconception

FOUR_ORDER = "The four are in another order", "W1, b1, W2, b2: in which order do you give them?"
DIVIDED_TWICE = (
    "The slopes are divided by the number of samples twice",
    "The mean over n samples is the sum divided by n, once. Which of your lines divide by n?",
)
CHANGED = (
    "The arrays that were given are changed",
    "`list(parameters)` is a new list with the same four arrays in it. Which line would make new"
    " arrays?",
)
FIRST_SLOPES = (
    "Every step uses the slopes at the start",
    "After a step the slopes are different. Which of your lines computes them again?",
)
OUTPUTS_TOO = (
    "The mean is taken over the outputs too",
    "The loss adds up over the outputs and is averaged over the samples. By which number do you"
    " divide?",
)
NO_RATE = (
    "The learning rate is forgotten",
    "Halve the learning rate. How much shorter does your step become?",
)
UPHILL = (
    "The steps go uphill",
    "The gradient points where the loss grows. Which way do you want to go?",
)


ERROR_SQUARED = (
    "delta2 is the error squared",
    "The loss measures how wrong an output is, and delta is its slope. Which of the two, when an"
    " output is too low, has a minus sign?",
)


def squared_errors(backward: Callable, outputs: Callable) -> tuple[Misconception, ...]:
    """The mistake of a backward pass whose delta2 is the error squared, with and without ½ and 1/n.

    `backward` is right, and subtracts the targets from the outputs, so that other targets make any
    delta2. `outputs(W1, b1, W2, b2, X)` gives the outputs.
    """

    def times(factor):
        def answer(*inputs):
            *places, Y = inputs
            A2, n = outputs(*places), len(Y)
            return tuple(backward(*places, A2 - n * factor(n) * (A2 - Y) ** 2))

        return answer

    factors = (lambda n: 1 / 2, lambda n: 1 / 2 / n, lambda n: 1.0, lambda n: 1 / n)
    return in_several_ways(*ERROR_SQUARED, *map(times, factors))


def in_order(right: Callable, order: tuple[int, ...]) -> Callable:
    """The answers of `right`, with their parts in this order.

    >>> in_order(lambda x: (x, 2 * x, 3 * x), (2, 0, 1))(5)
    (15, 5, 10)
    """

    def answer(*inputs):
        parts = right(*inputs)
        return tuple(parts[i] for i in order)

    return answer


def in_several_ways(title: str, question: str, *answers) -> tuple[Misconception, ...]:
    """One mistake that can be made in several ways: a Misconception for each of the answers."""
    return tuple(Misconception(title, question, answer) for answer in answers)


def other_orders(title: str, question: str, right: Callable, *orders) -> tuple[Misconception, ...]:
    """The mistake of giving the parts of a right answer in one of these orders."""
    return in_several_ways(title, question, *(in_order(right, order) for order in orders))


def in_place(learn: Callable, i: int) -> Callable:
    """A way to learn that writes what it learned into its ith argument, a list of arrays."""

    def answer(*inputs):
        for given, learned in zip(inputs[i], learn(*inputs)):
            given[:] = learned
        return inputs[i]

    return answer
