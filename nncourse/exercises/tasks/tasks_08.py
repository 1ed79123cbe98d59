"""The tasks of exercise 08: momentum, Adam, dropout, an early stop, and what an improvement is."""

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_08 as cases
from nncourse.exercises.tasks import mistakes_08 as mistakes

TASKS = [
    Task(
        "08.momentum",
        asked="theta and the velocity after one step; the velocity gathers slopes, and the learning"
        " rate counts when the step is made",
        cases=cases.momentum,
        parts=("theta", "velocity"),
        hints=(
            "Two lines. Which of the two has to be new first, so that the other can use it?",
            "The velocity keeps its share of itself, and all of the new slope is added to it. There"
            " is no rate in that line.",
            "velocity = keep times velocity plus gradient; then theta minus the rate times that."
            " Give both, so that the next step can go on from them.",
        ),
        misconceptions=mistakes.MOMENTUM,
    ),
    Task(
        "08.adam",
        asked="theta, m and v after step number t of Adam, the first of which has t = 1",
        cases=cases.adam,
        parts=("theta", "m", "v"),
        hints=(
            "First the two averages. Of a new slope, what share goes into m? And of its square,"
            " into v?",
            "After one step m is (1 − beta1) of the slope, when it should be all of it. By what do"
            " you divide? And after t steps?",
            "m / (1 − beta1ᵗ) and v / (1 − beta2ᵗ) are used in the step and then forgotten. Theta"
            " moves by the rate times the first over the root of the second, with 1e-8 added to the"
            " root; m and v are given back as they were before.",
        ),
        misconceptions=mistakes.ADAM,
    ),
    Task(
        "08.forward",
        asked="the outputs P, (n, n_2), of a network in which hidden units are switched off where U"
        " is below the rate; and of the whole network where U is None",
        cases=cases.forward,
        hints=(
            "Without dropout it is two lines. Between which of them do units fall silent?",
            "`U < rate` is True where a unit is off. Of those that are left, a share of 1 − rate,"
            " each has to speak for more than one: for how many?",
            "If U is not None, multiply A1 by `U >= rate` and divide it by (1 − rate). If it is"
            " None, leave A1 as it is.",
        ),
        misconceptions=mistakes.FORWARD,
    ),
    Task(
        "08.early_stop",
        asked="which pass is kept, counted from 0, and how many passes were made, if training ends"
        " as soon as so many passes in a row have not gone below the best",
        cases=cases.early_stop,
        parts=("kept", "made"),
        hints=(
            "Walk along the losses as if the later ones were not there yet. Which one number do you"
            " have to remember?",
            "How many passes in a row have brought nothing new? It is how far you are from the one"
            " that you remember.",
            "A loop over i: if losses[i] is below losses[kept], keep i; if i is `patience` beyond"
            " kept, break. The number of passes made is one more than the last i.",
        ),
        misconceptions=mistakes.EARLY_STOP,
    ),
    Choice(
        "08.prediction",
        asked="ten networks, all of which read 97 % of all digits, are asked about 450 digits each:"
        " how far above 97 % is the best score?",
        truth=cases.the_best_of_ten,
        says={
            "not at all": "450 digits are a draw from all digits, and a draw misses the truth."
            " Which way does the *largest* of ten draws miss it?",
            "a tenth of a point": "A tenth of a point is less than half a digit of 450. By how many"
            " digits would you expect a single score to miss?",
            "a whole point": "A single score misses by 0.8 points, up or down; the largest of ten"
            " lies one and a half times that above the truth.",
            "five points": "97 + 5 is more than there is. How far does a single score spread, with"
            " 450 digits?",
        },
    ),
    Task(
        "08.gain",
        asked="the mean and the spread of what each split has gained; the spread is the standard"
        " deviation with n − 1",
        cases=cases.gain,
        parts=("mean", "spread"),
        hints=(
            "The two arrays belong together, place by place. What do you make of each pair?",
            "That some splits are harder than others should drop out. In which line does it?",
            "Subtract first, then take the mean of the differences, and their `std(ddof=1)`.",
        ),
        misconceptions=mistakes.GAIN,
    ),
]
