"""Hands: widgets for the notebooks, each one call.

    Playground()               a small network parts a plane, live
    Playground(X, y)           the same with points of one's own
    DigitsLab()                a network learns to read handwriting, live, then reads yours
    LuckMap()                  hundreds of networks learn XOR, or not: how much of it is luck
    activation_explorer()      a bend, its value and its slope

Displayed where no kernel runs (on a page, in a PDF) a widget is the picture and the sentence of its
state when it was last run; `widget.to_html(path)` makes a page on which the run can be scrubbed.
"""

from nnlib.widgets.digits_lab import DigitsLab
from nnlib.widgets.explorables import activation_explorer
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.luck_map import LuckMap
from nnlib.widgets.playground import Playground

__all__ = ["DigitsLab", "Explorer", "LuckMap", "Playground", "activation_explorer"]
