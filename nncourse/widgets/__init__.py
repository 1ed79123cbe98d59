"""Widgets for the notebooks, each made by one call.

    Playground()               a small network learns to part a plane, live
    Playground(X, y)           the same with points of one's own
    DigitsLab()                a network learns to read handwriting, live, then reads yours
    LuckMap()                  hundreds of networks learn XOR, or not: how much of it is luck
    ActivationExplorer()       an activation, its value and its slope; a layer, and thirty layers
    Descent()                  gradient descent on a curve, and the effect of the learning rate
    NudgeTest()                a slope, compared with the difference that a nudge makes
    Ravine()                   four optimizers walk in a narrow valley, each at its best rate
    OptimizerRace()            four optimizers read digits: what an update costs, and what it buys
    BugGallery()               two dozen bugs, their symptoms, and mysteries to solve
    Spreadsheet()              a 2-3-1 network, as a drawing and as X W + b, number by number
    FoldThePlane()             the plane as a layer turns, stretches, shifts and folds it
    KernelLab()                nine numbers moved over a picture, and the map that they make
    BackpropStepper()          forward, backward, update, line by line and number by number
    PostSwitches()             the choices of the 2013 post as switches, and a hundred starts
    LatentPlane()              digits squeezed into two numbers, and the plane of these
    TapeDesk()                 a small calculation as a tape, and the walk back along it
    predict(...)  tally()      a question before a picture, and how the answers came out

Where no kernel runs (on a page, in a PDF) a widget is the picture and the sentence of its state at
its last run; `widget.to_html(path)` writes a page with a slider through the moments of the run.
"""

from nncourse.widgets.activations import ActivationExplorer
from nncourse.widgets.bug_gallery import BugGallery
from nncourse.widgets.descent import Descent
from nncourse.widgets.digits_lab import DigitsLab
from nncourse.widgets.fold import FoldThePlane
from nncourse.widgets.kernel_lab import KernelLab
from nncourse.widgets.latent_plane import LatentPlane
from nncourse.widgets.luck_map import LuckMap
from nncourse.widgets.nudge import NudgeTest
from nncourse.widgets.optimizer_race import OptimizerRace
from nncourse.widgets.playground import Playground
from nncourse.widgets.post_switches import PostSwitches
from nncourse.widgets.prediction import predict, tally
from nncourse.widgets.ravine import Ravine
from nncourse.widgets.spreadsheet import Spreadsheet
from nncourse.widgets.stepper import BackpropStepper
from nncourse.widgets.tape_desk import TapeDesk

__all__ = [
    "ActivationExplorer",
    "BackpropStepper",
    "BugGallery",
    "Descent",
    "DigitsLab",
    "FoldThePlane",
    "KernelLab",
    "LatentPlane",
    "LuckMap",
    "NudgeTest",
    "OptimizerRace",
    "Playground",
    "PostSwitches",
    "Ravine",
    "Spreadsheet",
    "TapeDesk",
    "predict",
    "tally",
]
