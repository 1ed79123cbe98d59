"""The kinds of task. Each is documented in its class; nncourse.exercises has a table of them."""

from nncourse.exercises.kinds.asked import Asked
from nncourse.exercises.kinds.checker import Checker, Hiding, Suspect
from nncourse.exercises.kinds.judged import Judged
from nncourse.exercises.kinds.names import Names
from nncourse.exercises.kinds.task import Task
from nncourse.exercises.kinds.values import Choice, Numbers

__all__ = ["Asked", "Task", "Judged", "Checker", "Choice", "Numbers", "Names", "Hiding", "Suspect"]
