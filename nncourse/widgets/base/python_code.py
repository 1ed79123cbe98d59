"""What "Copy as Python" gives: the lines of nnlib that end where a run stands now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nnlib.network import Network
from nnlib.optimizers import OPTIMIZERS

CLASSES = (*(optimizer.__name__ for optimizer in OPTIMIZERS.values()), "Network", "train")


def program(body: list[str], names: Iterable[str]) -> str:
    """A whole program: `body` after its imports, numpy and what it uses of nnlib.

    `names` are imported besides the network, the optimizers and train, which are looked up in
    `body`.

    >>> print(program(["net = Network((2, 1))", "X = xor().X"], ["xor"]))
    import numpy as np
    <BLANKLINE>
    from nnlib import Network, xor
    <BLANKLINE>
    net = Network((2, 1))
    X = xor().X
    <BLANKLINE>
    """
    used = [name for name in CLASSES if re.search(rf"\b{name}\(", "\n".join(body))]
    # In the order that a linter wants: capitals, then capitalized, then lower case.
    order = lambda name: (name[0].islower(), not name.isupper(), name)  # noqa: E731
    imported = ", ".join(sorted({*used, *names}, key=order))
    return "\n".join(["import numpy as np", "", f"from nnlib import {imported}", "", *body, ""])


def network_line(net: Network) -> str:
    """The line that makes this network."""
    return (
        f'net = Network({net.sizes}, hidden="{net.hidden}", output="{net.output}",'
        f' loss="{net.loss}")'
    )


def training_lines(
    first: dict, changes: list, steps: int, edit_lines: Callable[..., list[str]]
) -> list[str]:
    """The lines from the first weights of a run to its step `steps`.

    `first` are the settings at its start, `changes` the list of [step, what was done, ...] in the
    order of time, and `edit_lines(do, *arguments)` gives the lines for a change of data or weights.
    """
    settings = dict(first)
    scale = settings.get("scale", "auto")
    lines = [
        f"rng = np.random.default_rng({settings['weight_seed']})",
        f"theta = net.init(rng{'' if scale == 'auto' else f', scale={scale}'})",
        _optimizer_line(settings),
    ]
    begin, rates = 0, {}  # of the next call of train: its first step, and the rates set during it
    for stop in sorted({0, *(change[0] for change in changes), steps}):
        done = [change[1:] for change in changes if change[0] == stop]
        only_rates = done and all(change[:2] == ["set", "learning_rate"] for change in done)
        if only_rates and begin < stop < steps:
            rates[stop - begin] = settings["learning_rate"] = done[-1][2]
            continue
        if stop > begin:
            lines += _train_lines(settings, stop - begin, rates)
            begin, rates = stop, {}
        for do, *arguments in done:
            lines += _set_lines(settings, *arguments) if do == "set" else edit_lines(do, *arguments)
    return lines


def _set_lines(settings: dict, name: str, value) -> list[str]:
    """The lines for a moved control, also noted in `settings`; most are arguments of train."""
    settings[name] = value
    if name == "learning_rate":
        return [f"optimizer.learning_rate = {value!r}"]
    return [_optimizer_line(settings)] if name == "optimizer" else []


def _optimizer_line(settings: dict) -> str:
    optimizer = OPTIMIZERS[settings["optimizer"]].__name__
    return f"optimizer = {optimizer}({settings['learning_rate']!r})"


def _train_lines(settings: dict, steps: int, rates: dict) -> list[str]:
    """One call of train with these settings; `rates` is {step: the learning rate from there on}."""
    arguments = {"steps": steps, "batch_size": settings["batch_size"]}
    arguments |= {name: settings[name] for name in ("l1", "l2", "dropout") if settings.get(name)}
    given = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    lines = [
        f"run = train(net, theta, X, Y, optimizer, rng=rng, {given})",
        "for step in run:",
    ]
    for index, rate in rates.items():
        lines += [f"    if step.index == {index}:", f"        optimizer.learning_rate = {rate!r}"]
    return [*lines, "    theta = step.theta"]
