"""Many XOR networks at once, compared with the 2013 post's loop, torch.func.vmap and JAX vmap."""

from collections import deque

import numpy as np
import peers
from report import best, main, seconds, there

from nnlib import SGD, Network, train, xor
from nnlib.experiments import sweep

NET = Network((2, 4, 1), output="logistic", loss="cross_entropy")
RATE = 0.5
STEPS = {1: 2000, 10: 1000, 100: 500, 200: 400, 960: 150, 1000: 150}
GOALS = {200: ("≥ 35", "≥ 8"), 960: ("≥ 45", "≥ 8")}


def starts(networks):
    return NET.init(np.random.default_rng(7), stack=(networks,))


def ours(networks, steps):
    X, Y = xor()[1:3]
    rates = np.full((networks, 1), RATE)
    run = train(NET, starts(networks), X, Y, SGD(rates), rng=np.random.default_rng(7), steps=steps)
    return deque(run, maxlen=1).pop().theta


def torch_vmap(networks, steps):
    import torch as t

    t.set_num_threads(1)
    X, Y = (t.from_numpy(A) for A in xor()[1:3])

    def loss(parameters):
        W1, b1, W2, b2 = parameters
        z = t.tanh(X @ W1 + b1) @ W2 + b2
        return t.nn.functional.binary_cross_entropy_with_logits(z, Y)

    parameters = [t.from_numpy(v.copy()) for pair in NET.layers(starts(networks)) for v in pair]
    slopes = t.func.vmap(t.func.grad(loss))
    for _ in range(steps):
        parameters = [v - RATE * g for v, g in zip(parameters, slopes(parameters))]
    return np.hstack([v.numpy().reshape(networks, -1) for v in parameters])


COMPILED = {}  # {(networks, steps): the scan compiled by JAX}


def jax_vmap(networks, steps):
    import jax as j
    import jax.numpy as jnp

    j.config.update("jax_enable_x64", True)
    X, Y = (jnp.asarray(A) for A in xor()[1:3])

    def loss(parameters):
        (W1, b1), (W2, b2) = parameters
        z = jnp.tanh(X @ W1 + b1) @ W2 + b2
        return (jnp.logaddexp(0, z) - Y * z).mean()

    def step(parameters, _):
        slopes = j.vmap(j.grad(loss))(parameters)
        return j.tree.map(lambda v, g: v - RATE * g, parameters, slopes), None

    if (networks, steps) not in COMPILED:
        scan = j.jit(lambda parameters: j.lax.scan(step, parameters, length=steps)[0])
        COMPILED[networks, steps] = scan
    parameters = COMPILED[networks, steps](
        [tuple(map(jnp.asarray, p)) for p in NET.layers(starts(networks))]
    )
    return np.hstack([np.asarray(v).reshape(networks, -1) for pair in parameters for v in pair])


def stacks(report):
    """A table of microseconds per network and step."""
    report.title(
        "Many networks at once",
        "XOR networks 2-4-1 with logistic output and cross-entropy, all four samples a step (the",
        "post's loop takes one); microseconds per network and step. JAX warm.",
    )
    post_steps, gate, rows = 2000, xor(), []
    for networks, steps in STEPS.items():
        calls = [
            lambda: peers.post([2, 4, 1], gate.X, gate.Y.ravel(), post_steps, 0.2),
            lambda: ours(networks, steps),
        ]
        peers_there = [
            run for run, name in [(torch_vmap, "torch"), (jax_vmap, "jax")] if there(name)
        ]
        for run in peers_there:
            end = run(networks, steps)  # JAX compiles here
            assert np.allclose(end, ours(networks, steps), rtol=0, atol=1e-9)
            calls.append(lambda run=run: run(networks, steps))
        post, *took = best(calls)
        post, took = post / post_steps * 1e6, [t / steps / networks * 1e6 for t in took]
        us = dict(zip([ours, *peers_there], took))
        torch, jax = us.get(torch_vmap, np.nan), us.get(jax_vmap, np.nan)
        over_post, over_torch = GOALS.get(networks, ("", ""))
        rows.append([str(networks), us[ours], post, torch, jax, post / us[ours], over_post,
                     torch / us[ours], over_torch])  # fmt: skip
    report.table(
        ["networks", "nnlib", "the post's loop", "torch.func.vmap", "JAX vmap", "post / nnlib",
         "goal", "vmap / nnlib", "goal"],
        rows,
    )  # fmt: skip


def luck(report):
    """The time of a whole luck map."""
    grid = dict(
        hidden_units=[1, 2, 3, 4, 6, 8], learning_rate=[0.03, 0.1, 0.2, 0.5, 1, 2, 4, 8], seeds=20
    )
    run = lambda: sweep(xor().X, xor().Y, **grid, steps=2000, progress=False)  # noqa: E731
    took = min(seconds(run) for _ in range(3))
    report.say("", f"A luck map, 6 widths x 8 rates x 20 seeds = 960 networks, 2000 steps each:"
               f" {took:.2f} s (goal ≤ 1.5 s).")  # fmt: skip


if __name__ == "__main__":
    main(stacks, luck)
