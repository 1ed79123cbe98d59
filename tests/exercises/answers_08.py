"""Right and wrong answers to exercise 08, for tests/course/test_exercise_checks.py."""

from itertools import accumulate

import numpy as np

from nnlib import Adam, Momentum, Network, dropout_mask, softmax

# Momentum


def momentum_by_nnlibs_form(theta, velocity, gradient, rate, keep):
    """The velocity as a step, and turned back into slopes."""
    step = -rate * velocity * keep - rate * gradient
    return theta + step, step / -rate


def momentum_one_by_one(theta, velocity, gradient, rate, keep):
    new, moved = np.empty_like(velocity), np.empty_like(theta)
    for place in np.ndindex(theta.shape):
        new[place] = keep * velocity[place] + gradient[place]
        moved[place] = theta[place] - rate * new[place]
    return [moved, new]


def momentum_in_two_pushes(theta, velocity, gradient, rate, keep):
    rolled = theta - rate * keep * velocity
    return rolled - rate * gradient, gradient + keep * velocity


def momentum_in_copies(theta, velocity, gradient, rate, keep):
    velocity = velocity.copy()
    velocity *= keep
    velocity += gradient
    return theta - velocity * rate, velocity


def momentum_in_place(theta, velocity, gradient, rate, keep):
    velocity *= keep
    velocity += gradient
    theta -= rate * velocity
    return theta, velocity


def momentum_of_the_library(theta, velocity, gradient, rate, keep):
    ball = Momentum(rate, keep)
    ball.velocity = -rate * velocity
    return ball.step(theta, gradient), ball.velocity / -rate


def momentum_of(theta_by, velocity_by):
    """theta − theta_by(...), and velocity_by(...)."""
    return lambda theta, v, g, rate, keep: (
        theta - theta_by(v, g, rate, keep),
        velocity_by(v, g, keep),
    )


def sum_of_slopes(v, g, keep):
    return keep * v + g


# Adam


def adam_in_the_second_form(theta, m, v, t, gradient, rate, beta1=0.9, beta2=0.999):
    m = m - (1 - beta1) * (m - gradient)
    v = v - (1 - beta2) * (v - gradient * gradient)
    unbias = np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * unbias * m / (np.sqrt(v) + 1e-8), m, v


def adam_by_weights(theta, m, v, t, gradient, rate):
    """The averages as weighted means, whose weights are the shares that have come in so far."""
    m, v = (np.average([old, new], axis=0, weights=[b, 1 - b])
            for old, new, b in ((m, gradient, 0.9), (v, gradient**2, 0.999)))  # fmt: skip
    share1 = sum(0.1 * 0.9**k for k in range(t))
    share2 = sum(0.001 * 0.999**k for k in range(t))
    return theta - rate * (m / share1) / ((v / share2) ** 0.5 + 1e-8), m, v


def adam_one_by_one(theta, m, v, t, gradient, rate):
    out = [np.empty_like(theta) for _ in range(3)]
    for p in np.ndindex(theta.shape):
        out[1][p] = 0.9 * m[p] + 0.1 * gradient[p]
        out[2][p] = 0.999 * v[p] + 0.001 * gradient[p] ** 2
        root = np.sqrt(out[2][p] / (1 - 0.999**t)) + 1e-8
        out[0][p] = theta[p] - rate * out[1][p] / (1 - 0.9**t) / root
    return out


def adam_with_epsilon_inside(theta, m, v, t, gradient, rate):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    return theta - rate * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t) + 1e-16), m, v


def adam_of_the_library(theta, m, v, t, gradient, rate):
    own = Adam(rate)
    own.m, own.v, own.t = m, v, t - 1
    return own.step(theta, gradient), own.m, own.v


def adam_without_epsilon(theta, m, v, t, gradient, rate):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    return theta - rate * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t)), m, v


def adam_with(beta1=0.9, beta2=0.999, order=(0, 1, 2)):
    """Other betas, or another order."""

    def answer(*inputs):
        parts = adam_in_the_second_form(*inputs, beta1, beta2)
        return [parts[k] for k in order]

    return answer


def adam_of(change):
    """A right step, changed: change(theta before, theta, m, v)."""
    return lambda theta, *rest: change(theta, *adam_in_the_second_form(theta, *rest))


def adam_in_place(theta, m, v, *rest):
    after, m[:], v[:] = adam_in_the_second_form(theta, m, v, *rest)
    return after, m, v


# Dropout


def forward_by_where(W1, b1, W2, b2, X, rate, U=None):
    Z1 = X @ W1 + b1
    A1 = np.where(Z1 > 0, Z1, 0.0)
    if U is not None:
        A1 = np.where(U < rate, 0.0, A1 / (1 - rate))
    return softmax(A1 @ W2 + b2)


def forward_by_sample(W1, b1, W2, b2, X, rate, U):
    rows = []
    for i, x in enumerate(X):
        a = [max(0.0, z) for z in x @ W1 + b1[0]]
        if U is not None:
            a = [value / (1 - rate) if u >= rate else 0.0 for value, u in zip(a, U[i])]
        powers = np.exp(np.array(a) @ W2 + b2[0])
        rows.append(powers / powers.sum())
    return np.array(rows)


def forward_with_the_factor_at_z2(W1, b1, W2, b2, X, rate, U):
    """The units that are off are taken out before relu, and the factor is put behind W2."""
    on, factor = (1.0, 1.0) if U is None else (U >= rate, 1 / (1 - rate))
    return softmax(factor * (np.maximum(0, on * (X @ W1 + b1)) @ W2) + b2)


def forward_with_rate_0(W1, b1, W2, b2, X, rate, U):
    """Predicting is dropout at a rate of 0."""
    if U is None:
        U, rate = np.ones((len(X), W1.shape[1])), 0.0
    A1 = (X @ W1 + b1).clip(min=0)
    A1[U < rate] = 0
    return softmax(A1 / (1 - rate) @ W2 + b2)


def forward_with(mask_of, bend=lambda Z: np.maximum(0, Z), out=softmax, after=False):
    """The hidden layer times mask_of(U, rate, X, W1); `after`: the outputs, too, not these."""

    def answer(W1, b1, W2, b2, X, rate, U):
        mask = mask_of(U, rate) if U is not None else 1.0
        A1 = bend(X @ W1 + b1) * (1.0 if after else mask)
        P = out(A1 @ W2 + b2)
        return P * np.mean(mask) if after else P

    return answer


def usual(U, rate):
    return (U >= rate) / (1 - rate)


def forward_always_on(W1, b1, W2, b2, X, rate, U):
    if U is None:
        U = np.random.default_rng(1).random((len(X), W1.shape[1]))
    return forward_by_where(W1, b1, W2, b2, X, rate, U)


def forward_by_own_chance(W1, b1, W2, b2, X, rate, U):
    """Draws of its own."""
    if U is not None:
        U = np.random.default_rng(1).random(U.shape)
    return forward_by_where(W1, b1, W2, b2, X, rate, U)


def forward_of_the_library(W1, b1, W2, b2, X, rate, U):
    net = Network((len(W1), len(W2), W2.shape[1]), hidden="relu", output="softmax",
                  loss="cross_entropy")  # fmt: skip
    theta = np.concatenate([array.ravel() for array in (W1, b1, W2, b2)])
    masks = None if U is None else [np.where(U < rate, 0, 1 / (1 - rate))]
    return net.forward(theta, X, masks).A[2]


# An early stop


def stop_by_count(losses, patience):
    best, kept, since = np.inf, 0, 0
    for i, loss in enumerate(losses):
        if loss < best:
            best, kept, since = loss, i, 0
        else:
            since += 1
            if since == patience:
                return kept, i + 1
    return kept, len(losses)


def stop_by_slices(losses, patience):
    made = 1
    while made < len(losses) and made - 1 - np.argmin(losses[:made]) < patience:
        made += 1
    return np.argmin(losses[:made]), made


def stop_by_minima(losses, patience):
    """The lowest until each pass; it stops where that is as old as the patience."""
    lowest = list(accumulate(losses, min))
    ages = [i - lowest.index(low) for i, low in enumerate(lowest)]
    made = ages.index(patience) + 1 if patience in ages else len(ages)
    return made - 1 - ages[made - 1], made


def stop_by_recursion(losses, patience, kept=0, i=0):
    kept = i if losses[i] < losses[kept] else kept
    if i - kept == patience or i + 1 == len(losses):
        return [kept, i + 1]
    return stop_by_recursion(losses, patience, kept, i + 1)


def stop_of(change):
    return lambda losses, patience: change(*stop_by_count(losses, patience), losses)


def stop_at_the_first_rise(losses, patience):
    for i in range(1, len(losses)):
        if losses[i] >= losses[i - 1]:
            return i - 1, i + 1
    return len(losses) - 1, len(losses)


def stop_after_sorting(losses, patience):
    losses.sort()
    return 0, len(losses)


def stop_by_margin(losses, patience):
    """Better means lower by a twentieth at least."""
    kept = 0
    for i, loss in enumerate(losses):
        if loss < losses[kept] - 0.12:
            kept = i
        if i - kept == patience:
            break
    return kept, i + 1


# An improvement


def gain_by_loop(before, after):
    gains = [a - b for a, b in zip(after, before)]
    mean = sum(gains) / len(gains)
    return mean, (sum((g - mean) ** 2 for g in gains) / (len(gains) - 1)) ** 0.5


def gain_by_covariance(before, after):
    """The variance of a difference, from the three of the two."""
    (one, both), (_, other) = np.cov(before, after)
    return after.mean() - before.mean(), np.sqrt(one + other - 2 * both)


def gain_by_pairs(before, after):
    """The spread from all pairs of splits."""
    d = np.array(after) - np.array(before)
    n = len(d)
    return np.mean(d), np.sqrt(((d[:, None] - d) ** 2).sum() / (2 * n * (n - 1)))


def gain_of(change):
    return lambda before, after: change(after - before, before, after)


RIGHT = {
    "08.momentum": [
        momentum_by_nnlibs_form,
        momentum_one_by_one,
        momentum_in_two_pushes,
        momentum_in_copies,
    ],
    "08.adam": [
        adam_in_the_second_form,
        adam_by_weights,
        adam_one_by_one,
        adam_with_epsilon_inside,
    ],
    "08.forward": [
        forward_by_where,
        forward_by_sample,
        forward_with_the_factor_at_z2,
        forward_with_rate_0,
    ],
    "08.early_stop": [stop_by_count, stop_by_slices, stop_by_minima, stop_by_recursion],
    "08.prediction": ["a whole point", " A whole point."],
    "08.gain": [gain_by_loop, gain_by_covariance, gain_by_pairs],
}

BORROWED = {
    "08.momentum": {"the ball of nnlib": momentum_of_the_library},
    "08.adam": {"nnlib's Adam": adam_of_the_library},
    "08.forward": {
        "a network": forward_of_the_library,
        "its mask": lambda *inputs: (
            forward_by_where(*inputs) + 0 * dropout_mask(1, (1, 1), 0.0)[0, 0]
        ),
    },
}

WRONG = {
    "08.momentum": {
        "nothing moves": lambda theta, velocity, *rest: (theta, velocity),
        "a plain step": momentum_of(lambda v, g, rate, keep: rate * g, lambda v, g, keep: v),
        "a plain step, the slope handed on": momentum_of(
            lambda v, g, rate, keep: rate * g, lambda v, g, keep: g
        ),
        "nnlib's own form": lambda theta, v, g, rate, keep: (
            theta + keep * v - rate * g,
            keep * v - rate * g,
        ),
        "the rate in both": lambda theta, v, g, rate, keep: (
            theta - rate * (keep * v + rate * g),
            keep * v + rate * g,
        ),
        "all is kept": momentum_of(
            lambda v, g, rate, keep: rate * (v + g), lambda v, g, keep: v + g
        ),
        "the rest is kept": momentum_of(
            lambda v, g, rate, keep: rate * ((1 - keep) * v + g),
            lambda v, g, keep: (1 - keep) * v + g,
        ),
        "an average": momentum_of(
            lambda v, g, rate, keep: rate * (keep * v + (1 - keep) * g),
            lambda v, g, keep: keep * v + (1 - keep) * g,
        ),
        "keep times both": momentum_of(
            lambda v, g, rate, keep: rate * keep * (v + g), lambda v, g, keep: keep * (v + g)
        ),
        "Nesterov": momentum_of(
            lambda v, g, rate, keep: rate * (g + keep * sum_of_slopes(v, g, keep)), sum_of_slopes
        ),
        "with the old velocity": momentum_of(lambda v, g, rate, keep: rate * v, sum_of_slopes),
        "uphill": momentum_of(
            lambda v, g, rate, keep: -rate * sum_of_slopes(v, g, keep), sum_of_slopes
        ),
        "theta alone": lambda *inputs: momentum_in_copies(*inputs)[0],
        "the other order": lambda *inputs: momentum_in_copies(*inputs)[::-1],
        "the step, not the place": lambda theta, *rest: (
            momentum_in_copies(theta, *rest)[0] - theta,
            momentum_in_copies(theta, *rest)[1],
        ),
        "what was given is changed": momentum_in_place,
    },
    "08.adam": {
        "nothing moves": lambda theta, m, v, *rest: (theta, m, v),
        "plain": lambda theta, m, v, t, gradient, rate: (theta - rate * gradient, m, v),
        "the betas exchanged": adam_with(0.999, 0.9),
        "m forgets more": adam_with(beta1=0.99),
        "v forgets more": adam_with(beta2=0.99),
        "another order": adam_with(order=(0, 2, 1)),
        "theta last": adam_with(order=(1, 2, 0)),
        "theta alone": adam_of(lambda before, theta, m, v: theta),
        "the old averages": lambda theta, m, v, *rest: (
            adam_in_the_second_form(theta, m, v, *rest)[0],
            m,
            v,
        ),
        "uphill": adam_of(lambda before, theta, m, v: (2 * before - theta, m, v)),
        "the step alone": adam_of(lambda before, theta, m, v: (theta - before, m, v)),
        "nothing put right": lambda theta, m, v, t, *rest: adam_in_the_second_form(
            theta, m, v, 10**5, *rest
        ),
        "as in the first step": lambda theta, m, v, t, *rest: adam_in_the_second_form(
            theta, m, v, 1, *rest
        ),
        "a step late": lambda theta, m, v, t, *rest: adam_in_the_second_form(
            theta, m, v, t + 1, *rest
        ),
        "a slope of 0 is divided by": adam_without_epsilon,
        "the sign alone": lambda theta, m, v, t, gradient, rate: (
            theta - rate * np.sign(gradient),
            *adam_in_the_second_form(theta, m, v, t, gradient, rate)[1:],
        ),
        "what was given is changed": adam_in_place,
    },
    "08.forward": {
        "no dropout": forward_with(lambda U, rate: 1.0),
        "no factor": forward_with(lambda U, rate: U >= rate),
        "the others": forward_with(lambda U, rate: (U < rate) / (1 - rate)),
        "a share that stays": forward_with(lambda U, rate: (U < rate) / rate),
        "over the rate": forward_with(lambda U, rate: (U >= rate) / rate),
        "softer": forward_with(lambda U, rate: (U >= rate) * (1 - rate)),
        "the factor alone": forward_with(lambda U, rate: 1 / (1 - rate)),
        "U itself": forward_with(lambda U, rate: U),
        "a half, always": forward_with(lambda U, rate: 2.0 * (U >= 0.5)),
        "by its own share": forward_with(lambda U, rate: (U >= rate) / np.mean(U >= rate)),
        "one mask for all": forward_with(lambda U, rate: usual(U[:1], rate)),
        "tanh": forward_with(usual, bend=np.tanh),
        "no bend": forward_with(usual, bend=lambda Z: Z),
        "no softmax": forward_with(usual, out=lambda Z: Z),
        "the outputs are dropped": forward_with(usual, after=True),
        "always on": forward_always_on,
        "by chances of its own": forward_by_own_chance,
        "U is asked for its size": lambda W1, b1, W2, b2, X, rate, U: forward_by_where(
            W1, b1, W2, b2, X, rate, U[: len(X)]
        ),
        "b1 after the mask": lambda W1, b1, W2, b2, X, rate, U: softmax(
            np.maximum(0, X @ W1 * (1 if U is None else usual(U, rate)) + b1) @ W2 + b2
        ),
    },
    "08.early_stop": {
        "the best of all": lambda losses, patience: (int(np.argmin(losses)), len(losses)),
        "the best of all, and when it stopped": stop_of(
            lambda kept, made, losses: (int(np.argmin(losses)), made)
        ),
        "the last": stop_of(lambda kept, made, losses: (made - 1, made)),
        "the loss": stop_of(lambda kept, made, losses: (losses[kept], made)),
        "the first rise": stop_at_the_first_rise,
        "one more": lambda losses, patience: stop_by_count(losses, patience + 1),
        "one less": lambda losses, patience: stop_by_count(losses, patience - 1 or 1),
        "counted from 1": stop_of(lambda kept, made, losses: (kept + 1, made)),
        "made from 0": stop_of(lambda kept, made, losses: (kept, made - 1)),
        "the other order": stop_of(lambda kept, made, losses: (made, kept)),
        "kept alone": stop_of(lambda kept, made, losses: kept),
        "as a score": lambda losses, patience: stop_by_count(-losses, patience),
        "better by a margin": stop_by_margin,
        "always three": lambda losses, patience: stop_by_count(losses, 3),
        "patience is where it stops": lambda losses, patience: (
            int(np.argmin(losses[:patience])),
            patience,
        ),
        "it sorts what it is given": stop_after_sorting,
    },
    "08.prediction": {
        "nothing": "not at all",
        "a tenth": "a tenth of a point",
        "much": "five points",
    },
    "08.gain": {
        "of the new": gain_of(lambda d, before, after: (after.mean(), after.std(ddof=1))),
        "n": gain_of(lambda d, *both: (d.mean(), d.std())),
        "the error of the mean": gain_of(
            lambda d, *both: (d.mean(), d.std(ddof=1) / len(d) ** 0.5)
        ),
        "unpaired": gain_of(
            lambda d, before, after: (d.mean(), (before.var(ddof=1) + after.var(ddof=1)) ** 0.5)
        ),
        "the larger of the two": gain_of(
            lambda d, before, after: (d.mean(), max(before.std(ddof=1), after.std(ddof=1)))
        ),
        "the mean of the two": gain_of(
            lambda d, before, after: (d.mean(), (before.std(ddof=1) + after.std(ddof=1)) / 2)
        ),
        "of all": gain_of(
            lambda d, before, after: (d.mean(), np.concatenate([before, after]).std(ddof=1))
        ),
        "lost": gain_of(lambda d, *both: (-d.mean(), d.std(ddof=1))),
        "sorted first": lambda before, after: gain_by_loop(np.sort(before), np.sort(after)),
        "the median": gain_of(lambda d, *both: (np.median(d), d.std(ddof=1))),
        "the size of a gain": gain_of(lambda d, *both: (d.mean(), np.sqrt((d**2).mean()))),
        "in shares": gain_of(lambda d, before, _: ((d / before).mean(), (d / before).std(ddof=1))),
        "from end to end": gain_of(lambda d, *both: (d.mean(), np.ptp(d))),
        "of t": gain_of(lambda d, *both: (d.mean() / d.std(ddof=1), d.std(ddof=1))),
        "the spread first": gain_of(lambda d, *both: (d.std(ddof=1), d.mean())),
        "the verdict": gain_of(lambda d, *both: d.mean() > d.std(ddof=1)),
        "one a split": gain_of(lambda d, *both: d),
    },
}
