"""The mistakes that are known in exercise 08."""

import numpy as np

from nncourse.bugs import LATER
from nncourse.exercises.cases import Misconception, specimen
from nncourse.exercises.tasks.cases_08 import network
from nncourse.exercises.tasks.common import NO_RATE, UPHILL, in_order, in_several_ways


def _ball(new=1.0, sign=-1, moves=None, hands_on=None, rate_of=lambda rate: rate):
    """A step with this share of the new slope; what moves theta, and what is handed on."""

    def answer(theta, velocity, gradient, rate, keep):
        share = 1 - keep if new is None else new
        gathered = velocity * keep + share * gradient
        moving = moves(velocity, gradient) if moves else gathered
        kept = hands_on(velocity, gradient) if hands_on else gathered
        return theta + sign * rate_of(rate) * moving, kept

    return answer


def _rate_inside(sign):
    """The velocity is a step, rate and all; that of nnlib for −1, an uphill one for 1."""

    def answer(theta, velocity, gradient, rate, keep):
        after = velocity * keep + sign * rate * gradient
        return theta - sign * after, after

    return answer


MOMENTUM = (
    *in_several_ways(
        "The learning rate goes into the velocity",
        "That is nnlib's form. Here the velocity gathers slopes only: where does the rate go?",
        _rate_inside(-1),
        _rate_inside(1),
    ),
    Misconception(
        "What was gathered before is forgotten",
        "A step of plain descent has no memory. What should be left of the velocity?",
        _ball(moves=lambda velocity, g: g, hands_on=lambda velocity, g: g),
    ),
    Misconception(
        "The velocity that is handed on is the old one",
        "The next step begins with what you give back. Has this step changed it?",
        _ball(hands_on=lambda velocity, g: velocity),
    ),
    Misconception(
        "Theta moves by the old velocity",
        "A first step starts from rest. Does your theta move at all?",
        _ball(moves=lambda velocity, g: velocity),
    ),
    Misconception(
        "Theta moves by the new slope alone",
        "You have made a velocity. Which line uses it?",
        _ball(moves=lambda velocity, g: g),
    ),
    Misconception(
        "The velocity is an average of slopes, not a sum",
        "Adam's m takes a share 1 − keep of the new slope. What share is asked for here?",
        _ball(new=None),
    ),
    Misconception(
        "The new slope is subtracted from a velocity that is made of slopes",
        "Which of your two lines turns round, downhill?",
        _ball(new=-1),
    ),
    Misconception(*UPHILL, _ball(sign=1)),
    Misconception(*NO_RATE, _ball(rate_of=lambda rate: 1.0)),
    Misconception(
        "The velocity is given before theta",
        "Theta and then the velocity: in which order do you give them?",
        in_order(_ball(), (1, 0)),
    ),
)


def _adam(m_by=lambda t: 1 - 0.9**t, v_by=lambda t: 1 - 0.999**t, square=np.square, **more):
    """A step of Adam with these corrections; `more` has what else is done otherwise."""
    root, hat, sign = more.get("root", np.sqrt), more.get("hat", False), more.get("sign", -1)

    def answer(theta, m, v, t, gradient, rate):
        after_m = m + (1 - 0.9) * (gradient - m)
        after_v = v + (1 - 0.999) * (square(gradient) - v)
        mm, vv = after_m / m_by(t), after_v / v_by(t)
        step = more.get("moves", lambda mm, g: mm)(mm, gradient) / (root(vv) + 1e-8)
        kept = (mm, vv) if hat else (after_m, after_v)
        return theta + sign * more.get("rate", lambda rate: rate)(rate) * step, *kept

    return answer


def _without(t):
    return 1.0


def _shares_swapped(theta, m, v, t, gradient, rate):
    """Nine tenths of the new, one tenth of the old."""
    after_m = 0.1 * m + 0.9 * gradient
    after_v = 0.001 * v + 0.999 * np.square(gradient)
    step = after_m / (1 - 0.9**t) / (np.sqrt(after_v / (1 - 0.999**t)) + 1e-8)
    return theta - step * rate, after_m, after_v


ADAM = (
    specimen(LATER["adam_uncorrected"], _adam(_without, _without)),
    Misconception(
        "Only m is put right",
        "Both averages began at 0. What becomes of a step if the root below the line is too small?",
        _adam(v_by=_without),
    ),
    Misconception(
        "Only v is put right",
        "Both averages began at 0. How large is m after the first step, and how large the slope?",
        _adam(m_by=_without),
    ),
    Misconception(
        "Each step is put right as if it were the first",
        "After a hundred steps, how much of the 0 is left in m? Where is t in your correction?",
        _adam(lambda t: 1 - 0.9, lambda t: 1 - 0.999),
    ),
    Misconception(
        "The steps are counted from 0",
        "The first step is handed t = 1. How many steps has m seen when you put it right?",
        _adam(lambda t: 1 - 0.9 ** (t + 1), lambda t: 1 - 0.999 ** (t + 1)),
    ),
    Misconception(
        "The averages are handed on as they were put right",
        "The next step puts them right once more. What should it find?",
        _adam(hat=True),
    ),
    Misconception(
        "The root is forgotten",
        "Twice as steep everywhere: how far does Adam move then, and how far does your step?",
        _adam(root=lambda v: v),
    ),
    Misconception(
        "v averages the slopes, not their squares",
        "Pushes up and down cancel in m. Should they cancel in v?",
        _adam(square=np.abs),
    ),
    Misconception(
        "The new slope stands where m should",
        "You have made m. Which line uses it?",
        _adam(moves=lambda mm, g: g),
    ),
    Misconception(
        "beta is the share of the new, not of what was there",
        "With beta1 = 0.9 m should be calm. How much of it is this step's slope in yours?",
        _shares_swapped,
    ),
    Misconception(*UPHILL, _adam(sign=1)),
    Misconception(*NO_RATE, _adam(rate=lambda rate: 1.0)),
)


def _masked(mask_of, whole=lambda rate: 1.0):
    """The outputs with `mask_of(U, rate)`, and with `whole(rate)` when predicting."""

    def answer(W1, b1, W2, b2, X, rate, U):
        net = network((len(W1), len(W2), W2.shape[1]))
        theta = np.concatenate([np.ravel(array) for array in (W1, b1, W2, b2)])
        mask = mask_of(U, rate) if U is not None else whole(rate)
        return net.forward(theta, X, [mask * np.ones((len(X), len(W2)))]).A[2]

    return answer


FORWARD = (
    Misconception(
        "Those that are left do not make up for those that are off",
        "Half of the units off: how large is the next z, beside the one when predicting?",
        _masked(lambda U, rate: U >= rate),
    ),
    Misconception(
        "The rate is taken for the share that stays",
        "At a rate of 0.2, how many of ten hidden units are off?",
        _masked(lambda U, rate: (U < rate) / rate),
    ),
    Misconception(
        "Those that should be on are off",
        "Where U is below the rate a unit is silent. What is True in your mask there?",
        _masked(lambda U, rate: np.where(U < rate, 1 / (1 - rate), 0)),
    ),
    Misconception(
        "It is divided by the rate",
        "At a rate of 0.2 eight of ten are left. By what do the eight have to grow to be ten?",
        _masked(lambda U, rate: np.where(U < rate, 0, 1 / rate)),
    ),
    Misconception(
        "It is multiplied by 1 − rate, not divided",
        "Fewer units are left. Should each of them speak louder, or lower its voice?",
        _masked(lambda U, rate: np.where(U < rate, 0, 1 - rate)),
    ),
    Misconception(
        "The factor comes when predicting",
        "Dropout was first written like that. Here predicting should not have to know of the rate:"
        " where does the factor go?",
        _masked(lambda U, rate: U >= rate, whole=lambda rate: 1 - rate),
    ),
    Misconception(
        "The factor is there when predicting, too",
        "Nobody is off when U is None. Who is there to be made up for?",
        _masked(lambda U, rate: np.where(U < rate, 0, 1 / (1 - rate)), lambda rate: 1 / (1 - rate)),
    ),
    Misconception(
        "All samples get the mask of the first",
        "U has a row for each sample. Which rows do you use?",
        _masked(lambda U, rate: np.where(U[0] < rate, 0, 1 / (1 - rate))),
    ),
)


def _walked(until, kept=lambda seen, i: int(np.argmin(seen))):
    """What is kept at the first i at which `until(losses, i, patience)` says so, and i + 1."""

    def answer(losses, patience):
        n = len(losses)
        i = next((i for i in range(n) if until(losses, i, patience)), n - 1)
        return kept(losses[: i + 1], i), i + 1

    return answer


def _stuck(losses, i, patience):
    """Whether the best until now is `patience` passes old."""
    return i - np.argmin(losses[: i + 1]) >= patience


def _rises(losses, i):
    """How many passes up to i, in a row, were each no better than the one before it."""
    rises = 0
    while rises < i and losses[i - rises] >= losses[i - rises - 1]:
        rises += 1
    return rises


def _all_bad(losses, i):
    """How many passes up to i were no better than the best before them, in a row or not."""
    return sum(losses[k] >= losses[:k].min() for k in range(1, i + 1))


EARLY_STOP = (
    Misconception(
        "It looks at losses that have not come yet",
        "When training ends after the fourth pass, who knows the fifth?",
        lambda losses, patience: (int(np.argmin(losses)), _walked(_stuck)(losses, patience)[1]),
    ),
    Misconception(
        "The best of all is kept, and all passes are made",
        "Where does your answer use the patience?",
        lambda losses, patience: (int(np.argmin(losses)), len(losses)),
    ),
    Misconception(
        "The last pass is kept, not the best",
        "The last pass is the one at which patience ran out. Was it the best?",
        _walked(_stuck, kept=lambda seen, i: i),
    ),
    Misconception(
        "Each pass is compared with the one before it",
        "0.2, then 0.6, 0.5 and 0.4: has anything gone below the best?",
        _walked(lambda losses, i, patience: _rises(losses, i) >= patience),
    ),
    Misconception(
        "A loss that is equal to the best counts as better",
        "Not below the best is not better. Which sign compares the two in yours?",
        _walked(
            lambda losses, i, patience: np.argmin(losses[i::-1]) >= patience,
            kept=lambda seen, i: i - int(np.argmin(seen[::-1])),
        ),
    ),
    Misconception(
        "One pass too many is waited for",
        "With a patience of 1, how many passes without anything new are made?",
        _walked(lambda losses, i, patience: _stuck(losses, i, patience + 1)),
    ),
    Misconception(
        "It stops one pass too early",
        "With a patience of 2, how many passes have to bring nothing new?",
        _walked(lambda losses, i, patience: i and _stuck(losses, i, patience - 1)),
    ),
    Misconception(
        "The count is not set back when something better comes",
        "So many passes *in a row*: what becomes of your count at a new best?",
        _walked(lambda losses, i, patience: _all_bad(losses, i) >= patience),
    ),
    Misconception(
        "The passes made are counted from 0",
        "`kept` is a place, and begins at 0. What is the number of passes when only one was made?",
        lambda losses, patience: tuple(np.subtract(_walked(_stuck)(losses, patience), (0, 1))),
    ),
    Misconception(
        "The pass that is kept is counted from 1",
        "`losses[kept]` should be the best. Is it?",
        lambda losses, patience: tuple(np.add(_walked(_stuck)(losses, patience), (1, 0))),
    ),
)


def _gain(mean=np.mean, spread=lambda gains, before, now: gains.std(ddof=1)):
    """These two of the differences, and of the scores."""

    def answer(before, now):
        gains = np.subtract(now, before)
        return mean(gains), spread(gains, before, now)

    return answer


GAIN = (
    Misconception(
        "The spread is that of two scores that have nothing to do with each other",
        "Both were asked about the same splits. What drops out if you subtract first?",
        _gain(spread=lambda gains, *both: sum(one.var(ddof=1) for one in both) ** 0.5),
    ),
    Misconception(
        "It is about the new scores alone",
        "How much has each split gained? Where does `before` come in?",
        lambda before, now: (now.mean(), now.std(ddof=1)),
    ),
    Misconception(
        "The spread is that of the new scores",
        "A hard split is hard for both. Of what is the spread wanted?",
        _gain(spread=lambda gains, before, now: now.std(ddof=1)),
    ),
    Misconception(
        "The spread is that of the old scores",
        "A hard split is hard for both. Of what is the spread wanted?",
        _gain(spread=lambda gains, before, now: before.std(ddof=1)),
    ),
    Misconception(
        "One spread is subtracted from the other",
        "Two networks may spread alike and still differ on every split. What is their gain then?",
        _gain(spread=lambda gains, before, now: now.std(ddof=1) - before.std(ddof=1)),
    ),
    Misconception(
        "The spread is divided by n, not n − 1",
        "`np.std` divides by n. What does `ddof=1` change?",
        _gain(spread=lambda gains, *both: gains.std()),
    ),
    Misconception(
        "It is the error of the mean, not the spread",
        "Ten times as many splits: does a gain spread less, or is only the mean better known?",
        _gain(spread=lambda gains, *both: gains.std(ddof=1) / len(gains) ** 0.5),
    ),
    Misconception(
        "It is the variance, not its root",
        "Points squared are hard to compare with points. What is missing?",
        _gain(spread=lambda gains, *both: gains.var(ddof=1)),
    ),
    Misconception(
        "It is what was lost, not what was gained",
        "The new network reads more. Which of the two has to stand first?",
        lambda before, now: _gain()(now, before),
    ),
    Misconception(
        "Losses are counted as gains",
        "On one split it gains half a point, on another it loses half. What is the mean?",
        _gain(mean=lambda gains: np.abs(gains).mean()),
    ),
)
