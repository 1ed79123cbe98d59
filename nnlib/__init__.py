"""How a neural network learns, in plain numpy, in the order in which to read it.

    notation, checks, plans, guards, nudges           the letters; what is refused, in which words
    activations, losses, regularization               activation functions, losses, penalties
    backprop, network                                 forward and backward, and where theta is cut
    gradient_check, optimizers, training              is it right, the next step, the sequence
    convolution                                       the same weights at every place of a picture
    classes                                           what is a label, and which class is meant
    datasets, metrics                                 samples to learn from, how well it went
    files, saved                                      a file written whole, a network as a file
    neural_network                                    the 2013 post's class, on top of all this
    experiments                                       many networks at once; import it by name
    estimators                                        for scikit-learn; likewise

It needs numpy and no more, but for `digits` and `estimators` (scikit-learn) and for sweeps on
several processes (joblib). Pictures, widgets, bugs and exercises are in `nncourse`.
"""

from nnlib.activations import ACTIVATIONS, Activation, logistic, softmax
from nnlib.backprop import Trace
from nnlib.classes import labels
from nnlib.convolution import Convolution, ConvolutionalNetwork, Pooling, windows
from nnlib.datasets import (
    Dataset,
    and_,
    blobs,
    circles,
    digits,
    features,
    hills,
    hold_out,
    moons,
    or_,
    plane,
    quadrants,
    shifted_copies,
    sine,
    spirals,
    xor,
)
from nnlib.gradient_check import gradient_error, numerical_gradient
from nnlib.losses import LOSSES, Loss
from nnlib.metrics import (
    ConfusionMatrix,
    accuracy,
    class_report,
    confusion_matrix,
    wilson_interval,
)
from nnlib.network import Network
from nnlib.neural_network import NeuralNetwork
from nnlib.optimizers import SGD, Adam, Momentum, Nesterov
from nnlib.regularization import dropout_mask, l1_penalty, l2_penalty
from nnlib.training import Diverged, History, Step, record, train

__all__ = [
    "ACTIVATIONS", "Activation", "logistic", "softmax",
    "LOSSES", "Loss",
    "l1_penalty", "l2_penalty", "dropout_mask",
    "Network", "Trace", "Convolution", "Pooling", "ConvolutionalNetwork", "windows",
    "numerical_gradient", "gradient_error",
    "SGD", "Momentum", "Nesterov", "Adam",
    "Step", "train", "record", "History", "Diverged",
    "Dataset", "xor", "and_", "or_", "blobs", "circles", "moons", "spirals",
    "quadrants", "sine", "plane", "hills", "digits", "features", "hold_out",
    "shifted_copies",
    "labels", "accuracy", "confusion_matrix", "ConfusionMatrix", "class_report", "wilson_interval",
    "NeuralNetwork",
]  # fmt: skip
