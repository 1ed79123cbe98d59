"""Right and wrong answers to exercise 01, for tests/test_exercise_checks.py."""

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


RIGHT = {
    "01.logistic_slope": [logistic_slope_by_loop, lambda a: 0.25 - (a - 0.5) ** 2],
    "01.tanh_slope": [tanh_slope_by_loop, lambda a: 1 / np.cosh(np.arctanh(a)) ** 2],
    "01.relu_slope": [relu_slope_by_loop, lambda z: z > 0, lambda z: (z > 0).astype(int)],
    "01.through": [through_by_index, through_backwards],
    "01.reach": [lambda n: (3 / n) ** 0.5, lambda n: math.sqrt(3) / math.sqrt(n)],
}

WRONG = {
    "01.logistic_slope": {
        "all zeros": lambda a: 0 * a,
        "right shape with noise": lambda a: a * (1 - a) + 1e-3 * np.sin(9 * a),
        "the sign": lambda a: a * (a - 1),
        "twice": lambda a: 2 * a * (1 - a),
        "right for one number": lambda a: np.full_like(a, a.flat[0] * (1 - a.flat[0])),
        "right at a half": lambda a: a / 2,
    },
    "01.tanh_slope": {
        "all zeros": lambda a: 0 * a,
        "all ones, right at 0": np.ones_like,
        "right shape with noise": lambda a: 1 - a**2 + 1e-4,
        "right where a is above 0": lambda a: 1 - a * np.abs(a),
        "the sign": lambda a: a**2 - 1,
        "right to the first order": lambda a: 1 - np.arctanh(a) * a,
    },
    "01.relu_slope": {
        "all zeros": np.zeros_like,
        "all ones": np.ones_like,
        "the sign of z": np.sign,
        "the slope of leaky relu": lambda z: np.where(z > 0, 1, 0.01),
        "z or 0 over z, right on the right": lambda z: np.maximum(z, 0) / np.max(z),
        "only of the first": lambda z: float(z.flat[0] > 0),
    },
    "01.through": {
        "all zeros": lambda z, w, b: 0.0,
        "right for one neuron": lambda z, w, b: 1 - np.tanh(z) ** 2,
        "right only when biases are zero": through_without_biases,
        "the last slope alone": through_the_last,
        "the right one with noise": lambda z, w, b: 1.001 * through_by_index(z, w, b),
        "the sign": lambda z, w, b: -through_by_index(z, w, b),
    },
    "01.reach": {
        "always 0.25, as the post": lambda n: 0.25,
        "right for 2": lambda n: 1.2247448,
        "the sign": lambda n: -np.sqrt(3 / n),
        "noise": lambda n: np.sqrt(3 / n) + 1e-3,
        "√n forgotten": lambda n: np.sqrt(3),
    },
}
