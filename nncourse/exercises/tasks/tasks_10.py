"""The tasks of exercise 10: windows, sizes, feature maps, a kernel's slopes, and pooling's."""

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_10 as cases
from nncourse.exercises.tasks import mistakes_10 as mistakes

TASKS = [
    Task(
        "10.windows",
        asked="the windows of a picture, a row for each place",
        cases=cases.windows,
        hints=(
            "Let i and j be the upper left corner of a window. Which is the last i for which the"
            " window still fits?",
            "`range(0, last + 1, stride)` walks over the corners. Two such loops, the one over i"
            " outside.",
            "`A[i : i + size, j : j + size].ravel()` is one row. Put them into a list, and make an"
            " array of it in the end.",
        ),
        misconceptions=mistakes.WINDOWS,
    ),
    Task(
        "10.sizes",
        asked="the rows and columns of a feature map, and the parameters of all kernels",
        cases=cases.sizes,
        parts=("number of rows", "number of columns", "number of parameters"),
        hints=(
            "How high is the picture with its frame? And how far can a window walk in it, from the"
            " upper border until it touches the lower one?",
            "It walks height + 2 · padding − size pixels. `// stride` counts its steps, and before"
            " the first step it stood somewhere, too.",
            "A kernel has a weight for each pixel of its window in each channel, and one bias. The"
            " places do not come into it.",
        ),
        misconceptions=mistakes.SIZES,
    ),
    Choice(
        "10.prediction",
        asked="pictures twice as high and twice as wide: how many parameters has the network?",
        truth=cases.larger_pictures,
        says={
            "as many as before": "The kernels have as many as before. Who else has weights in this"
            " network, and what feeds them?",
            "twice as many": "What feeds the outputs grows with the area of the picture. By how"
            " much does an area grow?",
            "nearly four times as many": "The sixteen kernels stay as they are, but the ten outputs"
            " see every place of every map, and there are four times as many. So networks for"
            " photographs pool again and again.",
            "nearly sixteen times as many": "Sixteen times would be a layer from every pixel to"
            " every number of a map. Does such a layer stand here?",
        },
    ),
    Task(
        "10.feature_maps",
        asked="the feature maps of one picture, (rows, columns, kernels)",
        cases=cases.feature_maps,
        hints=(
            "You have written the windows. A layer is Z = A W + b, with them for A.",
            "Z has a row for each place, and a column for each kernel. In which order do the places"
            " stand there?",
            "`Z.reshape(rows, columns, kernels)`, where one of the three may be −1: `reshape` finds"
            " it out.",
        ),
        misconceptions=mistakes.FEATURE_MAPS,
    ),
    Task(
        "10.kernel_slopes",
        asked="gW and gb of the kernels, for several pictures",
        cases=cases.kernel_slopes,
        parts=("gW", "gb"),
        hints=(
            "A place in a picture is to a kernel what a sample is to a unit. How many of them are"
            " there in all pictures together?",
            "`np.concatenate` lays the windows of all pictures below each other. delta has to get a"
            " row for each of them, and a column for each kernel.",
            "With `rows` and `delta` like this you have the lines of 04: the one with `.T @`, and"
            " the sum along axis 0, with `keepdims=True`.",
        ),
        misconceptions=mistakes.KERNEL_SLOPES,
    ),
    Task(
        "10.pool_back",
        asked="the slope along each pixel, from the slopes along the largest of each block",
        cases=cases.pool_back,
        hints=(
            "A nudge of a pixel that is not the largest of its block: what comes of it?",
            "Block i, j begins at row 2 i and column 2 j, and is two by two. Where is it equal to"
            " its own largest?",
            "True and False are 1 and 0: multiply by the slope of the block, and divide by how many"
            " are equally large. All go into an array that begins as `np.zeros(A.shape)`.",
        ),
        misconceptions=mistakes.POOL_BACK,
    ),
]
