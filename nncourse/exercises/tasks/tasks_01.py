"""The tasks of exercise 01: slopes of activation functions, a nudge through a row of them, scaled"
" weights."""

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_01 as cases
from nncourse.exercises.tasks import mistakes_01 as mistakes

TASKS = [
    Task(
        "01.logistic_slope",
        asked="the slope of the logistic curve, written in a",
        cases=cases.slopes_from("a", "logistic", far=1000.0, beside=cases.STEEPEST),
        hints=(
            "You are given a, which came out of the logistic: you need no exponential any more.",
            "At a = 0.5 the curve is steepest, with a slope of a quarter, and at a = 0 and a = 1 it"
            " is flat. Which product of two factors does that?",
            "The two factors are the height a, and its distance to 1.",
        ),
        misconceptions=mistakes.LOGISTIC_SLOPE,
    ),
    Task(
        "01.tanh_slope",
        asked="the slope of tanh, written in a",
        cases=cases.slopes_from("a", "tanh", far=12.0, beside=cases.STEEPEST),
        hints=(
            "You are given a, which came out of tanh. Which of the two formulas is written in a?",
            "Tanh is flat at a = 1 and at a = −1, and at a = 0 its slope is 1.",
            "It is 1 minus a square, and you have the number to square already: no tanh is needed.",
        ),
        misconceptions=mistakes.TANH_SLOPE,
    ),
    Task(
        "01.relu_slope",
        asked="the slope of relu, 1 or 0, for an array of z",
        cases=cases.slopes_from("z", "relu", far=1000.0, beside=cases.RELU),
        hints=(
            "Left of 0 a nudge to z changes nothing; right of 0 all of it comes through.",
            "`z > 0` asks the question of every number of the array at once.",
            "`np.where(condition, a, b)` gives a where the condition is true, and b where it is"
            " not.",
        ),
        misconceptions=mistakes.RELU_SLOPE,
    ),
    Task(
        "01.through",
        asked="the share of a nudge to the first z that comes out at the end of a row of tanhs",
        cases=cases.through,
        hints=(
            "Go along the row as the signal does, and keep a second number beside it: the share of"
            " the nudge that has come so far. It begins as the slope of the first tanh.",
            "On its way to the next tanh the nudge is multiplied by the weight between the two."
            " The bias shifts the signal, not the nudge.",
            "In the loop: make the next a from the one before it, then multiply the share by the"
            " weight and by the slope at this new a.",
        ),
        misconceptions=mistakes.THROUGH,
    ),
    Task(
        "01.reach",
        asked="the r for which weights drawn evenly from −r to r keep the size of a signal",
        cases=cases.reach,
        hints=(
            "Set the size of z equal to the size of a: what has to be 1?",
            "√n · r / √3 has to be 1.",
            "For 100 inputs it is 0.17, and for 10 it is 0.55: √3 over what?",
        ),
        misconceptions=mistakes.REACH,
    ),
    Choice(
        "01.prediction",
        asked="what share of a nudge comes through ten tanhs in a row, each followed by a weight of"
        " a half, if every z is 0?",
        truth=cases.ten_tanh,
        says={
            "a half": "Only one of the ten weights gives a half. What do the other nine do?",
            "a thousandth": "The slopes are 1 and leave the nudge alone, and ten halves make one in"
            " 1024. So weights alone can lose a nudge, with every slope at its best.",
            "a millionth": "Then each of the ten would let a quarter through. What is the slope of"
            " tanh at 0, and what is the weight?",
        },
    ),
]
