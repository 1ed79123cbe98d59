"""The tasks of exercise 05: a nudge, a gradient of nudges, and the judge of backward passes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from nncourse.bugs import CROSS_ENTROPY, SPECIMENS
from nncourse.exercises.guard import guarded
from nncourse.exercises.own import HELPERS, codes
from nncourse.exercises.task import (
    CALL,
    ENDINGS,
    Asked,
    Case,
    Choice,
    Misconception,
    Task,
    kind,
    not_her_own,
    shortened,
    untouched,
)
from nncourse.exercises.tasks.tasks_03 import Told
from nncourse.exercises.verdict import Verdict
from nnlib.gradient_check import gradient_error, numerical_gradient
from nnlib.network import Network

SEED = 5
SIZES = (3, 4, 2)  # no two alike; 26 parameters
SLOPES = [found for found in SPECIMENS.values() if found.kind == "slopes"]


# Losses to be nudged


def _network_loss(sizes, n):
    """The loss of such a network on n samples, and a place at which no slope is near 0."""
    rng = np.random.default_rng(SEED)
    net = Network(sizes)
    X, Y = rng.normal(0.4, 1.0, (n, sizes[0])), rng.normal(-0.5, 1.0, (n, sizes[-1]))
    theta = rng.uniform(0.5, 1.5, net.n_parameters) * rng.choice([-1, 1], net.n_parameters)
    loss = Told(
        f"the loss of a {sizes} network at theta",
        lambda theta: net.loss_and_grad(np.asarray(theta), X, Y)[0],
    )
    return loss, theta


def _steep():
    """A valley whose walls are steep beside its slopes: whoever nudges to one side is seen."""
    bottom = np.array([0.3, -0.7, 1.1])
    loss = Told("a steep valley, at theta", lambda theta: 50 * ((theta - bottom) ** 2).sum())
    return loss, bottom + [0.103, -0.124, 0.0735]  # no slope is a whole number


def _measured(loss, theta, h=1e-5):
    return numerical_gradient(lambda theta: (loss(theta), None), theta, h)


def _central_cases():
    cases = []
    for what, (loss, theta), i, h in [
        ("the nudge of 1e-5", _network_loss((2, 3, 1), 5), 0, 1e-5),
        ("the last of 13 parameters", _network_loss((2, 3, 1), 5), 12, 1e-4),
        ("a nudge so large that the loss bends", _network_loss((3, 2, 2), 5), 4, 0.3),
        ("a steep valley", _steep(), 1, 0.01),
        ("a single parameter", _one_number(), 0, 0.1),
    ]:
        inputs = {"loss": loss, "theta": theta, "i": i, "h": h}
        cases.append(Case(what, inputs, _measured(loss, theta, h)[i]))
    return cases


def _gradient_cases():
    cases = []
    for what, (loss, theta) in [
        ("a network with one output", _network_loss((2, 2, 1), 3)),
        ("a steep valley", _steep()),
        ("a single parameter", _one_number()),
        ("a network with three outputs", _network_loss((2, 4, 3), 7)),
    ]:
        cases.append(Case(what, {"loss": loss, "theta": theta}, _measured(loss, theta)))
    return cases


def _one_number():
    loss = Told("the loss at theta", lambda theta: np.exp(theta[0]) + theta[0] ** 2)
    return loss, np.array([0.7])


def _one(loss, theta, i, h):
    """What the library says of the slope along i, for mistakes to begin with."""
    return _measured(loss, theta, h)[i]


def _one_sided(loss, theta, i, h):
    """Between theta and the place above it, which is to both sides of the middle."""
    middle = theta + h / 2 * np.eye(len(theta))[i]
    return _measured(loss, middle, h / 2)[i]


def _on_theta_itself(loss, theta, i, h):
    """Theta is left at the lower of the two places."""
    slope = _one(loss, theta, i, h)
    theta[i] -= h
    return slope


def _all_at_once(loss, theta, i, h):
    return _measured(lambda way: loss(theta + way), np.zeros(1), h).item()


def _all(slope, h=1e-5):
    """The gradient of somebody who takes each slope like this."""
    return lambda loss, theta: np.array([slope(loss, theta, i, h) for i in range(len(theta))])


def _nudges(over):
    """Mistakes with a nudge; `over` makes them answers to the task at hand."""
    return (
        Misconception(
            "The nudge goes to one side only",
            "A loss bends. Which half of it drops out if you nudge to both sides?",
            over(_one_sided),
        ),
        Misconception(
            "The second loss is taken where you started, not below it",
            "How far apart are the two places, h or 2 h, and by which do you divide?",
            over(lambda *inputs: _one_sided(*inputs) / 2),
        ),
        Misconception(
            "The difference is divided by h",
            "How far apart are the two places?",
            over(lambda *inputs: 2 * _one(*inputs)),
        ),
        Misconception(
            "The upper loss is taken from the lower one",
            "A loss that rises to the right has a slope above 0. Has yours?",
            over(lambda *inputs: -_one(*inputs)),
        ),
        Misconception(
            "The places are subtracted, and the losses are left out",
            "Which of your lines calls `loss`, and what is done with what it gives?",
            over(lambda loss, theta, i, h: -1.0),
        ),
        Misconception(
            "All parameters are nudged at once",
            "If everything moves, whose slope have you measured?",
            over(_all_at_once),
        ),
        Misconception(
            "The theta that was given is not put back",
            "`up = theta` gives one array a second name. Which line would make a new array?",
            over(_on_theta_itself),
        ),
    )


# How far one gradient is from another


def _error_cases():
    rng = np.random.default_rng(SEED)
    cases = []
    for what, size, change, scale in [
        ("slopes that are a little off", 5, 0.1, 1.0),
        ("slopes that have nothing to do with each other", 7, 2.0, 1.0),
        ("small slopes", 4, 0.3, 1e-3),
        ("a single slope", 1, 0.6, 10.0),
    ]:
        n = scale * rng.uniform(0.5, 1.5, size) * rng.choice([-1, 1], size)
        g = n + scale * change * rng.normal(size=size)
        cases.append(Case(what, {"g": g, "n": n}, _error(g, n)))
    n = np.array([0.8, -1.3, 0.4])
    cases.append(Case("a gradient that points the other way", {"g": -n, "n": n}, _error(-n, n)))
    return cases


def _error(g, n):
    """What the library says of g where n is what nudging gives: the loss is a plane of slopes n."""
    return gradient_error(lambda theta: (theta @ n, g), np.zeros(len(n)))


def _apart(g, n):
    return _error(g, n) * (np.linalg.norm(g) + np.linalg.norm(n))


# Which array, and how many times


def _times_cases():
    rng, cases = np.random.default_rng(SEED), []
    for what, name, sizes, n in [
        ("a bias that was averaged", "bias_averaged", (3, 5, 4), 7),
        ("a first layer that is off", "slope_of_output", (2, 3, 4), 5),
        ("a first layer that goes the wrong way", "output_formula_on_input", (3, 2, 4), 7),
        ("a single sample", "extra_p_1_minus_p", (2, 4, 3), 1),
        ("slopes that were summed over nine samples", "sum_for_mean", (4, 3, 2), 9),
    ]:
        parameters, X, Y = _place(rng, sizes, n)
        g = list(SPECIMENS[name].backward(*parameters, X, Y))
        right = list(SPECIMENS["right"].backward(*parameters, X, Y))
        times = [_fit(claimed, true) for claimed, true in zip(g, right)]
        cases.append(Case(what, {"g": g, "n": right}, np.array(times)))
    return cases


def _place(rng, sizes, n):
    net = Network(sizes)
    theta = rng.uniform(0.5, 1.5, net.n_parameters) * rng.choice([-1, 1], net.n_parameters)
    parameters = [array for pair in net.layers(theta) for array in pair]
    X, Y = rng.normal(0.5, 1, (n, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=n)]
    return parameters, X, Y


def _fit(g, n):
    """The number by which n comes closest to g."""
    return np.linalg.lstsq(n.reshape(-1, 1), g.ravel())[0].item()


def _in_a_row(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


def _each(times):
    """The four numbers of somebody who compares two arrays like this."""
    return lambda g, n: np.array([times(a, b) for a, b in zip(g, n)])


# The judge is judged


@dataclass(frozen=True)
class Suspect:
    """A backward pass that claims to be right: `f` takes theta, X, Y and gives loss and gradient.

    `what` and `question` are for whoever lets it pass, or refuses it.
    """

    what: str
    question: str
    right: bool
    f: Callable


def suspect(what, question, right, forward, backward) -> Suspect:
    """The Suspect made of these two functions of four arrays, for a 3-4-2 network."""
    net = Network(SIZES)

    def f(theta, X, Y):
        theta, X, Y = (np.asarray(array, dtype=float) for array in (theta, X, Y))
        if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != 3 or Y.shape != (len(X), 2):
            raise ValueError(f"X has to be (n, 3) and Y (n, 2); they are {X.shape} and {Y.shape}")
        if not np.allclose(Y.sum(axis=1), 1):
            raise ValueError("a row of Y holds a single 1, where the class is, and a 0")
        parameters = [array for pair in net.layers(theta) for array in pair]
        *_, Z2, A2 = forward(*parameters, X)
        gradient = np.concatenate([np.ravel(g) for g in backward(*parameters, X, Y)])
        return float(CROSS_ENTROPY.value(Z2, A2, Y)), gradient

    return Suspect(what, question, right, Told("a suspect: theta, X, Y to loss, gradient", f))


def _sample_by_sample(W1, b1, W2, b2, X, Y):
    right = SPECIMENS["right"].backward
    each = [right(W1, b1, W2, b2, X[s : s + 1], Y[s : s + 1]) for s in range(len(X))]
    return [np.mean(pieces, axis=0) for pieces in zip(*each)]


def _changed(change):
    """The right four arrays, with something done to them."""
    return lambda *inputs: change(*SPECIMENS["right"].backward(*inputs))


def _given(change):
    """The right four arrays, for something else than what was given."""
    return lambda *inputs: SPECIMENS["right"].backward(*change(*inputs))


def _first_class(W1, b1, W2, b2, X, Y):
    return W1, b1, W2, b2, X, np.eye(2)[np.zeros(len(Y), dtype=int)]


def _mean_sample(W1, b1, W2, b2, X, Y):
    return W1, b1, W2, b2, *(array.mean(axis=0, keepdims=True) for array in (X, Y))


def _one_slope_off(place):
    """The right 26 slopes, the one at this place half as large again."""

    def backward(*inputs):
        right = SPECIMENS["right"].backward(*inputs)
        gradient = np.concatenate([np.ravel(g) for g in right])
        gradient[place] *= 1.5
        return [array for pair in Network(SIZES).layers(gradient) for array in pair]

    return backward


def _wrong_by_hand():
    """What hides at a lazy place, or from a lazy comparison: what, question, backward."""
    how_far = "How far apart may two gradients be, for rounding alone to explain it?"
    how_many = "Of 26 slopes, how many do you compare?"
    return [
        ("It uses the first sample of the batch and no other", "How many samples are in X?",
         _given(lambda *p: (*p[:4], p[4][:1], p[5][:1]))),
        ("It leaves out the last sample of the batch", "How many samples are in X?",
         _given(lambda *p: (*p[:4], p[4][: max(1, len(p[4]) - 1)], p[5][: max(1, len(p[5]) - 1)]))),
        ("It takes the mean of the samples for a sample", "Do two rows of X look alike?",
         _given(_mean_sample)),
        ("It takes every sample for one of the first class", "Which classes are in your Y?",
         _given(_first_class)),
        ("It is right only while the biases are 0", "Are there biases of 0 in your theta?",
         _given(lambda W1, b1, W2, b2, X, Y: (W1, 0 * b1, W2, 0 * b2, X, Y))),
        ("The rows of gW1 are exchanged", "Do two inputs of yours look alike?",
         _changed(lambda gW1, gb1, gW2, gb2: (gW1[::-1], gb1, gW2, gb2))),
        ("The slopes of b1 are in the opposite order", "Do two hidden units of yours look alike?",
         _changed(lambda gW1, gb1, gW2, gb2: (gW1, gb1[:, ::-1], gW2, gb2))),
        ("The first of its 26 slopes is wrong", how_many, _one_slope_off(0)),
        ("A slope in the middle is wrong, the 18th of 26", how_many, _one_slope_off(17)),
        ("The last of its 26 slopes is wrong", how_many, _one_slope_off(25)),
        ("The slopes of W1 are too large by two in a hundred", how_far,
         _changed(lambda gW1, gb1, gW2, gb2: (1.02 * gW1, gb1, gW2, gb2))),
        ("All slopes are too large by one in two thousand", how_far,
         _changed(lambda *gradients: [1.0005 * g for g in gradients])),
    ]  # fmt: skip


def suspects() -> list[Suspect]:
    """Right backward passes, then wrong ones."""
    tanh, relu, line = (SPECIMENS[name] for name in ("right", "right_relu", "no_bend"))
    rounding = "Do its numbers differ from those you measured by more than rounding?"
    return [
        suspect("the right one", rounding, True, tanh.forward, tanh.backward),
        suspect("the right one, sample by sample", rounding,
                True, tanh.forward, _sample_by_sample),
        suspect("the right one for relu", "Its loss has corners. Do you nudge across one?", True,
                relu.forward, relu.backward),
        suspect("the right one for a network that does not bend",
                "The slopes are those of its own loss. What else does a gradient check ask?",
                True, line.forward, line.backward),
        *(suspect(found.title, found.question, False, found.forward, found.backward)
          for found in SLOPES),
        *(suspect(what, question, False, tanh.forward, backward)
          for what, question, backward in _wrong_by_hand()),
    ]  # fmt: skip


@dataclass(frozen=True)
class Hiding(Misconception):
    """A checker that stands where bugs hide: at the `place` of this name, one of `lazy`."""

    place: str = ""


class Visited:
    """A suspect that notes at which lazy places it has been asked, all the time."""

    def __init__(self, suspect):
        self.suspect, self.places = suspect, None

    def __call__(self, theta, X, Y):
        here = lazy(theta, X)
        self.places = here if self.places is None else self.places & here
        return self.suspect(theta, X, Y)

    def __repr__(self):
        return repr(self.suspect)


def lazy(theta, X) -> set[str]:
    """What is lazy about a place; one parameter may be nudged.

    >>> sorted(lazy(np.zeros(26), np.ones((1, 3))))
    ['all parameters 0', 'one sample']
    """
    places = {"one sample"} if np.shape(X)[:1] == (1,) else set()
    if np.shape(theta) == (26,):
        biases = ~Network(SIZES).is_weight
        if np.count_nonzero(theta) <= 1:
            places.add("all parameters 0")
        elif np.count_nonzero(np.asarray(theta)[biases]) <= 1:
            places.add("all biases 0")
    return places


def _visiting(f):
    """What the checker says, and the lazy places at which it asked."""

    def visited(suspect):
        visited = Visited(suspect)
        return f(visited), sorted(visited.places or ())

    return visited


@dataclass(frozen=True)
class Checker(Asked):
    """A checker to write: it has to take every right suspect and to refuse every wrong one.

    A misconception is named where its `answer` says the same of every suspect; one of Hiding where
    a wrong suspect has passed at its place.
    """

    name: str
    asked: str
    suspects: Callable[[], list[Suspect]]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    seconds: float = 4.0

    @cached_property
    def line_up(self) -> list[Suspect]:
        """The suspects, made once."""
        return self.suspects()

    def judge(self, f) -> Verdict:
        """The verdict on the learner's checker."""
        if f is None or f is ... or untouched(f):
            return Verdict.of("not attempted", self.name, [f"To be written: {self.asked}."])
        if not callable(f):
            words = f"A check wants the function, not what it gives: {CALL}"
            return Verdict.of("not yet", self.name, [words])
        calls = [(one.f,) for one in self.line_up]
        # The nudging was the task before this one, and a place may be drawn with a Network.
        may_use = [*HELPERS, Network, numerical_gradient, Visited]
        allowed = codes([*may_use, *(one.f for one in self.line_up)])
        outcomes = guarded(_visiting(f), calls, self.seconds, allowed=allowed)
        outcomes, places = _apart_from_places(outcomes)
        printed = [("it printed", shortened(o.printed)) for o in outcomes if o.printed][:1]
        for outcome in outcomes:
            if fault := self._fault(outcome):
                words = f"Handed one of {len(self.line_up)} backward passes, {fault}"
                return Verdict.of("not yet", self.name, [words], numbers=tuple(printed))
        says = [bool(outcome.answer) for outcome in outcomes]
        if not self._off(says):
            if words := not_her_own(f, outcomes):
                return Verdict.of("not yet", self.name, words)
            right = sum(one.right for one in self.line_up)
            words = f"It takes all {right} right backward passes and refuses all"
            words = [f"{words} {len(self.line_up) - right} wrong ones."]
            return Verdict.of("right", self.name, words, numbers=tuple(printed))
        sentences, title, question = self._sentences(says), "", ""
        if known := self._recognise(says, places):
            title, question = known.title, known.question
            sentences.append(f"{title}. {question}")
        off = tuple(one.what for one in self._off(says))
        return Verdict.of("not yet", self.name, sentences, off=off, misconception=title,
                          question=question, numbers=tuple(printed))  # fmt: skip

    def _fault(self, outcome) -> str | None:
        """None if it said yes or no."""
        if outcome.ended == "raised":
            return f"it raised {outcome.error}."
        if outcome.ended != "returned":
            return ENDINGS[outcome.ended].format(work=self.seconds, wait=2 * self.seconds)
        if outcome.answer is None:
            return "it gives None. Does every way through it end in a line with `return`?"
        answer = outcome.answer
        if isinstance(answer, bool) or (
            isinstance(answer, np.ndarray) and answer.dtype == bool and answer.size == 1
        ):
            return None
        return f"it gives {kind(answer)}. Is it right, True or False?"

    def _off(self, says) -> list[Suspect]:
        return [one for one, said in zip(self.line_up, says) if one.right != said]

    def _sentences(self, says) -> list[str]:
        off, sentences = self._off(says), []
        for right, words in [
            (True, "It refuses {} of the {} right ones"),
            (False, "It lets {} of the {} wrong ones pass"),
        ]:
            some = [one for one in off if one.right == right]
            among = sum(one.right == right for one in self.line_up)
            if some:
                first = f"One of them: {some[0].what}. {some[0].question}"
                sentences.append(f"{words.format(len(some), among)}. {first}")
        return sentences

    def _recognise(self, says, places) -> Misconception | None:
        for their_says, known in self.known:
            if says == their_says:
                return known
        passed = [
            where for one, said, where in zip(self.line_up, says, places) if said and not one.right
        ]
        for known in self.misconceptions:
            if isinstance(known, Hiding) and passed and all(known.place in it for it in passed):
                return known
        return None

    @cached_property
    def known(self) -> list[tuple[list[bool], Misconception]]:
        """What each known mistake says of the suspects, wherever it asks them."""
        known = [known for known in self.misconceptions if not isinstance(known, Hiding)]
        with np.errstate(all="ignore"):
            return [([bool(it.answer(one.f)) for one in self.line_up], it) for it in known]


def _apart_from_places(outcomes) -> tuple[list, list]:
    """The outcomes of the checker itself, and for each the lazy places.

    An answer too large to look at has come back as a Stranger, and its places with it.
    """
    pairs = [type(o.answer) is tuple for o in outcomes]
    places = [o.answer[1] if pair else () for o, pair in zip(outcomes, pairs)]
    own = [o._replace(answer=o.answer[0]) if pair else o for o, pair in zip(outcomes, pairs)]
    return own, places


def _samples(n=7, spread=(0.5, 1.5), biases=1.0):
    """theta, X and Y for a check, at a good place unless something else is asked for."""
    rng = np.random.default_rng(SEED)
    net = Network(SIZES)
    theta = rng.uniform(*spread, net.n_parameters) * rng.choice([-1, 1], net.n_parameters)
    for _, b in net.layers(theta):
        b *= biases
    return theta, rng.normal(0.5, 1.0, (n, 3)), np.eye(2)[rng.integers(2, size=n)]


def _judging(says, **place):
    """The checker that comes to its verdict by `says(g, n)`, at this place."""

    def is_right(suspect):
        theta, X, Y = _samples(**place)
        _, g = suspect(theta, X, Y)
        return says(g, numerical_gradient(lambda theta: suspect(theta, X, Y), theta))

    return is_right


def _near(g, n):
    return _error(g, n) < 1e-6


def _weights_alone(g, n):
    weights = Network(SIZES).is_weight
    return _near(g[weights], n[weights])


def _at_zero():
    """How many of the wrong backward passes a check sees where all 26 parameters are 0."""
    theta, X, Y = _samples(spread=(0.0, 0.0))
    seen = 0
    for found in SLOPES:
        claims = suspect(found.title, "", False, found.forward, found.backward).f
        seen += gradient_error(partial(_at, claims, X, Y), theta) > 1e-4
    return {0: "none", 5: "five", len(SLOPES): "all twelve"}.get(seen, seen)


def _at(claims, X, Y, theta):
    return claims(theta, X, Y)


TASKS = [
    Task(
        "05.central",
        asked="the slope of a loss along parameter i, by a nudge of h to both sides",
        cases=_central_cases,
        hints=(
            "Two places, one above theta and one below, which differ from it in one parameter.",
            "`nudge = np.zeros_like(theta)`, and then h in its place i. Theta itself stays as it"
            " is.",
            "The loss up there less the loss down here, over the way between the two.",
        ),
        misconceptions=_nudges(lambda slope: slope),
    ),
    Task(
        "05.numerical_gradient",
        asked="all slopes of a loss at theta, by nudging, in an array like theta",
        cases=_gradient_cases,
        hints=(
            "Every parameter is asked in turn, and you have the function that asks one.",
            "The nudge is yours to choose: too large a one lies because the loss bends, too small"
            " a one because numbers have 16 digits.",
            "A list with one slope for each place of theta, made into an array; at 1e-5 bend and"
            " rounding are in balance.",
        ),
        misconceptions=(
            *_nudges(_all),
            Misconception(
                "The slopes are cut to whole numbers",
                "`np.array([0, 0])` holds whole numbers. What does it keep of a slope of 0.7?",
                lambda loss, theta: np.trunc(_measured(loss, theta)),
            ),
        ),
    ),
    Task(
        "05.error",
        asked="how far a gradient g is from the numerical one, n, a number from 0 to 1",
        cases=_error_cases,
        hints=(
            "The length of the difference is large or small only beside the lengths of the two.",
            "`np.linalg.norm` gives the length of an array. Three lengths are wanted.",
            "The first of them, over the sum of the other two.",
        ),
        misconceptions=(
            Misconception(
                "The length of the difference is divided by nothing",
                "Slopes of a thousandth, each wrong by half: does your number notice?",
                _apart,
            ),
            Misconception(
                "It is divided by the length of n alone",
                "Where g points the other way, your number is 2. Which length would make it 1?",
                lambda g, n: _apart(g, n) / np.linalg.norm(n),
            ),
            Misconception(
                "It is divided by the length of g alone",
                "Where n is right and g is 0, what does your number say?",
                lambda g, n: _apart(g, n) / np.linalg.norm(g),
            ),
            Misconception(
                "Two lengths are compared, whichever way they point",
                "A gradient with the wrong sign is as long as the right one. Is it right?",
                lambda g, n: (
                    abs(np.linalg.norm(g) - np.linalg.norm(n))
                    / (np.linalg.norm(g) + np.linalg.norm(n))
                ),
            ),
            Misconception(
                "The squares are added, and no root is taken",
                "What is the length of an arrow with the sides 3 and 4?",
                lambda g, n: ((g - n) ** 2).sum() / ((g**2).sum() + (n**2).sum()),
            ),
        ),
    ),
    Checker(
        "05.is_right",
        asked="True for a suspect whose gradient is right, and False for one whose is not",
        suspects=suspects,
        hints=(
            "First a place: theta, X and Y, drawn so that no bug can hide there. Then two"
            " gradients, the one that the suspect claims and the one that you measure.",
            "What you nudge is a function of theta alone: `lambda theta: suspect(theta, X, Y)[0]`.",
            "For the place: parameters of size ½ to 1½ with both signs, 7 samples of normal numbers"
            " around ½, targets `np.eye(2)[rng.integers(2, size=7)]`. For the bound: a right"
            " gradient is off by less than 1e-7, a wrong one by more than 1e-4.",
        ),
        misconceptions=(
            Misconception(
                "It passes whatever it is given",
                "Hand it a gradient of zeros. Where, in your lines, could a False come from?",
                lambda suspect: True,
            ),
            Misconception(
                "It refuses whatever it is given",
                "A central difference is good to ten digits, and one from one side to five. Which"
                " of your numbers asks for more?",
                lambda suspect: False,
            ),
            Hiding(
                "It checks with a single sample",
                "With n = 1, can you tell a sum over the samples from their mean?",
                _judging(_near, n=1),
                place="one sample",
            ),
            Hiding(
                "It checks where all parameters are 0",
                "What comes back through W2 if W2 is 0?",
                _judging(_near, spread=(0.0, 0.0)),
                place="all parameters 0",
            ),
            Hiding(
                "It checks where all biases are 0",
                "If a line forgot its bias, could your place show it?",
                _judging(_near, biases=0.0),
                place="all biases 0",
            ),
            Misconception(
                "It compares two lengths, whichever way they point",
                "A gradient with the wrong sign is as long as the right one. Is it right?",
                _judging(lambda g, n: np.isclose(np.linalg.norm(g), np.linalg.norm(n))),
            ),
            Misconception(
                "It compares two directions, however long they are",
                "A gradient seven times too long points the right way. Is it right?",
                _judging(lambda g, n: g @ n > (1 - 1e-9) * np.linalg.norm(g) * np.linalg.norm(n)),
            ),
            Misconception(
                "It looks at the weights and leaves out the biases",
                "Of 26 parameters, how many do you compare?",
                _judging(_weights_alone),
            ),
            Misconception(
                "It has right and wrong exchanged",
                "A small error: does it speak for the suspect or against it?",
                _judging(lambda g, n: not _near(g, n)),
            ),
        ),
    ),
    Task(
        "05.times",
        asked="for each of the four arrays, how many times the true slopes it holds",
        cases=_times_cases,
        hints=(
            "Where g is three times n, this is 3. Where the two differ from place to place, it is"
            " the number by which n comes closest to g.",
            "Multiply g with n, place by place, and add up; do the same with n and n.",
            "One over the other, and that for each pair of arrays, in a list of four numbers.",
        ),
        misconceptions=(
            Misconception(
                "It is the mean of all the quotients",
                "Where n is nearly 0, how large does g / n become?",
                _each(lambda g, n: (g / n).mean()),
            ),
            Misconception(
                "The quotient stands on its head",
                "g is three times n. Is your number 3, or a third?",
                _each(lambda g, n: _fit(n, g)),
            ),
            Misconception(
                "It is the quotient of two lengths",
                "Can a length say that g points the wrong way?",
                _each(lambda g, n: np.linalg.norm(g) / np.linalg.norm(n)),
            ),
            Misconception(
                "One number is made of all four arrays",
                "Which array is off? Can your number tell?",
                lambda g, n: np.full(4, _fit(_in_a_row(g), _in_a_row(n))),
            ),
        ),
    ),
    Choice(
        "05.prediction",
        asked="a check is made where all parameters are 0: how many of twelve wrong backward passes"
        " does it see?",
        truth=_at_zero,
        says={
            "none": "Two arrays still tell something: what is A2 there, and so what is gb2?",
            "five": "There A1 is 0 and W2 is 0, so that all slopes but those of b2 are 0, and so"
            " they are whatever is done to delta1. Seven bugs sit in the dark.",
            "all twelve": "With W2 at 0, what comes back to the hidden layer? And whatever the bug"
            " multiplies it with?",
        },
    ),
]
