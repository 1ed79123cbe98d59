"""What finds a bug: ten instruments. Each finds some of the specimens, and none finds all."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnlib import checks
from nncourse.bugs.catalogue import EVERY, SPECIMENS
from nncourse.bugs.questions import leak_of, mask_mean, same_twice, steps_of
from nncourse.bugs.specimen import ROLES, Run, Specimen, XorRun

# Each bound lies in a wide gap, because the numbers of the wildest specimens differ between
# machines, and what an instrument says must not.
GRADIENT_WRONG = 1e-4  # a gradient error above this is noticed; the right ones stay below 1e-9
LOSS_FALLEN = 0.18  # a loss that ends above this share of its start; right ones end near 0.02
DIGITS_READ = 0.85  # a smaller share of digits read; the right ones read 0.96 or more
XOR_SOLVED = 0.5  # XOR solved from fewer starts than this share of the twin's


def instruments(specimen: Specimen, starts: int = 5) -> dict[str, str]:
    """What each instrument says: of a wrong specimen "caught" or "blind", of a right one "passes".

    gradient is the check of `gradient_error`; loss and digits are the curve and the score, means of
    so many `starts`; XOR is how many of 40 starts solve it, beside the twin ("-" for kernels).
    Three ask for the meaning: mask, whether its mean is 1 ("-" without a mask); rows, whether a row
    of the confusion matrix holds the samples of one true class; order, whether the verdict on many
    starts is the same in any order. From chapter 8 on there are three more: twice, whether it
    answers the same when it is asked again; steps, whether known slopes make the steps that they
    should; leak, whether the test digits had a part in the training ("-" without a split). Raises
    ValueError for less than one start.

    >>> instruments(SPECIMENS["hidden_slope_forgotten"])
    {'gradient': 'caught', 'loss': 'blind', 'digits': 'blind', 'XOR': 'caught', 'mask': '-', \
'rows': 'blind', 'order': 'blind'}
    """
    starts = checks.whole(starts, "starts")
    runs = [run_of(specimen, start) for start in range(starts)]
    first, last = (np.mean([run.losses[i] for run in runs]) for i in (0, -1))
    half = np.arange(40) < 20
    noticed = {
        "gradient": specimen.gradient_error() > GRADIENT_WRONG,
        "loss": not last < LOSS_FALLEN * first,  # true for nan as well
        "digits": np.mean([run.accuracy for run in runs]) < DIGITS_READ,
        "XOR": None
        if specimen.pictures
        else solved_of(specimen) < XOR_SOLVED * solved_of(specimen.right_one),
        "mask": specimen.mask and abs(mask_mean(specimen) - 1) > 0.1,
        "rows": specimen.confusion([0, 0, 1], [0, 1, 1], 2).sum(axis=1).tolist() != [2, 1],
        "order": specimen.judge(half) != specimen.judge(half[::-1]),
    }
    if specimen.chapter > 7:
        noticed |= {
            "twice": specimen.mask and not same_twice(specimen),
            "steps": not steps_of(specimen).as_told,
            "leak": specimen.split and bool(leak_of(specimen)),
        }
    yes, no = ("false alarm", "passes") if specimen.kind == "right" else ("caught", "blind")
    return {name: "-" if it is None else yes if it else no for name, it in noticed.items()}


def run_of(specimen: Specimen, start: int) -> Run:
    """The run of a specimen with the digits from this seed; trained once."""
    return _digits_of(_as_trained(specimen, "judge"), start)


def xor_of(specimen: Specimen, hidden_units: int = 4) -> XorRun:
    """The run of a specimen with XOR from 40 starts; trained once for each number of units."""
    run = _xor_of(_as_trained(specimen, "judge", *NOT_IN_XOR), hidden_units)
    return run._replace(share=float(specimen.judge(run.solved)))


NOT_IN_XOR = ("inputs", "confusion", "split", "keep")  # roles


def _as_trained(specimen: Specimen, *without: str) -> Specimen:
    """Its functions without a name: what differs in the roles `without` alone is trained once."""
    roles = {role: getattr(specimen, role) for role in ROLES if role not in without}
    return Specimen("", 0, "", "", "", "", **roles, pictures=specimen.pictures)


@cache
def _digits_of(specimen: Specimen, start: int) -> Run:
    return specimen.digits(start)


@cache
def _xor_of(specimen: Specimen, hidden_units: int) -> XorRun:
    return specimen.xor(hidden_units=hidden_units)


def solved_of(specimen: Specimen, hidden_units: int = 4) -> int:
    """How many of 40 starts solve XOR."""
    return int(xor_of(specimen, hidden_units).solved.sum())


class Table(dict):
    """What `instruments` says of each specimen, by its name; printed, a line for each."""

    def __str__(self) -> str:
        width = max(map(len, self))
        columns = [*dict.fromkeys(column for row in self.values() for column in row)]
        lines = [" " * width + "".join(f"  {column:<8}" for column in columns)]
        for name, row in self.items():
            lines.append(f"{name:<{width}}" + "".join(f"  {row.get(c, '-'):<8}" for c in columns))
        return "\n".join(line.rstrip() for line in lines)


def table(*names: str, starts: int = 5) -> Table:
    """`instruments` for the specimens with these names, or for all of SPECIMENS.

    Raises ValueError for a name that is not in EVERY.

    >>> print(table("right", "slope_of_output", "zero_init"))
                     gradient  loss      digits    XOR       mask      rows      order
    right            passes    passes    passes    passes    -         passes    passes
    slope_of_output  caught    blind     blind     blind     -         blind     blind
    zero_init        blind     caught    caught    caught    -         blind     blind
    """
    chosen = [checks.known(name, EVERY, "specimen") for name in names or SPECIMENS]
    return Table({specimen.name: instruments(specimen, starts) for specimen in chosen})
