"""Notebook 09: digits squeezed into two numbers, and the plane of all pairs of numbers."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

import numpy as np

from nnlib.classes import labels
from nnlib.datasets import Dataset, digits
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.widgets import latent_panels
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.lab import Lab, overflow_allowed
from nncourse.widgets.base.messages import Message
from nncourse.widgets.base.payloads import series
from nncourse.widgets.base.python_code import network_line
from nncourse.widgets.base.stage import Stage
from nncourse.words import minus, signed

SIZES = (64, 60, 30, 2, 30, 60, 64)
STRIDE = 0.02  # of the walk, from one picture to the next
STOPS = 9  # pictures of the walk
FAR = 0.08  # where no training digit is so near, nothing lives
TRAIN = "▶ Train"
WHICH = {k: str(k) for k in range(10)}


class LatentRun(Lab):
    """The latent plane without its stage: an autoencoder, its training, and a place in its plane.

    With `theta`, it begins as a network that is trained already; `network` describes it.
    The place and the walk are looked at only, and change nothing of the run.
    """

    NAME, TITLE = "latent", "Latent plane"
    CONTROLS = by_name(
        replace(network_controls.LEARNING_RATE, low=0.0001, high=1, value=0.003),
        replace(network_controls.OPTIMIZER, value="adam"),
        replace(network_controls.BATCH_SIZE, value=32),
        replace(network_controls.DATA_SEED, value=7),
        network_controls.WEIGHT_SEED,
        Choice("walk_from", "from a", WHICH, 3),
        Choice("walk_to", "to", WHICH, 8),
        Slider("number_1", "first number", -1, 1, 0.0, step=0.01),
        Slider("number_2", "second number", -1, 1, 0.0, step=0.01),
    )
    STARTS_OVER = frozenset({"data_seed", "weight_seed"})
    VIEW = frozenset({"walk_from", "walk_to", "number_1", "number_2"})
    HANDS = (*Lab.HANDS, "drag", "walk", "choose")
    PAUSES = (*Lab.PAUSES, "walk")
    BUTTONS = {"play": TRAIN, "walk": "▶ Walk", "epoch": "Epoch", "reset": "Same start",
               "new_start": "New start"}  # fmt: skip
    PICTURES = 20
    CURVES_OVER = "epoch"

    def __init__(self, *, network: Network | None = None, theta: Array | None = None, **settings):
        self.share: float | None = None  # of the walk, how much of it is done
        self.given = _checked(network, theta)
        super().__init__(**settings)

    # What is learned

    def make_data(self) -> Dataset:
        """The digits, split by the data seed; what is asked of the network is its own input."""
        data = digits(np.random.default_rng(self.settings["data_seed"]))
        self.true = labels(data.Y)
        self.ends = [_typical(data.X, self.true, figure) for figure in range(10)]
        return data._replace(Y=data.X, Y_test=data.X_test)

    def make_network(self) -> Network:
        """64 pixels, two numbers, 64 pixels."""
        return self.given[0]

    @overflow_allowed
    def measure(self, theta: Array) -> dict:
        """The mean squared error a pixel, of the training digits ("loss") and of the others."""
        data = self.data
        return {"loss": _error(self.net.predict(theta, data.X), data.X),
                "test_loss": _error(self.net.predict(theta, data.X_test), data.X_test)}  # fmt: skip

    def _start(self, changes: list) -> None:
        super()._start(changes)
        self.every = self.steps_per_epoch
        theta, self._known = self.given[1], None
        if theta is not None:
            self.now = self.now._replace(theta=theta, scores=self.measure(theta))
            self.history = [self.now]

    def new_start(self) -> None:
        """Other first weights, also in place of those that were given."""
        before, self.given = self.given, (self.given[0], None)
        try:
            super().new_start()
        except ValueError:
            self.given = before
            raise

    def set(self, name: str, value) -> None:
        """Move a control."""
        super().set(name, value)
        if name in self.VIEW:
            self.share = None

    @property
    def pace(self) -> int:
        """Steps to take from one picture to the next: an epoch."""
        return self.steps_per_epoch

    def advance(self, steps: int) -> bool:
        """Train so many steps."""
        self.share = None
        return super().advance(steps)

    # The plane

    @property
    def bottleneck(self) -> int:
        """The layer of two units, counted from the inputs."""
        return self.net.sizes.index(2)

    def encoded(self, X: Array) -> Array:
        """(n, 2) the codes of pictures X (n, 64)."""
        return self.net.forward(self.shown.theta, X).A[self.bottleneck]

    @overflow_allowed
    def decoded(self, codes: Array) -> Array:
        """(n, 64) the pictures that codes (n, 2) become."""
        return decoder(self.net).predict(decoder_theta(self.net, self.shown.theta), codes)

    @property
    def codes(self) -> Array:
        """(n, 2) the codes of all training digits."""
        moment = self.generation, self.shown.index
        if self._known is None or self._known[0] != moment:
            self._known = moment, self.encoded(self.data.X)
        return self._known[1]

    @property
    def here(self) -> Array:
        """(2,) the place that is looked at."""
        return np.array([self.settings["number_1"], self.settings["number_2"]])

    @property
    def nearest(self) -> tuple[int, float]:
        """The training digit whose code is the nearest to here, and how far away that is."""
        distances = np.hypot(*(self.codes - self.here).T)
        nearest = int(distances.argmin())
        return nearest, float(distances[nearest])

    @property
    def walk_pictures(self) -> Array:
        """(2, 64) the digits between which the walk leads, each the most typical of its class."""
        return self.data.X[[self.ends[self.settings[end]] for end in ("walk_from", "walk_to")]]

    @property
    def walk_codes(self) -> Array:
        """(2, 2) where the walk begins and ends."""
        return self.codes[[self.ends[self.settings[end]] for end in ("walk_from", "walk_to")]]

    # Hands

    def go_to(self, place: Array) -> None:
        """Look at this place of the plane."""
        for name, number in zip(("number_1", "number_2"), np.clip(place, -1, 1)):
            self.settings[name] = self.first[name] = round(float(number), 3)

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Go to a place of the plane."""
        if (panel, hand) != ("plane", "here"):
            raise ValueError(f"there is nothing called {str(hand)[:20]!r} to drag: drag the ring")
        if not all(isinstance(number, int | float) and abs(number) < 1e6 for number in (x, y)):
            raise ValueError(f"a place is two numbers: {str(x)[:20]} and {str(y)[:20]} given")
        self.go_to(np.array([x, y]))
        self.share = None

    def walk(self) -> None:
        """Go to where the walk begins."""
        self.share = 0.0
        self.go_to(self.walk_codes[0])

    def stride(self) -> bool:
        """Go on with the walk; False at its end."""
        self.share = min(1.0, (self.share or 0.0) + STRIDE)
        start, end = self.walk_codes
        self.go_to(start + self.share * (end - start))
        return self.share < 1

    def choose(self, panel: str, place: int) -> None:
        """Go to one of the pictures of the walk."""
        if panel != "walk" or type(place) is not int or not 0 <= place < 2 * STOPS:
            raise ValueError(f"there is no {str(place)[:20]} in {str(panel)[:20]!r}")
        self.share = place % STOPS / (STOPS - 1) - STRIDE
        self.stride()

    # What the stage shows

    @property
    def run_name(self) -> str:
        return f"rate {self.settings['learning_rate']:.3g}"

    @property
    def values(self) -> dict:
        return super().values | {"play": TRAIN}

    @property
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""
        moment = self.shown
        if not moment.epoch and self.given[1] is None:
            return "Nothing is learned yet: every place becomes the same grey. Press Train."
        if not self.here.any():  # nobody has gone anywhere yet
            return "This plane is learned. Press anywhere in it, or Walk: what lives there?"
        nearest, distance = self.nearest
        away = (
            f"the nearest digit is {latent_panels.figure(self.true[nearest])}, {distance:.2f} away"
        )
        if distance > FAR:
            away = f"nothing lives here, {away}"
        first, second = (signed(number) for number in self.here)
        return minus(
            f"epoch {moment.epoch:,} · error {moment.scores['test_loss']:.3f} on new digits ·"
            f" at ({first}, {second}): {away}"
        )

    def scene(self) -> dict:
        return latent_panels.scene(self)

    @overflow_allowed
    def panels(self) -> dict:
        return latent_panels.panels(self)

    def draw_learned(self, ax) -> None:
        """The training digits in the plane."""
        latent_panels.draw_plane(self, ax)

    def picture(self, hide=()):
        """The plane, and the walk through it."""
        return latent_panels.picture(self)

    # Exits

    def _imports(self) -> list[str]:
        return ["digits"]

    def _setup(self) -> list[str]:
        return [
            f"data = digits(np.random.default_rng({self.first['data_seed']}))",
            "X = Y = data.X",
            network_line(self.net),
        ]

    def python(self) -> str:
        if self.given[1] is not None:
            raise ValueError("this network came trained: the lines that trained it are not known")
        return super().python()

    def _last_lines(self) -> list[str]:
        return ["off = net.predict(theta, data.X_test) - data.X_test",
                'print(f"error {(off**2).mean():.3f}")']  # fmt: skip

    def _recipe_own(self) -> dict | None:
        net, theta = self.given
        if net == DEFAULT and theta is None:
            return None
        own = {"sizes": list(net.sizes), "output": net.output, "loss": net.loss}
        if theta is not None:
            own["theta"] = base64.b64encode(series(theta)).decode()
        return own

    @classmethod
    def _settings_of(cls, story: dict) -> dict:
        own = story.get("own")
        return super()._settings_of(story) | ({} if own is None else _network_of(own))


class LatentPlane(Stage):
    """Notebook 09: all that two numbers can say of a digit, as a plane to move in.

    `LatentPlane()` opens on a network that has learned nothing, and unfolds its plane while it
    trains; `LatentPlane(network=net, theta=theta)` on one that has been trained, a tanh Network
    from 64 numbers through two to 64. `walk_from` and `walk_to` are the digits that *Walk* goes
    between, `number_1` and `number_2` the place that is looked at. `hide` names controls and panels
    to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for a network, settings or a recipe that it cannot use, and says which.

    >>> print(LatentPlane().sentence)
    Nothing is learned yet: every place becomes the same grey. Press Train.
    """

    MODEL = LatentRun
    _walking = False

    def _advance(self) -> bool:
        with self._turn:
            return self.lab.stride() if self._walking else self.lab.advance(self.lab.pace)

    def _do(self, message: Message) -> None:
        super()._do(message)
        do = message.do
        if self._walking and do in ("drag", "choose", "set"):
            self.player.pause()  # one's own hand leads now
        if do in ("play", "walk"):
            self._walking = do == "walk"
        if do == "walk":
            self.player.play()


DEFAULT = Network(SIZES, hidden="tanh", output="logistic", loss="cross_entropy")


def decoder(net: Network) -> Network:
    """The second half of an autoencoder: from its two numbers on."""
    sizes = net.sizes[net.sizes.index(2):]  # fmt: skip
    return replace(net, sizes=sizes)


def decoder_theta(net: Network, theta: Array) -> Array:
    """The parameters of the second half, which stand behind those of the first."""
    return theta[-decoder(net).n_parameters:]  # fmt: skip


def _error(P: Array, X: Array) -> float:
    return float(((P - X) ** 2).mean())


def _typical(X: Array, true: Array, figure: int) -> int:
    """Which of the digits X is the most like the mean of those with this figure."""
    which = np.flatnonzero(true == figure)
    own = X[which]
    return int(which[((own - own.mean(axis=0)) ** 2).sum(axis=1).argmin()])


def _checked(network, theta) -> tuple[Network, Array | None]:
    """The network and its parameters, if the plane can be shown; ValueError otherwise."""
    net = network or DEFAULT
    sizes = getattr(net, "sizes", ())
    whole = len(sizes) >= 3 and sizes[0] == sizes[-1] == 64 and sizes[1:-1].count(2) == 1
    if not whole or net.hidden != "tanh":
        raise ValueError(
            "network: expected a tanh Network from 64 numbers through one layer of 2 to 64,"
            f" {str(network)[:80]} given"
        )
    if theta is None:
        return net, None
    theta = np.asarray(theta, float)
    if theta.shape != (net.n_parameters,) or not np.isfinite(theta).all():
        raise ValueError(
            f"theta: expected {net.n_parameters:,} finite numbers, shape {theta.shape} given"
        )
    return net, theta.astype(np.float32).astype(float)  # as exact as a recipe can tell it


def _network_of(own) -> dict:
    """The network that a recipe brings along, and its parameters."""
    try:
        net = Network(tuple(own["sizes"]), "tanh", own["output"], own["loss"])
        if "theta" not in own:
            return {"network": net}
        packed = base64.b64decode(own["theta"], validate=True)
        whole = packed if len(packed) % 4 == 0 else b""  # with a part of a number it is none
        return {"network": net, "theta": np.frombuffer(whole, np.float32)}
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ValueError("a network in a recipe has sizes, output, loss and theta") from error
