"""Wrong backward passes and wrong training loops, each with a name and a source, ready to run.

right           the right code: a hidden layer of tanh under softmax and cross-entropy
wrong           what people really wrote in its place, each a whole function
specimen        one of them, with what runs it and what shows its lines
catalogue       by name, SPECIMENS up to notebook 07, LATER those of 08 to 10, EVERY both
instrument      what notices them: the gradient check, scores, and questions of meaning
questions       those of meaning, which are put to its functions
symptoms        what is measured of one, and mystery bugs by number
replay          the program of the 2013 post on XOR, for many seeds at once

specimen = SPECIMENS["slope_of_output"]
specimen.difference()             the lines that differ from the right ones
specimen.gradient_errors()        what the gradient check says, array by array
specimen.digits(rng).accuracy     what the score says
specimen.xor().share              the share of 40 starts that learn XOR
print(table())                    what each instrument says of each
"""

from nncourse.bugs.catalogue import EVERY, LATER, SPECIMENS
from nncourse.bugs.instrument import (
    DIGITS_READ,
    GRADIENT_WRONG,
    LOSS_FALLEN,
    XOR_SOLVED,
    Table,
    instruments,
    run_of,
    solved_of,
    table,
    xor_of,
)
from nncourse.bugs.replay import AS_PRINTED, Replay, drawn
from nncourse.bugs.right import (
    RATE,
    backward,
    confusion,
    forward,
    inputs,
    judge,
    learn,
    start,
    targets,
)
from nncourse.bugs.specimen import ARRAYS, CROSS_ENTROPY, ROLES, Run, Specimen, XorRun
from nncourse.bugs.symptoms import Symptoms, draw, exercise_seeds, symptoms_of

__all__ = [
    "SPECIMENS", "LATER", "EVERY", "Specimen", "Run", "XorRun", "ROLES", "ARRAYS", "CROSS_ENTROPY",
    "RATE", "forward", "backward", "learn", "start", "inputs", "targets", "confusion", "judge",
    "instruments", "table", "Table", "run_of", "xor_of", "solved_of",
    "GRADIENT_WRONG", "LOSS_FALLEN", "DIGITS_READ", "XOR_SOLVED",
    "Symptoms", "symptoms_of", "draw", "exercise_seeds", "Replay", "AS_PRINTED", "drawn",
]  # fmt: skip
