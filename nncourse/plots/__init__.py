"""Pictures: each is one function, which draws one figure and returns its Axes.

    style           colours, markers and dashes, and what they mean
    given           the checks of what a picture is given, and how sentences quote numbers
    picture         the figure, its Axes, and the sentence that it carries
    activations     activation functions and their slopes
    lines           curves, histograms, losses over training
    slices          a loss over one or two of its parameters
    networks        a network as units and lines; a forward pass as matrices
    plane           samples, decision boundaries, surfaces, hidden space, regression
    counts          a confusion matrix; how often learning succeeded; what instruments notice
    differences     what changes buy on the same splits, beside how far it spreads
    images          digits; weights as images
    latent          digits where an autoencoder has put them
    kernels         a kernel on a picture, and its feature map; learned kernels
    tape            which numbers came from which, and the slopes that went back

A colour has a meaning, and is never the only sign of it: what is positive, learned or right is
blue, solid and round; what is negative, not learned or wrong is orange, dashed and triangular; the
points of a test set are hollow. Every picture has a sentence that says what it shows: `alt(ax)`. A
notebook that displays the picture has the sentence as its alt text, so numbers in it are rounded
until they are the same on every machine; `alt="..."` replaces it.

A picture is drawn from its arguments: it trains nothing, and changes nothing that it is given.
"""

from nncourse.plots.activations import activation, slope_two_ways
from nncourse.plots.counts import confusion_matrix, luck_map, verdicts
from nncourse.plots.differences import differences
from nncourse.plots.images import digits, weights_as_images
from nncourse.plots.kernels import kernel, kernels
from nncourse.plots.latent import latent_plane
from nncourse.plots.lines import bands, curves, histograms, loss_curves, v_curve
from nncourse.plots.networks import forward, network
from nncourse.plots.picture import Picture, alt, panels, png, sheet
from nncourse.plots.plane import decision_boundary, hidden_space, points, regression, surface
from nncourse.plots.slices import loss_slice
from nncourse.plots.style import (
    BLUES,
    CLASSES,
    DARK_FIGURES,
    DARK_PALETTE,
    DIVERGING,
    FIGURES,
    LINES,
    ORANGES,
    PALETTE,
    WIDTH,
    heat_ends,
)
from nncourse.plots.tape import tape

__all__ = [
    "activation", "slope_two_ways",
    "bands", "curves", "histograms", "loss_curves", "v_curve", "loss_slice",
    "network", "forward", "tape",
    "points", "decision_boundary", "surface", "regression", "hidden_space",
    "confusion_matrix", "luck_map", "verdicts", "differences",
    "digits", "weights_as_images", "latent_plane", "kernel", "kernels",
    "Picture", "alt", "panels", "png", "sheet",
    "PALETTE", "DARK_PALETTE", "heat_ends", "DIVERGING", "BLUES", "ORANGES", "CLASSES", "LINES",
    "FIGURES", "DARK_FIGURES", "WIDTH",
]  # fmt: skip
