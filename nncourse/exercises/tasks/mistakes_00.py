"""The mistakes that are known in the task of 00_start_here."""

from nncourse.exercises.cases import Misconception

SHARE = (
    Misconception(
        "The fraction stands upside down",
        "If 2 of 5 learned, is the share more than one or less than one?",
        lambda learned, starts: starts / learned,
    ),
    Misconception(
        "It always divides by five",
        "Of 20 starts 11 learned. By which number would you divide then?",
        lambda learned, starts: learned / 5,
    ),
    Misconception(
        "It is the share that failed",
        "If all 7 of 7 learned, the share is 1. What does yours say?",
        lambda learned, starts: (starts - learned) / starts,
    ),
    Misconception(
        "It is in per cent",
        "If all 7 of 7 learned, the share is 1. What does yours say?",
        lambda learned, starts: learned / starts * 100,
    ),
    Misconception(
        "It divides in whole numbers",
        "`//` drops what comes after the point. What are 2 // 5 and 2 / 5?",
        lambda learned, starts: learned // starts,
    ),
)
