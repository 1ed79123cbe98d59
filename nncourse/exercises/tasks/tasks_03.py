"""The tasks of exercise 03: a loss, a step, the edge of a rate, the walk, and counting steps."""

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_03 as cases
from nncourse.exercises.tasks import mistakes_03 as mistakes

TASKS = [
    Task(
        "03.loss",
        asked="the loss of a batch, one number, from the answers A and the targets Y",
        cases=cases.loss,
        hints=(
            "Every number of A is off by some amount. What makes all these amounts positive?",
            "The loss is a sum over the outputs, which are columns, and a mean over the samples,"
            " which are rows. By which number do you divide?",
            "The sum of all squared misses, over twice the number of rows.",
        ),
        misconceptions=mistakes.LOSS,
    ),
    Task(
        "03.step",
        asked="w and b after one step of gradient descent",
        cases=cases.step,
        parts=("w", "b"),
        hints=(
            "Each number moves against its own slope, by the learning rate times that slope.",
            "Both slopes belong to the place where you stand. Is w still there when you take the"
            " slope along b?",
            "Take the two slopes first and keep them; only then move w, and b.",
        ),
        misconceptions=mistakes.STEP,
    ),
    Task(
        "03.limit",
        asked="the largest learning rate at which descent on a parabola does not diverge, from its"
        " slope function",
        cases=cases.limit,
        hints=(
            "A limit is measured against the curvature, and the curvature is how fast the slope"
            " changes. You can ask for the slope wherever you like.",
            "The slope of a parabola is a straight line: ask for it at two places, and divide the"
            " change of the slope by the distance between them.",
            "At a learning rate of one over the curvature you land at the bottom. How many times"
            " this rate is the one at which you bounce from side to side without coming closer?",
        ),
        misconceptions=mistakes.LIMIT,
    ),
    Task(
        "03.descend",
        asked="theta where the walk rests, and the number of steps that it took",
        cases=cases.descend,
        parts=("theta", "steps"),
        hints=(
            "Three things are repeated: take the gradient, ask whether it is short enough to stop,"
            " and if not, step and count.",
            "`np.linalg.norm` gives the length of a gradient. Ask before each step, so that a walk"
            " that begins at the bottom takes none.",
            "A `for` loop over `range(most)` that returns theta and its counter as soon as the"
            " gradient is short; and a last line for the walk that never stops early.",
        ),
        misconceptions=mistakes.DESCEND,
    ),
    Task(
        "03.updates",
        asked="the number of steps in so many epochs",
        cases=cases.updates,
        hints=(
            "A step is one update, made from one batch; an epoch is a pass through all samples. How"
            " many batches make a pass?",
            "Ten samples in batches of four: 4, 4, and what becomes of the last two?",
            "Divide n by the size of a batch, and round up.",
        ),
        misconceptions=mistakes.UPDATES,
    ),
    Choice(
        "03.prediction",
        asked="on a parabola of curvature 1, which learning rate is nearer to the bottom after ten"
        " steps, 0.1 or 1.9?",
        truth=cases.nearer,
        says={
            "0.1": "It creeps, and that looks safe. By which factor does one of its steps shrink"
            " the distance?",
            "1.9": "Its steps are long, but most of a step goes to the other side. By which factor"
            " does it shrink the distance?",
            "both as near": "One factor is 0.9, the other −0.9. One creeps, the other leaps from"
            " side to side, and after ten steps both are 0.35 of the way from the bottom.",
        },
    ),
]
