"""Hands: widgets for the notebooks, each one call.

Move a slider and the picture follows. Displayed where no kernel runs (on a page, in a PDF) a widget
is the picture and the sentence of its state when it was last run.
"""

from nnlib.widgets.explorables import activation_explorer, digits_lab, playground
from nnlib.widgets.explorer import Explorer

__all__ = ["Explorer", "activation_explorer", "digits_lab", "playground"]
