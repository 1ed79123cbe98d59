"""Right and wrong answers to exercise 01, for tests/course/test_exercise_checks.py."""

import math

import numpy as np


def tanh_slope_by_loop(a):
    slopes = np.empty_like(a)
    for place in np.ndindex(a.shape):
        slopes[place] = (1 + a[place]) * (1 - a[place])
    return slopes


def logistic_slope_by_loop(a):
    slopes = np.empty_like(a)
    for place in np.ndindex(a.shape):
        slopes[place] = a[place] - a[place] ** 2
    return slopes


def relu_slope_by_loop(z):
    return np.array([1.0 if one > 0 else 0.0 for one in z.ravel()]).reshape(z.shape)


def through_by_index(z, w, b):
    heights = [np.tanh(z)]
    for k in range(len(w)):
        heights.append(np.tanh(w[k] * heights[k] + b[k]))
    return math.prod(1 - a * a for a in heights) * math.prod(w)


def through_backwards(z, w, b):
    if not w:
        return 1 / np.cosh(z) ** 2
    return w[0] / np.cosh(z) ** 2 * through_backwards(w[0] * np.tanh(z) + b[0], w[1:], b[1:])


def through_without_biases(z, w, b):
    return through_by_index(z, w, [0] * len(w))


def through_the_last(z, w, b):
    for weight, bias in zip(w, b):
        z = weight * np.tanh(z) + bias
    return 1 - np.tanh(z) ** 2


def through_by_nudging(z, w, b):
    def end(z):
        a = np.tanh(z)
        for weight, bias in zip(w, b):
            a = np.tanh(weight * a + bias)
        return a

    return (end(z + 1e-5) - end(z - 1e-5)) / 2e-5


def through_with_arrays(z, w, b):
    """All numbers in arrays made beforehand; the answer is an array of one number."""
    a = np.zeros(len(w) + 1)
    a[0] = np.tanh(z)
    for k in range(1, len(a)):
        a[k] = np.tanh(a[k - 1] * w[k - 1] + b[k - 1])
    return np.array([np.prod(np.append(w, 1.0)) * np.prod(1 - np.square(a))])


def through_two_at_most(z, w, b):
    share = 1 - np.tanh(z) ** 2
    if w:
        a = np.tanh(w[0] * np.tanh(z) + b[0])
        share = share * w[0] * (1 - a**2)
    return share


def through_and_spoils(z, w, b):
    """The right number, but the lists that were given are empty afterwards."""
    a = np.tanh(z)
    share = 1 - a * a
    while w:
        weight, bias = w.pop(0), b.pop(0)
        a = np.tanh(weight * a + bias)
        share *= weight * (1 - a * a)
    return share


def through_weight_after(z, w, b):
    """The weight is applied after the wrong activation."""
    a, share = z, 1.0
    for weight, bias in zip(w, b):
        a = np.tanh(weight * a + bias)
        share *= weight * (1 - a**2)
    return share


def slopes_in_place(a):
    a *= 1 - a
    return a


def relu_slope_in_place(z):
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


def relu_slope_of_two_axes(z):
    slopes = np.zeros(z.shape)
    for i in range(len(z)):
        for j in range(z.shape[1]):
            slopes[i, j] = z[i, j] > 0
    return slopes


RIGHT = {
    "01.logistic_slope": [
        logistic_slope_by_loop,
        lambda a: 0.25 - (a - 0.5) ** 2,
        lambda a: np.vectorize(lambda one: one * (1 - one), otypes=[float])(a),
        lambda a: a - np.square(a),
        lambda a: np.multiply(a, np.subtract(1, a)),
        lambda a: np.einsum("...,...->...", a, 1 - a),
        lambda a: (a * (1 - a)).tolist(),
        lambda a: -(a**2) + a,
    ],
    "01.tanh_slope": [
        tanh_slope_by_loop,
        lambda a: 1 / np.cosh(np.arctanh(a)) ** 2,
        lambda a: 1.0 - np.power(a, 2),
        lambda a: (1 - a) * (1 + a),
        lambda a: np.vectorize(lambda one: 1 - one * one, otypes=[float])(a),
        lambda a: -(a * a - 1),
        lambda a: np.ones(a.shape) - a * a,
        lambda a: (1 - a**2).tolist(),
    ],
    "01.relu_slope": [
        relu_slope_by_loop,
        lambda z: z > 0,
        lambda z: (z > 0).astype(int),
        lambda z: np.heaviside(z, 0.5),
        lambda z: (np.sign(z) + 1) / 2,
        lambda z: np.vectorize(lambda one: 1 if one >= 0 else 0)(z),
        lambda z: np.where(z < 0, 0, 1),
        lambda z: np.maximum(z, 0) / z,
        lambda z: (np.maximum(z, 0) > 0) * 1.0,
    ],
    "01.through": [
        through_by_index,
        through_backwards,
        through_by_nudging,
        through_with_arrays,
    ],
    "01.reach": [
        lambda n: (3 / n) ** 0.5,
        lambda n: math.sqrt(3) / math.sqrt(n),
        lambda n: np.exp(0.5 * (np.log(3) - np.log(n))),
        lambda n: np.sqrt(12 / n) / 2,
        lambda n: [math.sqrt(3 * n) / n],
        lambda n: 1 / np.sqrt(n * np.array(1 / 3)),
    ],
}

WRONG = {
    "01.logistic_slope": {
        "all zeros": lambda a: 0 * a,
        "right shape with noise": lambda a: a * (1 - a) + 1e-3 * np.sin(9 * a),
        "the sign": lambda a: a * (a - 1),
        "twice": lambda a: 2 * a * (1 - a),
        "right for one number": lambda a: np.full_like(a, a.flat[0] * (1 - a.flat[0])),
        "right at a half": lambda a: a / 2,
        "it changes its input": slopes_in_place,
        "the other way round, divided": lambda a: a / (1 - a),
        "plus in place of minus": lambda a: a * (1 + a),
        "rounded to two digits": lambda a: np.round(a * (1 - a), 2),
        "a quarter everywhere": lambda a: np.full(a.shape, 0.25),
        "sorted": lambda a: np.sort(a * (1 - a), axis=0),
        "flat": lambda a: (a * (1 - a)).ravel(),
        "one number, their mean": lambda a: np.mean(a * (1 - a)),
        "a matrix product": lambda a: a @ (1 - a).T,
        "clipped off the plateau": lambda a: np.maximum(a * (1 - a), 1e-3),
        "of z, by the exponential": lambda a: np.exp(-a) / (1 + np.exp(-a)) ** 2,
        "the root": lambda a: np.sqrt(a * (1 - a)),
        "two factors of the height": lambda a: a * a * (1 - a),
        "two factors of what is missing": lambda a: a * (1 - a) ** 2,
    },
    "01.tanh_slope": {
        "all zeros": lambda a: 0 * a,
        "all ones, right at 0": np.ones_like,
        "right shape with noise": lambda a: 1 - a**2 + 1e-4,
        "right where a is above 0": lambda a: 1 - a * np.abs(a),
        "the sign": lambda a: a**2 - 1,
        "right to the first order": lambda a: 1 - np.arctanh(a) * a,
        "one plus a square": lambda a: 1 + a**2,
        "bent again": lambda a: np.tanh(1 - a**2),
        "the difference of a and its square": lambda a: a - a**2,
        "two times in place of squared": lambda a: 1 - 2 * a,
        "two a": lambda a: 2 * a,
        "cubed": lambda a: 1 - a**3,
        "only the first row": lambda a: 1 - a[:1] ** 2,
        "the height": lambda a: a,
        "its root": lambda a: np.sqrt(1 - a**2),
        "whole numbers": lambda a: (1 - a**2).astype(int),
        "squared length": lambda a: 1 - np.sum(a**2),
        "a matrix power": lambda a: 1 - a @ a.T,
        "printed, not returned": lambda a: print(1 - a**2),
    },
    "01.relu_slope": {
        "all zeros": np.zeros_like,
        "all ones": np.ones_like,
        "the sign of z": np.sign,
        "the slope of leaky relu": lambda z: np.where(z > 0, 1, 0.01),
        "z or 0 over z, right on the right": lambda z: np.maximum(z, 0) / np.max(z),
        "only of the first": lambda z: float(z.flat[0] > 0),
        "an if": lambda z: 1 if z > 0 else 0,
        "it changes its input": relu_slope_in_place,
        "a table only": relu_slope_of_two_axes,
        "above 1": lambda z: z > 1,
        "above a little": lambda z: z > 0.1,
        "of whole numbers": lambda z: z.astype(int) > 0,
        "clipped": lambda z: np.clip(z, 0, 1),
        "a half on the left": lambda z: np.where(z > 0, 1, 0.5),
        "texts": lambda z: np.where(z > 0, "1", "0"),
        "only the slopes that are 1": lambda z: (z > 0)[z > 0],
        "any of them": lambda z: np.any(z > 0) * np.ones(z.shape),
        "a logistic": lambda z: 1 / (1 + np.exp(-z)),
    },
    "01.through": {
        "all zeros": lambda z, w, b: 0.0,
        "right for one neuron": lambda z, w, b: 1 - np.tanh(z) ** 2,
        "right only when biases are zero": through_without_biases,
        "the last slope alone": through_the_last,
        "the right one with noise": lambda z, w, b: 1.001 * through_by_index(z, w, b),
        "the sign": lambda z, w, b: -through_by_index(z, w, b),
        "two neurons at most": through_two_at_most,
        "it empties the lists it is given": through_and_spoils,
        "the first bend is forgotten": through_weight_after,
        "weights without their sign": lambda z, w, b: np.abs(through_by_index(z, w, b)),
        "the height at the end": lambda z, w, b: np.tanh(z),
        "clipped to 1": lambda z, w, b: np.clip(through_by_index(z, w, b), -1, 1),
        "one share for each bend": lambda z, w, b: np.array([1 - np.tanh(z) ** 2] * (len(w) + 1)),
        "biases too": lambda z, w, b: through_by_index(z, w, b) * np.prod(b),
        "backwards through the weights": lambda z, w, b: through_by_index(z, w[::-1], b[::-1]),
        "the last weight is left out": lambda z, w, b: through_by_index(z, w[:-1], b[:-1]),
        "an average": lambda z, w, b: through_by_index(z, w, b) / (len(w) + 1),
    },
    "01.reach": {
        "always 0.25, as the post": lambda n: 0.25,
        "right for 2": lambda n: 1.2247448,
        "the sign": lambda n: -np.sqrt(3 / n),
        "noise": lambda n: np.sqrt(3 / n) + 1e-3,
        "√n forgotten": lambda n: np.sqrt(3),
        "that of Glorot": lambda n: np.sqrt(6 / (2 * n + 1)),
        "for 2 and for 64 alone": lambda n: {2: 3**0.5 / 2**0.5, 64: 3**0.5 / 8}.get(n, 0.17),
        "whole numbers": lambda n: (3 // n) ** 0.5,
        "one input too many": lambda n: np.sqrt(3 / (n + 1)),
        "one input too few": lambda n: np.sqrt(3 / (n - 1)),
        "rounded": lambda n: round(np.sqrt(3 / n), 2),
        "a table of weights": lambda n: np.full(n, np.sqrt(3 / n)),
        "a root too many": lambda n: (3 / n) ** 0.25,
        "three roots": lambda n: 3 / np.sqrt(n),
        "never above 1": lambda n: min(1, np.sqrt(3 / n)),
        "both ends": lambda n: (-np.sqrt(3 / n), np.sqrt(3 / n)),
    },
}
