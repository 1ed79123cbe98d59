"""Playing: frame after frame, few ahead of what the page has confirmed; errors are reported."""

import asyncio
import threading

from nncourse.widgets import Playground
from nncourse.widgets.base.player import Player


class Film:
    """Something to play: it counts its frames, and ends after `length` of them."""

    def __init__(self, length=10**9, **options):
        self.frame, self.length, self.errors = 0, length, []
        self.player = Player(self.advance, self.show, self.errors.append, rate=1000, **options)

    def advance(self):
        if self.length == "broken":
            raise ZeroDivisionError("in the middle")
        self.frame += 1
        return self.frame < self.length

    def show(self):
        return self.frame


async def until(true, patience=30.0):
    for _ in range(int(patience / 0.005)):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came about")


def test_no_more_is_played_than_is_seen():
    async def watch():
        film = Film(ahead=2)
        film.player.play()
        await until(lambda: film.frame == 3)
        await asyncio.sleep(0.05)
        assert film.frame == 3 and film.player.playing
        film.player.seen(2)
        await until(lambda: film.frame == 5)
        film.player.seen(5)
        await until(lambda: film.frame == 8)
        film.player.pause()
        assert not film.player.playing
        film.player.seen(8)
        await asyncio.sleep(0.05)
        assert film.frame == 8

    asyncio.run(watch())


def test_it_ends_with_the_film_and_can_be_played_again():
    async def watch():
        film = Film(length=2, ahead=2)
        film.player.play()
        film.player.play()  # pressed twice: one play
        await until(lambda: not film.player.playing)
        assert film.frame == 2 and not film.errors
        film.length = 4
        film.player.seen(2)
        film.player.play()
        await until(lambda: film.frame == 4)

    asyncio.run(watch())


def test_an_error_ends_the_play_and_is_reported():
    async def watch():
        film = Film(length="broken")
        film.player.play()
        await until(lambda: film.errors)
        assert isinstance(film.errors[0], ZeroDivisionError) and not film.player.playing

    asyncio.run(watch())


def test_it_may_be_seen_and_paused_from_another_thread():
    async def watch():
        film = Film(ahead=1)
        film.player.play()
        await until(lambda: film.frame == 2)
        for call, came in [
            (lambda: film.player.seen(2), lambda: film.frame == 4),
            (film.player.pause, lambda: not film.player.playing),
        ]:
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()
            await until(came)
        assert film.frame == 4

    asyncio.run(watch())


def hear(widget, do, **message):
    widget._heard(None, {"do": do, "view": "v", "no": 1} | message, [])


def test_a_stage_plays_while_somebody_watches():
    async def watch():
        widget = Playground()
        hear(widget, "hello")
        hear(widget, "play")
        await until(lambda: widget.lab.now.index >= 40)
        await asyncio.sleep(0.2)
        assert widget.lab.now.index == 40  # no frame has been confirmed
        hear(widget, "seen", frame=widget.frame["no"])
        await until(lambda: widget.lab.now.index >= 70)
        assert widget.frame["playing"]
        hear(widget, "set", name="learning_rate", value=2.0)
        assert widget.frame["playing"] and widget.lab.optimizer.learning_rate == 2.0
        hear(widget, "bye")
        assert not widget.player.playing
        hear(widget, "play")
        hear(widget, "step")  # one step is one step: the play stops
        assert not widget.frame["playing"]
        hear(widget, "play")
        hear(widget, "play")
        assert not widget.frame["playing"]
        widget.close()

    asyncio.run(watch())


def test_a_play_goes_on_in_the_view_that_comes_when_the_last_one_went():
    """A cell that is moved on the page loses its view, and gets another one."""

    async def watch():
        widget = Playground()
        hear(widget, "hello")
        hear(widget, "play", on=True)
        await until(lambda: widget.lab.now.index >= 40)
        hear(widget, "bye")
        at = widget.lab.now.index
        assert not widget.frame["playing"] and widget.frame["values"]["play"] == "▶ Play"
        hear(widget, "hello", view="w")
        assert widget.frame["playing"] and widget.frame["values"]["play"] == "❚❚ Pause"
        await until(lambda: widget.lab.now.index > at)
        hear(widget, "play", view="w", on=False)
        hear(widget, "bye", view="w")
        hear(widget, "hello", view="x")
        assert not widget.frame["playing"]  # it stood when the view went
        widget.close()

    asyncio.run(watch())


def test_the_views_of_pages_that_were_left_without_a_word_are_forgotten():
    widget = Playground()
    for k in range(100):
        hear(widget, "hello", view=f"page {k}")
        hear(widget, "set", view=f"page {k}", name="learning_rate", value=1 + k / 100, no=k)
    assert len(widget.frame["answers"]) <= 32 and widget.frame["answers"]["page 99"] == 99


def test_without_a_loop_it_says_so_on_the_stage():
    widget = Playground()
    hear(widget, "play")
    assert "no running event loop" in widget.frame["trouble"] and not widget.frame["playing"]


def test_to_play_what_plays_and_to_pause_what_rests_changes_nothing():
    async def watch():
        widget = Playground()
        for on, plays in [(False, False), (True, True), (True, True), (False, False)]:
            for view in ("one", "two"):  # two pages, pressed at the same moment
                hear(widget, "play", on=on, view=view)
                assert widget.frame["playing"] is plays
        widget.close()

    asyncio.run(watch())


def test_a_message_that_comes_again_is_answered_and_not_done_again():
    widget = Playground()
    for no in (1, 2):
        for again in (False, True, True):
            number = widget.frame["no"]
            hear(widget, "step", no=no, again=again)
            assert widget.lab.now.index == no
            assert widget.frame["no"] == number + 1 and widget.frame["answers"] == {"v": no}
    hear(widget, "step", no=3, again=True)  # the first of them never came
    assert widget.lab.now.index == 3
