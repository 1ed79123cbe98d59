"""The cases of exercise 10, and what its prediction turns out to be."""

import numpy as np

from nnlib import convolution
from nnlib.convolution import Convolution, ConvolutionalNetwork, Pooling
from nnlib.gradient_check import numerical_gradient
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import both_signs

SEED = 10


def windows():
    """Pictures, sizes and strides, and their windows in rows."""
    rng, cases = np.random.default_rng(SEED), []
    for what, shape, size, stride in [
        ("5 by 7 pixels, stride 1", (5, 7), 3, 1),
        ("windows that fill the picture, stride 2", (4, 6), 2, 2),
        ("8 by 6 pixels, stride 2", (8, 6), 3, 2),
        ("a stride larger than the window", (9, 7), 2, 3),
        ("a picture as high as the window", (4, 5), 4, 1),
    ]:
        A = rng.normal(0.4, 1, shape)
        rows = convolution.windows(A[..., None], size, stride).reshape(-1, size * size)
        cases.append(Case(what, {"A": A, "size": size, "stride": stride}, rows))
    return cases


SIZED = ("height", "width", "channels", "kernels", "size", "stride", "padding")


def sizes():
    """Pictures and layers, and the rows, columns and parameters of nnlib's own layer."""
    cases = []
    for what, numbers in [
        ("a gray picture, no padding", (8, 10, 1, 16, 3, 1, 0)),
        ("a frame of one pixel", (8, 9, 1, 5, 3, 1, 1)),
        ("three colours", (11, 7, 3, 4, 5, 1, 2)),
        ("maps of another layer, stride 2", (9, 12, 6, 7, 3, 2, 1)),
        ("a stride of 3, with pixels left over", (13, 18, 2, 3, 4, 3, 0)),
    ]:
        height, width, channels, *layer = numbers
        kernels = Convolution(*layer)
        net = ConvolutionalNetwork((height, width, channels), [kernels, 2])
        W, b = net.layers(np.zeros(net.n_parameters))[0]
        rows, columns, _ = net.shapes[1]
        inputs = dict(zip(SIZED, numbers))
        cases.append(Case(what, inputs, (rows, columns, W.size + b.size)))
    return cases


def larger_pictures():
    """How many parameters the network of the notebook has on 16 by 16 pixels, in words."""
    small, large = (
        ConvolutionalNetwork((side, side), [Convolution(16), Pooling(2), 10]).n_parameters
        for side in (8, 16)
    )
    words = {1: "as many as before", 2: "twice as many", 4: "nearly four times as many"}
    return words.get(round(large / small), "nearly sixteen times as many")


class Kernels:
    """A layer of kernels with its pictures A (n, height, width), weights and slopes `delta`."""

    def __init__(self, rng, n, shape, kernels, size, stride):
        layer = Convolution(kernels, size, stride, padding=0)
        self.net = ConvolutionalNetwork(shape, [layer, 2])
        self.size, self.stride = size, stride
        self.theta = both_signs(rng, 0.4, 1.2, self.net.n_parameters)
        self.W, self.b = self.net.layers(self.theta)[0]
        self.A = rng.normal(0.4, 1, (n, *shape))
        self.delta = rng.normal(0.3, 1, (n, *self.net.shapes[1]))

    def maps(self, theta):
        """The feature maps at this theta, (n, rows, columns, kernels)."""
        return self.net.forward(theta, self.A.reshape(len(self.A), -1)).Z[0]

    def measured(self):
        """gW and gb by nudging: the loss whose slopes along the maps are delta."""

        def loss(theta):
            return (self.delta * self.maps(theta)).sum(), None

        return self.net.layers(numerical_gradient(loss, self.theta))[0]


SHAPES = [
    ("windows of 3 by 3, stride 1", (3, (6, 5), 4, 3, 1)),
    ("windows of 2 by 2, stride 2", (5, (6, 8), 2, 2, 2)),
    ("a single kernel", (2, (5, 7), 1, 3, 2)),
    ("a picture as high as the window", (1, (3, 7), 5, 3, 1)),
]


def feature_maps():
    """A picture and kernels, and the maps."""
    rng, cases = np.random.default_rng(SEED), []
    for what, (_, *layer) in SHAPES:
        it = Kernels(rng, 1, *layer)
        inputs = {"A": it.A[0], "W": it.W, "b": it.b, "size": it.size, "stride": it.stride}
        cases.append(Case(what, inputs, it.maps(it.theta)[0]))
    return cases


def kernel_slopes():
    """Pictures and delta, and the slopes of the kernels as nudges measure them."""
    rng, cases = np.random.default_rng(SEED), []
    for what, layer in SHAPES:
        it = Kernels(rng, *layer)
        inputs = {"A": it.A, "delta": it.delta, "size": it.size, "stride": it.stride}
        cases.append(Case(what, inputs, it.measured()))
    return cases


def pool_back():
    """A map and the slopes along its pooled numbers, and those along its pixels."""
    rng = np.random.default_rng(SEED)
    blank = np.maximum(rng.normal(0, 1, (4, 6)), 0)
    blank[2:, 2:4] = 0
    cases = []
    for what, A in [
        ("4 by 6 pixels, no two alike", rng.normal(0, 1, (4, 6))),
        ("a single block", rng.normal(0, 1, (2, 2))),
        ("pixels below 0", rng.uniform(-2, -1, (6, 4))),
        ("two equally large in a block", np.array([[3, 1, 2, 2], [0, 3, 1, 0]])),
        ("a blank block", blank),
    ]:
        delta = both_signs(rng, 0.4, 1.6, A.size // 4).reshape(len(A) // 2, -1)
        back = convolution.to_the_largest(delta[..., None], A[..., None], 2)[..., 0]
        cases.append(Case(what, {"A": A, "delta": delta}, back))
    return cases
