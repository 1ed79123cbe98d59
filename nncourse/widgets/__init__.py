"""Hands: widgets for the notebooks, each one call.

    Playground()               a small network parts a plane, live
    Playground(X, y)           the same with points of one's own
    DigitsLab()                a network learns to read handwriting, live, then reads yours
    LuckMap()                  hundreds of networks learn XOR, or not: how much of it is luck
    ActivationExplorer()       a bend, its value and its slope; a layer of it, and thirty layers
    Descent()                  a ball on a slope, and how far a learning rate lets it leap
    NudgeTest()                is this slope right? nudge the weight and see
    BugGallery()               two dozen bugs before all instruments; name one by its symptoms
    Spreadsheet()              a 2-3-1 network, as a drawing and as X W + b, number by number
    FoldThePlane()             the plane as a layer turns, stretches, shifts and bends it
    BackpropStepper()          forward, backward, update, line by line and number by number
    predict(...)  tally()      a question before a picture, and how the answers came out

Displayed where no kernel runs (on a page, in a PDF) a widget is the picture and the sentence of its
state when it was last run; `widget.to_html(path)` makes a page on which the run can be scrubbed.
"""

from nncourse.widgets.activations import ActivationExplorer
from nncourse.widgets.bug_gallery import BugGallery
from nncourse.widgets.descent import Descent
from nncourse.widgets.digits_lab import DigitsLab
from nncourse.widgets.fold import FoldThePlane
from nncourse.widgets.luck_map import LuckMap
from nncourse.widgets.nudge import NudgeTest
from nncourse.widgets.playground import Playground
from nncourse.widgets.prediction import predict, tally
from nncourse.widgets.spreadsheet import Spreadsheet
from nncourse.widgets.stepper import BackpropStepper

__all__ = [
    "ActivationExplorer",
    "BackpropStepper",
    "BugGallery",
    "Descent",
    "DigitsLab",
    "FoldThePlane",
    "LuckMap",
    "NudgeTest",
    "Playground",
    "Spreadsheet",
    "predict",
    "tally",
]
