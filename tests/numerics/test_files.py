"""A file is replaced all at once: whatever happens meanwhile, it is the old one or the new one."""

import errno
import os
import random
import resource
import signal
import stat
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from forked import ended, forked
from thorough import cases

from nnlib import NeuralNetwork, files

OLD, NEW = b"old " * 50_000, b"new, and longer " * 50_000


@pytest.fixture(params=["without a name", "with a name"])
def way(request, monkeypatch):
    """Both ways to write beside a file: the one that only Linux has, and the one of others."""
    if request.param == "with a name":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    return request.param


@pytest.fixture
def path(tmp_path):
    (tmp_path / "nn.npz").write_bytes(OLD)
    return tmp_path / "nn.npz"


def as_nobody(work, groups=()):
    """work() by a user to whom permissions apply, which they do not to root."""

    def smaller():
        if os.geteuid() == 0:
            os.setgroups(groups)
            os.setgid(65534)
            os.setuid(65534)
        work()

    return ended(forked(smaller))


def beside(path):
    return sorted(other.name for other in path.parent.iterdir() if other != path)


# Moments


def at_each_line(act):
    """A trace function that calls act(n) at the n-th line of files.py, and counts on in n."""

    def trace(frame, event, _):
        if frame.f_code.co_filename != files.__file__:
            return None
        if event == "line":
            trace.lines += 1
            act(trace.lines)
        return trace

    trace.lines = 0
    return trace


def lines_of_a_write(path):
    """How many lines of files.py run for one write."""
    read, write = os.pipe()

    def count():
        sys.settrace(trace := at_each_line(lambda n: None))
        files.write(path, NEW)
        sys.settrace(None)
        os.write(write, str(trace.lines).encode())

    assert ended(forked(count)) == 0
    path.write_bytes(OLD)
    lines = int(os.read(read, 20))
    os.close(read)
    os.close(write)
    return lines


def test_ctrl_c_between_any_two_lines_leaves_the_old_file_or_the_new_one(path, way):
    lines = lines_of_a_write(path)
    assert lines > 30

    def interrupted():
        def act(n):
            if n == stop:
                raise KeyboardInterrupt

        for stop in range(1, lines + 1):
            path.write_bytes(OLD)
            with pytest.raises(KeyboardInterrupt):
                sys.settrace(at_each_line(act))
                files.write(path, NEW)
            sys.settrace(None)
            assert path.read_bytes() in (OLD, NEW), stop
            assert beside(path) == [], stop

    assert ended(forked(interrupted)) == 0


@pytest.mark.doors
def test_ctrl_c_at_any_moment_leaves_the_old_file_or_the_new_one(path, way):
    def stop(*_):
        raise KeyboardInterrupt

    def interrupted():
        signal.signal(signal.SIGALRM, stop)
        rng, done = random.Random(7), [0, 0]
        for _ in range(cases(1000, 100)):
            path.write_bytes(OLD)
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, rng.uniform(1e-5, 0.003))
                    files.write(path, NEW)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                done[1] += 1
            except KeyboardInterrupt:
                done[0] += 1
            assert path.read_bytes() in (OLD, NEW) and beside(path) == []
        assert done[0] > 0, done

    assert ended(forked(interrupted)) == 0


@pytest.mark.doors
def test_killed_at_any_line_the_file_is_whole_and_the_next_save_finds_nothing_beside(path, way):
    lines, left = lines_of_a_write(path), 0
    for stop in range(1, lines + 1, cases(1, 3)):

        def killed(stop=stop):
            def act(n):
                if n == stop:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.settrace(at_each_line(act))
            files.write(path, NEW)

        path.write_bytes(OLD)
        assert ended(forked(killed)) == -signal.SIGKILL
        assert path.read_bytes() in (OLD, NEW), stop
        left += len(beside(path))
        files.write(path, NEW)
        assert beside(path) == [], stop
    # On Linux there is a name for a moment only: from the link to the rename, one or two lines.
    if way == "without a name" and hasattr(os, "O_TMPFILE"):
        assert left <= 2


@pytest.mark.doors
def test_killed_at_a_random_moment_the_network_is_the_old_one_or_the_new_one(tmp_path, way):
    networks = [NeuralNetwork([200, 300, 10], rng=seed) for seed in (1, 2)]
    path, rng, left = tmp_path / "nn.npz", random.Random(7), 0
    networks[0].save(path)

    def saves():
        while True:
            for nn in networks:
                nn.save(path)

    for _ in range(cases(50, 8)):
        number = forked(saves)
        time.sleep(rng.uniform(0, 0.1))  # so that the moment is another each time
        os.kill(number, signal.SIGKILL)
        assert ended(number) == -signal.SIGKILL
        theta = NeuralNetwork.load(path).theta
        assert any((theta == nn.theta).all() for nn in networks)
        left += len(beside(path))
        networks[0].save(path)
        assert beside(path) == []
    print(f"{left} times something was beside it until the next save")


# Disks


def test_a_full_disk_is_said_and_changes_nothing(path, way, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(files.os, name, full)
            with pytest.raises(OSError, match="No space left on device; nothing was") as caught:
                files.write(path, NEW)
        assert caught.value.errno == errno.ENOSPC and caught.value.filename == str(path)
        assert path.read_bytes() == OLD and beside(path) == []


def test_a_limit_of_size_is_said_and_changes_nothing(path, way):
    def limited():
        for limit in (0, 1, 4096, 100_000, len(NEW) - 1):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            with pytest.raises(OSError, match="File too large; nothing was written") as caught:
                files.write(path, NEW)
            assert caught.value.errno == errno.EFBIG
            assert path.read_bytes() == OLD and beside(path) == []
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(NEW), resource.RLIM_INFINITY))
        files.write(path, NEW)

    assert ended(forked(limited)) == 0
    assert path.read_bytes() == NEW and beside(path) == []


# Several at once


@pytest.mark.doors
def test_who_reads_while_processes_write_sees_one_whole_file(path, way):
    contents = [bytes([letter]) * (100_000 + letter) for letter in b"abc"]
    files.write(path, contents[0])

    def writes(content):
        for _ in range(cases(500, 60)):
            files.write(path, content)

    writers = [forked(lambda content=content: writes(content)) for content in contents]
    for _ in range(cases(2000, 300)):
        assert path.read_bytes() in contents
    assert [ended(number) for number in writers] == [0, 0, 0]
    assert path.read_bytes() in contents and beside(path) == []


@pytest.mark.doors
def test_two_threads_save_and_two_load_and_each_sees_a_whole_network(tmp_path, way):
    networks = [NeuralNetwork([20, 30, 2], rng=seed) for seed in (1, 2)]
    path, wrong, turns = tmp_path / "nn.npz", [], range(cases(500, 40))
    networks[0].save(path)

    def saves(nn):
        for _ in turns:
            nn.save(path)

    def loads(_):
        for _ in turns:
            theta = NeuralNetwork.load(path).theta
            assert any((theta == nn.theta).all() for nn in networks)

    def watched(work, nn):
        try:
            work(nn)
        except BaseException as error:
            wrong.append(error)

    threads = [
        threading.Thread(target=watched, args=(work, nn))
        for work in (saves, loads)
        for nn in networks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and beside(path) == []


def test_a_write_leaves_alone_what_another_is_writing(path):
    """A file beside it is swept when nobody holds it, and only then."""
    mine, others = f".nnlib-{'0' * 16}.part", [".nnlib-0.part", ".nnlib-config", "x.part"]
    for name in (mine, *others):
        (path.parent / name).write_bytes(b"half")
    with open(path.parent / mine, "rb") as file:
        assert files._lock(file)
        files.write(path, NEW)
        assert beside(path) == sorted([mine, *others])
    os.mkfifo(path.parent / f".nnlib-{'1' * 16}.part")  # would wait for a writer if opened
    os.symlink("x.part", path.parent / f".nnlib-{'2' * 16}.part")
    files.write(path, NEW)
    assert beside(path) == sorted([f".nnlib-{'1' * 16}.part", f".nnlib-{'2' * 16}.part", *others])


def test_swept_before_it_was_locked_a_file_is_begun_again(path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    lock, taken = files._lock, []

    def late(file, wait=True):
        if wait and not taken:
            taken.append(file.name)
            os.unlink(file.name)
        return lock(file, wait)

    monkeypatch.setattr(files, "_lock", late)
    files.write(path, NEW)
    assert taken and path.read_bytes() == NEW and beside(path) == []


@pytest.mark.parametrize("missing", ["/proc", "locks", "both"])
def test_a_system_that_lacks_something_still_writes(path, missing, monkeypatch):
    def no(*args, **options):
        raise OSError(errno.ENOTSUP, "not here")

    if missing != "locks":
        monkeypatch.setattr(files.os, "link", no)
    if missing != "/proc":
        monkeypatch.setattr(files.fcntl, "flock", no)
    files.write(path, NEW)
    assert path.read_bytes() == NEW and beside(path) == []


# Modes and links


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o660, 0o666, 0o700])
def test_a_file_keeps_its_mode(path, way, mode):
    path.chmod(mode)
    files.write(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode and path.read_bytes() == NEW


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_that_the_umask_says(tmp_path, way, mask):
    def masked():
        os.umask(mask)
        files.write(tmp_path / "new", NEW)

    assert ended(forked(masked)) == 0
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~mask


def test_content_of_a_private_file_is_private_from_its_first_byte(path, way, monkeypatch):
    path.chmod(0o600)
    given, sizes, modes = files._as_before, [], []

    def noted(number, old):
        sizes.append(os.fstat(number).st_size)
        given(number, old)

    monkeypatch.setattr(files, "_as_before", noted)
    monkeypatch.setattr(files.os, "fsync", lambda number: modes.append(os.fstat(number).st_mode))
    files.write(path, NEW)
    assert sizes == [0] and [stat.S_IMODE(mode) for mode in modes] == [0o600]


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path, way):
    (tmp_path / "there").mkdir()
    target, link, chain = tmp_path / "there" / "nn", tmp_path / "link", tmp_path / "chain"
    link.symlink_to("there/nn")
    chain.symlink_to(link)
    for content, name in ((OLD, link), (NEW, chain), (OLD, link)):  # at first it points to nothing
        files.write(name, content)
        assert target.read_bytes() == content and not target.is_symlink()
        assert link.is_symlink() and chain.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["chain", "link", "there"]
    assert os.listdir(tmp_path / "there") == ["nn"]
    link.unlink()
    link.symlink_to("link")
    with pytest.raises(OSError, match="nothing was written"):
        files.write(link, NEW)


def test_root_leaves_a_file_to_its_owner(path, way):
    """For others the test holds as well: theirs stays theirs."""
    owner = (1234, 2345) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(path, *owner)
    path.chmod(0o640)
    files.write(path, NEW)
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (*owner, 0o640)


def test_a_disk_that_knows_one_mode_only_is_not_asked_for_it(path, way, monkeypatch):
    monkeypatch.setattr(files.os, "fchmod", refuse)
    files.write(path, NEW)
    assert path.read_bytes() == NEW


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_who_cannot_give_a_file_to_its_owner_leaves_it_to_its_group(path, way, monkeypatch):
    monkeypatch.chdir(path.parent)
    os.chmod(".", 0o777)
    os.chown(path, 0, 1234)
    path.chmod(0o664)
    assert as_nobody(lambda: files.write(path.name, NEW), groups=[1234]) == 0
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (65534, 1234, 0o664)
    assert path.read_bytes() == NEW


def test_where_the_group_cannot_be_kept_another_group_may_not_read(path, way, monkeypatch):
    path.chmod(0o664)
    monkeypatch.setattr(files.os, "fchown", refuse)
    old = path.stat()
    monkeypatch.setattr(files, "_ordinary", lambda *_: os.stat_result([*old[:5], 4321, *old[6:]]))
    files.write(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def refuse(*_):
    raise PermissionError(errno.EPERM, "not yours")


# What is no file to write


def test_what_cannot_be_written_is_said_in_the_systems_own_kind(tmp_path, way):
    nn = NeuralNetwork([2, 1], rng=7)
    (tmp_path / "there").mkdir()
    for name, kind in [
        ("there/", IsADirectoryError),
        ("x/", IsADirectoryError),
        ("there/.", IsADirectoryError),
        ("nowhere/nn.npz", FileNotFoundError),
        ("a" * 256, OSError),
    ]:
        with pytest.raises(kind, match="nothing was written") as caught:
            nn.save(f"{tmp_path}/{name}")
        assert caught.value.filename == f"{tmp_path}/{name}"
    assert os.listdir(tmp_path) == ["there"] and os.listdir(tmp_path / "there") == []


def test_permissions_hold(tmp_path, way, monkeypatch):
    nn = NeuralNetwork([2, 1], rng=7)
    monkeypatch.chdir(tmp_path)  # whoever runs the tests may keep others from all above it
    tmp_path.chmod(0o777)
    for name, mode in (("closed/nn", 0o666), ("protected", 0o444), ("private", 0o000)):
        Path(name).parent.mkdir(exist_ok=True)
        nn.save(name)
        os.chmod(name, mode)
    os.chmod("closed", 0o555)
    before = Path("closed/nn").read_bytes()

    def refused():
        for name in ("closed/nn", "closed/new"):
            with pytest.raises(PermissionError, match="no new file is allowed in its") as caught:
                nn.save(name)
            assert caught.value.filename == name
        with pytest.raises(PermissionError, match="denied; nothing was written"):
            nn.save("protected")
        assert (NeuralNetwork.load("protected").theta == nn.theta).all()
        with pytest.raises(PermissionError, match="Permission denied: 'private'"):
            NeuralNetwork.load("private")  # which is no damage

    assert as_nobody(refused) == 0
    assert Path("closed/nn").read_bytes() == before and os.listdir("closed") == ["nn"]
    assert sorted(os.listdir()) == ["closed", "private", "protected"]


@pytest.mark.parametrize("path", [None, 3, 2.5, [1], "", "\0", "a\0b", b"", "\ud800", print])
def test_what_is_no_path_is_refused_in_words(path):
    nn = NeuralNetwork([2, 1], rng=7)
    for call in (nn.save, NeuralNetwork.load):
        with pytest.raises((TypeError, ValueError), match="path=.*: give the name") as caught:
            call(path)
        assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("kind", [str, os.fsencode, Path])
@pytest.mark.parametrize("name", ["a" * 255, "Zoë 雪.npz", "-x", " ", "a\nb", ".nnlib-x"])
def test_a_path_may_be_of_any_kind_and_name(tmp_path, way, kind, name):
    nn = NeuralNetwork([2, 1], rng=7)
    for _ in range(2):
        nn.save(kind(tmp_path / name))
        assert (NeuralNetwork.load(kind(tmp_path / name)).theta == nn.theta).all()
    assert os.listdir(tmp_path) == [name]


def test_a_name_that_is_no_text_is_a_name(tmp_path):
    path, nn = os.fsencode(tmp_path) + b"/\xff\xfe.npz", NeuralNetwork([2, 1], rng=7)
    nn.save(path)
    assert (NeuralNetwork.load(path).theta == nn.theta).all()
    with open(path, "wb"), pytest.raises(ValueError, match="it is empty") as caught:
        NeuralNetwork.load(path)
    str(caught.value).encode()  # the sentence can be printed


def test_devices_pipes_sockets_and_folders_are_left_alone(tmp_path, monkeypatch):
    import socket

    nn = NeuralNetwork([2, 1], rng=7)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(tmp_path)  # the path of a socket has at most 107 letters
        listening.bind("socket")
        for path, kind in [
            (tmp_path / "pipe", "a pipe"),
            (tmp_path / "link", "a pipe"),
            (tmp_path / "socket", "a socket"),
            (tmp_path, "a folder"),
            ("/dev/null", "a device"),
            ("/dev/full", "a device"),
            ("/dev/zero", "a device"),
        ]:
            for call in (nn.save, NeuralNetwork.load):
                with pytest.raises(ValueError, match=f"is {kind}, and was left alone"):
                    call(path)
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe", "socket"]
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_pipe_that_takes_the_place_of_a_file_does_not_wait(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(files, "_ordinary", lambda *_: None)
    with pytest.raises(ValueError, match="nothing was loaded"):
        NeuralNetwork.load(tmp_path / "pipe")


@pytest.mark.doors
def test_a_large_network_is_saved_and_loaded(tmp_path):
    nn = NeuralNetwork([1000, cases(12_000, 1000), 10], rng=7)
    assert nn.theta.nbytes > cases(96_000_000, 8_000_000)
    nn.save(tmp_path / "nn.npz")
    np.testing.assert_array_equal(NeuralNetwork.load(tmp_path / "nn.npz").theta, nn.theta)
