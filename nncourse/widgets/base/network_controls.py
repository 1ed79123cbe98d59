"""The controls of networks and of their training, which several widgets have."""

from nnlib.activations import ACTIVATIONS
from nncourse.widgets.base.controls import Choice, Slider
from nncourse.words import called

HIDDEN_NAMES = {name: called(name) for name in ACTIVATIONS if name != "step"}
SCALES = {"auto": "sized to inputs", 0.1: "±0.1", 0.25: "±0.25 (2013)", 0.5: "±0.5", 1.0: "±1",
          2.0: "±2", 5.0: "±5"}  # fmt: skip
STRENGTHS = {0.0: "0", 0.0001: "0.0001", 0.001: "0.001", 0.003: "0.003", 0.01: "0.01",
             0.03: "0.03", 0.1: "0.1", 0.3: "0.3", 1.0: "1"}  # fmt: skip

HIDDEN_UNITS = Slider("hidden_units", "hidden units", 1, 16, 4, whole=True)
HIDDEN = Choice("hidden", "activation", HIDDEN_NAMES, "tanh")
SCALE = Choice("scale", "initial weights", SCALES, "auto")
WEIGHT_SEED = Slider("weight_seed", "weight seed", 0, 9999, 7, whole=True)
DATA_SEED = Slider("data_seed", "data seed", 0, 9999, 0, whole=True)
LEARNING_RATE = Slider("learning_rate", "learning rate", 0.001, 10, 0.5, log=True)
BATCH_SIZE = Slider("batch_size", "batch size", 1, 100, 10, whole=True)
OPTIMIZER = Choice("optimizer", "optimizer", {"sgd": "gradient descent", "momentum": "momentum",
                                              "nesterov": "Nesterov", "adam": "Adam"},
                   "sgd")  # fmt: skip
L1 = Choice("l1", "L1", STRENGTHS, 0.0)
L2 = Choice("l2", "L2", STRENGTHS, 0.0)
DROPOUT = Slider("dropout", "dropout", 0, 0.9, 0, step=0.05)
