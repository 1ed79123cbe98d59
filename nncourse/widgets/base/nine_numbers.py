"""The network that notebook 02 makes by hand, and that several widgets begin with."""

import numpy as np

from nnlib.network import Network

NET = Network((2, 2, 1))  # tanh in the hidden layer, identity at the output, squared error
# Its nine numbers as theta: OR and NAND in the hidden layer, AND at the output.
NINE = np.array([1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5])
