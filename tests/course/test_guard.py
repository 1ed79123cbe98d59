"""An answer is called where it can do no harm, and what it came to is told as it was."""

import contextlib
import os
import subprocess
import sys
import threading
import time

import numpy as np
import psutil
import pytest

from nnlib import logistic
from nnlib.losses import loss_for
from nncourse.exercises import check, confined, guard
from nncourse.exercises.own import codes
from nncourse.exercises.wire import LARGEST, Stranger

if guard.FORKS:
    import fcntl
    import resource

forked = pytest.mark.skipif(not guard.FORKS, reason="nothing can be forked here")


def in_a_fork(job, seconds):
    return guard.guarded(seconds=seconds, **job._asdict())


WAYS = [pytest.param(in_a_fork, id="fork", marks=forked)]
WAYS += [pytest.param(guard._in_a_thread, id="thread")]
both_ways = pytest.mark.parametrize("way", WAYS)
SHORT = 0.3


def call(way, f, *arguments, seconds=SHORT):
    (outcome,) = way(guard.Job(f, [arguments]), seconds)
    return outcome


@both_ways
def test_an_answer_comes_back_as_it_is(way):
    answer = call(
        way, lambda x: (x + 1, [2.5, "two", None, True], {"a": np.float32(3)}), np.ones(2)
    )
    assert answer.ended == "returned" and answer.changed == () and answer.printed == ""
    (array, plain, named) = answer.answer
    assert array.tolist() == [2, 2] and plain == [2.5, "two", None, True] and named["a"] == 3


@both_ways
def test_a_closure_of_the_notebook_can_be_called(way):
    weights = np.array([3.0, 4.0])

    def length():
        return np.sqrt(weights @ weights)

    assert call(way, length).answer == 5


@both_ways
def test_what_is_no_number_comes_back_as_its_name(way):
    class Mine:
        pass

    answer = call(way, lambda: [Mine(), np.array([1j]), np.zeros(LARGEST + 1), np.mean]).answer
    assert [type(piece) for piece in answer] == [Stranger] * 4
    assert answer[0].kind == "a Mine" and answer[3].callable


@both_ways
@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_whatever_it_raises_is_told_with_its_line(way, error):
    def f():
        raise error  # here

    outcome = call(way, f)
    assert outcome.ended == "raised"
    assert outcome.error.startswith(type(error).__name__)
    assert "`raise error  # here`" in outcome.error


@both_ways
@pytest.mark.parametrize(
    ("f", "line"),
    [
        (lambda: np.linalg.inv(np.zeros((2, 2))), "np.linalg.inv(np.zeros((2, 2)))"),
        (lambda: loss_for("hinge", "tanh"), 'loss_for("hinge", "tanh")'),
    ],
    ids=["numpy", "nnlib"],
)
def test_the_line_that_is_told_is_the_learners_own(way, f, line):
    assert f"{line}, " in call(way, f).error.split("in the line `")[1]


@both_ways
def test_where_nobody_knows_the_line_none_is_told(way):
    assert call(way, eval("lambda: 1 / 0")).error == "ZeroDivisionError: division by zero"


@both_ways
def test_who_calls_what_is_ours_is_told_and_a_task_around_it_is_not(way):
    def borrowed(**more):
        (outcome,) = way(guard.Job(logistic, [(0.0,)], **more), SHORT)
        return set(outcome.borrowed)

    assert borrowed() == {"logistic"}
    assert borrowed(allowed=codes([logistic])) == {"logistic"}
    assert borrowed(allowed=codes([logistic]), own=lambda z: z) == set()


@both_ways
def test_what_it_prints_is_caught(way, capsys):
    def f():
        print("to one")
        print("to the other", file=sys.stderr)
        return 1

    assert call(way, f).printed == "to one\nto the other\n"
    print("after")
    assert capsys.readouterr() == ("after\n", "")


@both_ways
def test_it_may_close_what_it_prints_to(way):
    def f():
        print("gone")
        sys.stdout.close()
        return 1

    outcome = call(way, f)
    assert (outcome.answer, outcome.printed) == (1, "")


@both_ways
def test_a_changed_input_is_noticed_and_ours_stays_as_it_was(way):
    ours = np.ones(3)

    def f(x, y, z):
        y += 1
        z[0].append(2)
        return x

    outcome = call(way, f, ours, ours.copy(), ([1],))
    assert outcome.changed == (1, 2)
    assert ours.tolist() == [1, 1, 1]


def endless():
    while True:
        pass


def endless_with_a_bare_except():
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def asleep():
    while True:
        try:
            time.sleep(100)
        except:  # noqa: E722
            pass


@both_ways
@pytest.mark.parametrize("f", [endless, endless_with_a_bare_except])
def test_an_endless_loop_is_ended(way, f):
    assert call(way, f).ended == "timeout"
    assert call(way, lambda: 7, seconds=2).answer == 7


@both_ways
def test_what_returned_before_the_endless_loop_is_kept(way):
    outcomes = way(guard.Job(lambda x: x or endless(), [(3,), (0,), (4,)]), SHORT)
    assert [outcome.ended for outcome in outcomes] == ["returned", "timeout"]
    assert outcomes[0].answer == 3


@both_ways
def test_calls_after_one_that_raised_are_made(way):
    outcomes = way(guard.Job(lambda x: 1 / x, [(0,), (2,)]), 2)
    assert [outcome.ended for outcome in outcomes] == ["raised", "returned"]


@forked
def test_one_that_sleeps_is_ended():
    assert call(in_a_fork, asleep).ended == "waited"


def work(seconds):
    start = time.process_time()
    while time.process_time() < start + seconds:
        pass


def one_that_gets_little():
    while True:
        work(0.005)
        time.sleep(0.02)


@forked
def test_an_endless_loop_that_gets_little_time_is_not_one_that_sleeps():
    assert call(in_a_fork, one_that_gets_little).ended == "timeout"


@pytest.fixture
def crowd():
    """crowd(5): five endless loops at one processor, where the test and its forks are too."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("no processor can be chosen here")
    own, loops = os.sched_getaffinity(0), []

    def come(n):
        os.sched_setaffinity(0, [min(own)])
        loop = [sys.executable, "-c", "while True: pass"]
        # Each in a session of its own, as the copy is: Linux shares the time out among sessions.
        loops.extend(subprocess.Popen(loop, start_new_session=True) for _ in range(n))

    yield come
    for loop in loops:
        loop.kill()
        loop.wait()
    os.sched_setaffinity(0, own)


@pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="not told here")
def test_the_time_for_which_it_queues_for_the_processor_is_not_its_own(crowd, monkeypatch):
    crowd(5)
    monkeypatch.setattr(guard, "QUEUE", 50)  # others of this machine may be at work as well
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    assert call(in_a_fork, lambda: work(0.25), seconds=1).ended == "returned"
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    start, patience = time.monotonic(), guard._Patience(child.pid, 1)
    time.sleep(1)
    used = sum(psutil.Process(child.pid).cpu_times()[:2])
    queued, took = patience.queued(), time.monotonic() - start
    child.kill()
    child.wait()
    assert queued == pytest.approx(took - used, rel=0.25)


@forked
@pytest.mark.parametrize(
    "f",
    [
        lambda: os._exit(0),
        lambda: work(0.1) or os._exit(0),
        lambda: os.kill(os.getpid(), 9),
        lambda: os.closerange(3, 64) or endless(),
    ],
    ids=["os._exit", "works and exits", "kill", "closes the pipe"],
)
def test_one_that_ends_its_process_ends_only_its_copy(f):
    assert call(in_a_fork, f).ended == "died"


@forked
def test_what_it_does_to_the_process_is_gone():
    def f():
        os.environ["NNLIB_TRACE"] = "1"
        np.random.default_rng = None
        os.chdir("/")
        return 1

    here = os.getcwd()
    assert call(in_a_fork, f).answer == 1
    assert "NNLIB_TRACE" not in os.environ and np.random.default_rng and os.getcwd() == here


@forked
def test_what_it_starts_is_ended_with_it():
    """On Linux it can start nothing; elsewhere its group is ended with it."""

    def f():
        return os.fork() or time.sleep(60)

    outcome = call(in_a_fork, f, seconds=2)
    if sys.platform == "linux":
        assert outcome.error.startswith("PermissionError")
        return
    with pytest.raises(ProcessLookupError):
        for _ in range(50):  # until its new parent has waited for it
            os.kill(outcome.answer, 0)
            time.sleep(0.1)


@forked
def test_it_may_start_threads():
    def f():
        found = []
        thread = threading.Thread(target=lambda: found.append(7))
        thread.start()
        thread.join()
        return found

    assert call(in_a_fork, f, seconds=2).answer == [7]


@forked
def test_no_file_that_it_writes_is_large(tmp_path):
    def f():
        with open(tmp_path / "large", "wb") as file:
            while True:
                file.write(bytes(1 << 20))

    assert call(in_a_fork, f, seconds=2).error.startswith("OSError")
    assert (tmp_path / "large").stat().st_size <= confined.FILE


@pytest.mark.parametrize("machine", confined.CALLS)
def test_there_is_a_rule_for_each_call_that_is_numbered(machine):
    _, numbers = confined.CALLS[machine]
    assert set(numbers) == {"clone", *confined.RULES} - (
        {"fork", "vfork"} if machine == "aarch64" else set()  # it has only clone
    )
    assert len(set(numbers.values())) == len(numbers)


def has_landlock():
    return sys.platform == "linux" and confined._syscall(confined.CREATE_RULESET, None, 0, 1) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(
            lambda: open(f"/proc/{os.getppid()}/mem", "r+b"),
            marks=pytest.mark.skipif(not has_landlock(), reason="this Linux is of before 2021"),
            id="into the notebook's memory",
        ),
        lambda: os.fork(),
        lambda: subprocess.run(["true"]),
        lambda: os.setsid(),
        lambda: os.setpgid(0, 0),
        lambda: os.kill(os.getppid(), 0),
        lambda: os.kill(-os.getpgid(os.getppid()), 0),
        lambda: os.nice(1),
        lambda: os.sched_setaffinity(os.getppid(), {0}),
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (9, 9)),
        lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()),
    ],
)
def test_what_would_reach_beyond_the_copy_is_refused(act):
    assert call(in_a_fork, act, seconds=2).error.startswith("PermissionError")


@forked
def test_what_it_writes_where_outcomes_are_sent_is_told():
    def f():
        for number in range(3, 64):
            with contextlib.suppress(OSError):
                os.write(number, b"\xff" * 100)

    assert call(in_a_fork, f, seconds=2).ended == "garbled"
    assert "where its answer is sent" in str(check("01.tanh_slope", lambda a: f()))


@forked
def test_it_cannot_wait_for_somebody_to_type():
    assert "EOFError" in call(in_a_fork, lambda: input("?")).error


@forked
def test_no_process_and_no_pipe_is_left():
    def pipes():
        return sum(os.path.exists(f"/dev/fd/{n}") for n in range(256))

    def processes():  # also those that have ended and nobody has waited for
        return {child.pid for child in psutil.Process().children(recursive=True)}

    before, others = pipes(), processes()
    for f in [lambda: 1, lambda: os._exit(1), lambda: 1 / 0]:
        for _ in range(10):
            call(in_a_fork, f, seconds=2)
    assert pipes() <= before
    assert processes() <= others


def test_without_fork_a_thread_makes_the_calls(monkeypatch):
    monkeypatch.setattr(guard, "FORKS", False)
    assert check("01.tanh_slope", lambda a: 1 - a**2).right


@forked
def test_where_no_process_is_to_be_had_a_thread_makes_the_calls(monkeypatch):
    def no_more():
        raise BlockingIOError("resource temporarily unavailable")

    before = os.listdir("/dev/fd")
    monkeypatch.setattr(guard, "fork", no_more)
    (outcome,) = guard.guarded(lambda x: x + 1, [(2,)])
    assert outcome.ended == "returned" and outcome.answer == 3
    assert os.listdir("/dev/fd") == before


def test_in_a_thread_too_the_time_for_which_it_queues_is_not_its_own(crowd, monkeypatch):
    crowd(2)
    monkeypatch.setattr(guard, "QUEUE", 50)
    monkeypatch.setattr(guard, "IDLE", 0.01)
    assert call(guard._in_a_thread, lambda: work(0.5), seconds=1).ended == "returned"
    code = """
import time
from nncourse.exercises import guard

print(guard._in_a_thread(guard.Job(lambda: time.sleep(0.5), [()]), 0.3)[0].ended)
"""  # where no thread of another test may still be at work
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "timeout\n"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_outcome_that_never_came_is_no_right_answer(monkeypatch):
    monkeypatch.setattr(guard, "_call", lambda *job: sys.exit())
    outcomes = guard._in_a_thread(guard.Job(abs, [(1,), (2,)]), SHORT)
    assert [outcome.ended for outcome in outcomes] == ["died"]
