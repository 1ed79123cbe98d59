"""The player: it shows frame after frame, waits until they are seen, and reports errors."""

import asyncio
import threading

from nncourse.widgets import Playground
from nncourse.widgets.base.player import Player


class Film:
    """A model for the player: it counts its frames and ends after `length` of them."""

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


async def until(true, patience=5.0):
    for _ in range(int(patience / 0.005)):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not become true in time")


def test_the_player_waits_until_frames_are_seen():
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


def test_it_stops_at_the_end_and_can_be_started_again():
    async def watch():
        film = Film(length=2, ahead=2)
        film.player.play()
        film.player.play()  # a second call has no effect
        await until(lambda: not film.player.playing)
        assert film.frame == 2 and not film.errors
        film.length = 4
        film.player.seen(2)
        film.player.play()
        await until(lambda: film.frame == 4)

    asyncio.run(watch())


def test_an_error_stops_the_player_and_is_reported():
    async def watch():
        film = Film(length="broken")
        film.player.play()
        await until(lambda: film.errors)
        assert isinstance(film.errors[0], ZeroDivisionError) and not film.player.playing

    asyncio.run(watch())


def test_seen_and_pause_can_be_called_from_another_thread():
    async def watch():
        film = Film(ahead=1)
        film.player.play()
        await until(lambda: film.frame == 2)
        for call in (lambda: film.player.seen(2), film.player.pause):
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()
            await asyncio.sleep(0.05)
        assert film.frame == 4 and not film.player.playing

    asyncio.run(watch())


def hear(widget, do, **message):
    widget._heard(None, {"do": do, "view": "v", "no": 1} | message, [])


def test_a_stage_plays_while_a_page_shows_it():
    async def watch():
        widget = Playground()
        hear(widget, "hello")
        hear(widget, "play")
        await until(lambda: widget.lab.now.index >= 40)
        await asyncio.sleep(0.2)
        assert widget.lab.now.index == 40  # no page has reported a frame as seen
        hear(widget, "seen", frame=widget.frame["no"])
        await until(lambda: widget.lab.now.index >= 70)
        assert widget.frame["playing"]
        hear(widget, "set", name="learning_rate", value=2.0)
        assert widget.frame["playing"] and widget.lab.optimizer.learning_rate == 2.0
        hear(widget, "bye")
        assert not widget.player.playing
        hear(widget, "play")
        hear(widget, "step")  # Step stops the player
        assert not widget.frame["playing"]
        hear(widget, "play")
        hear(widget, "play")
        assert not widget.frame["playing"]
        widget.close()

    asyncio.run(watch())


def test_without_an_event_loop_the_stage_shows_the_error():
    widget = Playground()
    hear(widget, "play")
    assert "no running event loop" in widget.frame["trouble"] and not widget.frame["playing"]
