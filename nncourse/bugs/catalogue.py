"""The specimens by name: what is wrong, where it was found, what to ask, and why it looks so."""

from nncourse.bugs import right, wrong
from nncourse.bugs.specimen import Specimen

RELU = {"forward": right.forward_right_relu}
DROPOUT = {"forward": right.forward_right_dropout, "backward": right.backward_right_dropout}

LATER_DROPOUT = DROPOUT | {"mask": right.mask_right_dropout}
KERNELS = {"forward": right.forward_right_kernels, "start": right.start_right_kernels}
SPLIT = {"split": right.split_right_split, "keep": right.keep_right_split}

RIGHT = Specimen(
    "right", 0, "right",
    title="As it should be",
    source="Rumelhart, Hinton & Williams, 1986; with softmax: Bridle, 1990",
    question="Which number of the forward pass does each line need again?",
)  # fmt: skip
RIGHT_RELU = Specimen(
    "right_relu", 0, "right",
    title="As it should be, with relu",
    source="Nair & Hinton, 2010",
    question="What is the slope of a unit that sends on 0?",
    backward=right.backward_right_relu, **RELU,
)  # fmt: skip
RIGHT_DROPOUT = Specimen(
    "right_dropout", 0, "right",
    title="As it should be, with dropout",
    source="Srivastava et al., 2014",
    question="What does the next layer get on average, with the mask and without?",
    mask=right.mask_right_dropout, **DROPOUT,
)  # fmt: skip

WRONG = [
    Specimen(
        "slope_of_output", 1, "slopes",
        title="The slope of tanh is taken at a, as if a were z",
        source="the 2013 post; Toy-Neural-Network-JS pull/56",
        question="You differentiated the output: what is it a function of?",
        why="Only W1 and b1 are off, like delta1, by a positive factor: the slopes are "
            "too large where tanh is flat, and every step still leads downhill.",
        twin=RIGHT, backward=wrong._backward_slope_of_output,
    ),
    Specimen(
        "output_formula_on_input", 2, "slopes",
        title="The slope written in a is given z",
        source="scikit-learn issues/14244; Neural-Network-p5 issues/22",
        question="In which letter is your formula written, and which one did you hand it?",
        why="Only W1 and b1 are off, with the wrong sign: 1 - z² is far below 0 where z is "
            "large, and the hidden units are driven on and on.",
        twin=RIGHT, backward=wrong._backward_output_formula_on_input,
    ),
    Specimen(
        "relu_slope_from_output", 3, "slopes",
        title="The slope of relu asks whether a is 0 or more, and it always is",
        source="Grokking-Deep-Learning issues/9; NumPy's MNIST tutorial",
        question="Which values can a take behind a relu, and for which of them is the slope 0?",
        why="Only W1 and b1 are off, and units that send on 0 are moved as well: digits "
            "forgive that, XOR with four units does not.",
        twin=RIGHT_RELU, backward=wrong._backward_relu_slope_from_output, **RELU,
    ),
    Specimen(
        "logistic_slope_left_in", 4, "slopes",
        title="The hidden units are tanh now, and the slope is still that of the logistic",
        source="skynet pull/1",
        question="Which activation function is in your forward pass? Whose slope is a (1 - a)?",
        why="Only W1 and b1 are off, with the wrong sign: a (1 - a) is below 0 wherever "
            "tanh is.",
        twin=RIGHT, backward=wrong._backward_logistic_slope_left_in,
    ),
    Specimen(
        "hidden_slope_forgotten", 5, "slopes",
        title="Delta comes back through W2, and not through the slope of tanh",
        source="Neural-Network-with-Python issues/1",
        question="Between Z1 and Z2 stand two steps. Where in your list is the other one?",
        why="Only W1 and b1 are off, and too large: a factor below 1, the slope, is "
            "missing. XOR needs its hidden layer, and so notices.",
        twin=RIGHT, backward=wrong._backward_hidden_slope_forgotten,
    ),
    Specimen(
        "extra_p_1_minus_p", 6, "slopes",
        title="The slope of a logistic output is put behind softmax and cross-entropy",
        source="neural-networks-and-deep-learning issues/45",
        question="Differentiate this loss along z: what has p (1 - p) become there?",
        why="All four are too small, like the delta at the output: p (1 - p) is at most a "
            "quarter, and next to nothing where the network is sure of something wrong.",
        twin=RIGHT, backward=wrong._backward_extra_p_1_minus_p,
    ),
    Specimen(
        "updated_too_early", 7, "slopes",
        title="W2 takes its step before delta is sent back through it",
        source="Toy-Neural-Network-JS issues/72; data-science-from-scratch issues/31",
        question="Which W2 made the answers, and which one does your delta1 go through?",
        why="Only W1 and b1 are off, and by little: a W2 that is one step newer is almost "
            "the old one.",
        twin=RIGHT, backward=wrong._backward_updated_too_early,
    ),
    Specimen(
        "sign", 8, "slopes",
        title="Delta is y - a, and the step still subtracts",
        source="deep-learning-v2-pytorch issues/24",
        question="An output is too high: which sign does delta have? Where does the step go?",
        why="Every slope is −1 times the true one, and the loss climbs. Only a sign does "
            "that.",
        twin=RIGHT, backward=wrong._backward_sign,
    ),
    Specimen(
        "biases_never_updated", 9, "slopes",
        title="The biases get no slope and stay where they started",
        source="makeyourownneuralnetwork issues/31",
        question="How much does the loss change if you nudge b2 by a little?",
        why="The slopes of both biases are 0 times the true ones: these lines were never "
            "written.",
        twin=RIGHT, backward=wrong._backward_biases_never_updated,
    ),
    Specimen(
        "bias_averaged", 10, "slopes",
        title="The slopes of the biases are averaged where those of the weights are summed",
        source="kvfrans/notes issues/5; deeplearning4j pull/366",
        question="How often is gb2 divided by n, if delta has been divided by it already?",
        why="Only the biases are off, and the factor 0.14 is 1/7: the check took 7 samples, "
            "and these slopes were divided by 7 once more.",
        twin=RIGHT, backward=wrong._backward_bias_averaged,
    ),
    Specimen(
        "sum_for_mean", 11, "slopes",
        title="The slopes are summed over the batch, at a rate that suits their mean",
        source="nn.h issues/4",
        question="Give it the same batch twice over. Should the step be twice as long?",
        why="All slopes are 7 times too large, and the check took 7 samples. Batches of 32 "
            "make steps 32 times too long; XOR has 4 points, and bears steps 4 times too "
            "long.",
        twin=RIGHT, backward=wrong._backward_sum_for_mean,
    ),
    Specimen(
        "never_zeroed", 12, "training",
        title="Every batch adds to the slopes of all the batches before",
        source="micrograd issues/53",
        question="What is in the gradient before the second batch begins?",
        why="The slopes are right, so what is done with them is not. The loss falls at "
            "first and climbs later, when old slopes have piled up.",
        twin=RIGHT, learn=wrong._learn_never_zeroed,
    ),
    Specimen(
        "zero_init", 13, "training",
        title="All weights start at zero",
        source="Dive into Deep Learning, section 5.4, Breaking the Symmetry",
        question="What comes back through W2 if W2 is 0?",
        why="The slopes are right, and the loss lies at ln 10 for good: nothing comes back "
            "through a W2 of zeros. XOR is never learned.",
        twin=RIGHT, start=wrong._start_zero_init,
    ),
    Specimen(
        "constant_init", 14, "training",
        title="All weights start at the same number",
        source="Dive into Deep Learning, section 5.4, Breaking the Symmetry",
        question="Two hidden units with the same weights: what could ever make them differ?",
        why="The slopes are right and the loss moves, and then not much more: all hidden "
            "units are the same one.",
        twin=RIGHT, start=wrong._start_constant_init,
    ),
    Specimen(
        "no_bend", 15, "network",
        title="The hidden units have no activation function",
        source="the book Deep Learning for Coders, chapter 17",
        question="Multiply your two matrices: how many layers has the network?",
        why="The slopes are right and the digits are read; only XOR, which no straight line "
            "can part, is never learned.",
        twin=RIGHT, forward=wrong._forward_no_bend, backward=wrong._backward_no_bend,
    ),
    Specimen(
        "hidden_never_trained", 16, "slopes",
        title="Only the output learns, the hidden layer stays as chance made it",
        source="on purpose in Huang, Zhu & Siew, Extreme learning machine, 2006",
        question="Compare W1 before training with W1 after it: what has changed?",
        why="W1 and b1 get 0 times their slopes. Random units and a trained output read a "
            "good part of the digits.",
        twin=RIGHT, backward=wrong._backward_hidden_never_trained,
    ),
    Specimen(
        "raw_pixels", 17, "samples",
        title="The pixels come as they are, from 0 to 16",
        source="python-machine-learning-book-2nd-edition issues/68",
        question="How large is a typical z of your hidden units, and how steep is tanh there?",
        why="The slopes are right and XOR is learned: only the pixels have a wrong scale. "
            "With pixels up to 16 the units are stuck at their ends.",
        twin=RIGHT, inputs=wrong._inputs_raw_pixels,
    ),
    Specimen(
        "labels_broadcast", 18, "samples",
        title="A column of labels is subtracted from ten outputs, and numpy does not complain",
        source="pytorch issues/19991, the same with one output",
        question="What are the shapes of A2 and of Y, and which numbers are in a row of Y?",
        why="The slopes are right, and the targets are not: the loss towards the true ones "
            "hardly leaves ln 10.",
        twin=RIGHT, targets=wrong._targets_labels_broadcast,
    ),
    Specimen(
        "rate_too_large", 19, "training",
        title="The learning rate is forty times too large",
        source="mlx issues/188",
        question="What does the loss do in the first ten steps?",
        why="The slopes are right, and the loss leaps up at once, on XOR as well.",
        twin=RIGHT, learn=wrong._learn_rate_too_large,
    ),
    Specimen(
        "rate_too_small", 19, "training",
        title="The learning rate is a thousand times too small",
        source="keras-retinanet pull/843",
        question="How far has a weight moved in an epoch, and how far has it to go?",
        why="The slopes are right, and the loss falls smoothly, by a hair.",
        twin=RIGHT, learn=wrong._learn_rate_too_small,
    ),
    Specimen(
        "shuffled_apart", 20, "training",
        title="Inputs and targets are shuffled, each in an order of its own",
        source="GaNDLF pull/870; DrexelChatbot issues/15",
        question="Draw the first digit of your second epoch. Is the target below it its own?",
        why="The slopes are right, and the loss never gets below that of a guess: there is "
            "nothing to learn from targets that belong to others.",
        twin=RIGHT, learn=wrong._learn_shuffled_apart,
    ),
    Specimen(
        "axes_swapped", 21, "measuring",
        title="The confusion matrix has its axes swapped",
        source="PythonDataScienceHandbook issues/130",
        question="Add up row 3: are these all the threes, or all that was called a three?",
        why="The network is as good as the right one; only the rows of its confusion matrix "
            "do not hold what they should.",
        twin=RIGHT, confusion=wrong._confusion_axes_swapped,
    ),
    Specimen(
        "dropout_not_rescaled", 22, "network",
        title="Dropout takes units away, and those that stay do not make up for them",
        source="tinygrad pull/170",
        question="With half of the units gone, what does the next layer get, and what later?",
        why="The slopes are right for what it does; but a mask should leave what comes "
            "through as large as it was, on average, and this one halves it.",
        twin=RIGHT_DROPOUT, mask=wrong._mask_dropout_not_rescaled, **DROPOUT,
    ),
    Specimen(
        "bad_luck", 23, "measuring",
        title="Nothing is wrong, and one start is taken for all of them",
        source="theanets issues/67",
        question="From how many starts did you try?",
        why="Everything is as it should be, but for the verdict: it changes with the order "
            "in which the starts are named.",
        twin=RIGHT, judge=wrong._judge_bad_luck,
    ),
]  # fmt: skip

RIGHT_MOMENTUM = Specimen(
    "right_momentum", 0, "right", chapter=8,
    title="As it should be, with momentum",
    source="Polyak, 1964",
    question="How fast is the ball after ten steps down the same slope?",
    learn=right.learn_right_momentum,
)  # fmt: skip
RIGHT_ADAM = Specimen(
    "right_adam", 0, "right", chapter=8,
    title="As it should be, with Adam",
    source="Kingma & Ba, 2015",
    question="Both averages start at 0. How large are they after the first step?",
    learn=right.learn_right_adam,
)  # fmt: skip
RIGHT_L2 = Specimen(
    "right_l2", 0, "right", chapter=8,
    title="As it should be, with a penalty on the weights",
    source="Krogh & Hertz, 1992",
    question="What does the penalty ask of a weight that the loss does not need?",
    learn=right.learn_right_l2,
)  # fmt: skip
RIGHT_SPLIT = Specimen(
    "right_split", 0, "right", chapter=8,
    title="As it should be, with shifted copies and a stop that is chosen",
    source="Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2009, section 7.2",
    question="Which of the three parts may be looked at once only?",
    **SPLIT,
)  # fmt: skip
RIGHT_KERNELS = Specimen(
    "right_kernels", 0, "right", chapter=10, pictures=True,
    title="As it should be, with kernels and pooling",
    source="LeCun et al., 1989",
    question="At how many places was each of the nine numbers used?",
    backward=right.backward_right_kernels, **KERNELS,
)  # fmt: skip

LATER_WRONG = [
    Specimen(
        "dropout_at_prediction", 24, "measuring", chapter=8,
        title="Dropout is still on when the network predicts",
        source="ethos-ares issues/20; SimpleNet issues/2",
        question="Ask it twice about the same picture. Does it say the same?",
        why="The slopes are right and it has learned as well as the right one; but half of its "
            "units are missing when it reads, each time others. Four units cannot spare two.",
        twin=RIGHT_DROPOUT, predict=wrong._predict_dropout_at_prediction, **LATER_DROPOUT,
    ),
    Specimen(
        "velocity_forgotten", 25, "training", chapter=8,
        title="The velocity is set to 0 again at the start of every epoch",
        source="deepsensor issues/47; deepnet issues/13",
        question="How many steps does a ball of momentum 0.9 need to get up to speed, and how many "
                 "has an epoch?",
        why="The slopes are right. Of the 42 steps of an epoch it loses the first few; with XOR "
            "every step is an epoch, so it is ten times slower there, but 2000 steps are still "
            "enough.",
        twin=RIGHT_MOMENTUM, learn=wrong._learn_velocity_forgotten,
    ),
    Specimen(
        "adam_uncorrected", 26, "training", chapter=8,
        title="The averages of Adam start at 0, and nothing makes up for that",
        source="mlx pull/1640; mlx-rs issues/301",
        question="After one step m is a tenth of the slope. And the root of v?",
        why="The slopes are right, and the first steps are three to six times too long: m "
            "starts at a tenth of what it should be, and the root of v at a thirtieth.",
        twin=RIGHT_ADAM, learn=wrong._learn_adam_uncorrected,
    ),
    Specimen(
        "l2_on_biases", 27, "training", chapter=8,
        title="The penalty is on the biases as well",
        source="tf_unet issues/40; vision_networks issues/21",
        question="Which number of the network may be large without making it any more bent?",
        why="The slopes are right and the scores are as good: a bias is pulled towards 0 as a "
            "weight is, and here the biases are small anyway.",
        twin=RIGHT_L2, learn=wrong._learn_l2_on_biases,
    ),
    Specimen(
        "stop_on_test", 28, "measuring", chapter=8,
        title="The epoch to stop at is chosen by the test score",
        source="RRT-MIL issues/22; MusicTransformer-Pytorch issues/10",
        question="Of how many epochs is this the best score, and by whose count?",
        why="The network is as good as the right one. Only the number that is reported is not: it "
            "is the largest of twenty.",
        twin=RIGHT_SPLIT, keep=wrong._keep_stop_on_test, **{"split": SPLIT["split"]},
    ),
    Specimen(
        "copies_before_split", 29, "samples", chapter=8,
        title="Copies are shifted first, and then all are split",
        source="Font_Recognition-DeepFont issues/2",
        question="Take a test picture and move it by a pixel. Is that one in the training set?",
        why="The slopes are right. The network has seen the test digits, a pixel further on, "
            "and no score tells: a moved digit is harder to read than one in its place.",
        twin=RIGHT_SPLIT, split=wrong._split_copies_before_split, **{"keep": SPLIT["keep"]},
    ),
    Specimen(
        "kernel_averaged", 30, "slopes", chapter=10, pictures=True,
        title="The slopes of a kernel are averaged over its places",
        source="on purpose in oneflow pull/255",
        question="Nudge one number of a kernel. At how many places does the picture of z change?",
        why="W1 and b1 are off, and the factor 0.06 is 1/16: the check's pictures have 16 places. "
            "The kernels learn at a rate that is 64 times too small on the digits.",
        twin=RIGHT_KERNELS, backward=wrong._backward_kernel_averaged, **KERNELS,
    ),
    Specimen(
        "first_block_only", 31, "slopes", chapter=10, pictures=True,
        title="The way back through the pooling ends after the first block",
        source="CNN-from-scratch issues/1",
        question="How many numbers of delta1 are not 0 in one picture, and how many should be?",
        why="W1 and b1 are off: only the upper left corner of a picture sends its slope back. With "
            "random kernels the output still reads nine digits of ten.",
        twin=RIGHT_KERNELS, backward=wrong._backward_first_block_only, **KERNELS,
    ),
    Specimen(
        "slope_to_all_equals", 32, "slopes", chapter=10, pictures=True,
        title="Pooling sends the whole slope to every pixel that equals the largest",
        source="Theano issues/5248",
        question="Four equal pixels in a block: by how much does the largest grow with each?",
        why="Only b1 is off: in a blank block every pixel equals the largest, and each gets the "
            "whole slope. The windows there hold zeros, so W1 does not feel it; and where no two "
            "pixels are equal nothing is wrong at all.",
        twin=RIGHT_KERNELS, backward=wrong._backward_slope_to_all_equals, **KERNELS,
    ),
]  # fmt: skip

SPECIMENS = {specimen.name: specimen for specimen in [RIGHT, RIGHT_RELU, RIGHT_DROPOUT, *WRONG]}
LATER = {
    specimen.name: specimen
    for specimen in [
        *(RIGHT_MOMENTUM, RIGHT_ADAM, RIGHT_L2, RIGHT_SPLIT, RIGHT_KERNELS),
        *LATER_WRONG,
    ]
}
EVERY = SPECIMENS | LATER
