"""Play and pause. A player knows time and nothing of networks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Player:
    """Calls `advance` and `show` over and over, as a task beside whatever else the kernel does.

    `advance()` goes on by one frame and says whether there is more to come; `show()` gives the
    number of the frame that it has sent. No more than `ahead` frames are sent before `seen` has
    come back for the first of them, so a page that is closed, hidden or slow holds the player up
    instead of being buried. `wrong(error)` is told of an exception, which ends the play.

    It needs a running event loop only while it plays; a kernel that runs a notebook without a
    browser is never asked to, and ends when its cells do. JupyterLab may let widgets speak to a
    thread of their own, another than that of the cells: any thread may call any method.
    """

    def __init__(
        self, advance: Callable[[], bool], show: Callable[[], int],
        wrong: Callable[[Exception], None], *, rate: float = 30, ahead: int = 4,
    ):  # fmt: skip
        self._advance, self._show, self._wrong = advance, show, wrong
        self._pace, self._ahead = 1 / rate, ahead
        self._task: asyncio.Task | None = None
        self._sent = self._seen = 0

    @property
    def playing(self) -> bool:
        """Whether a play is under way, be it held up."""
        return self._task is not None

    def play(self) -> None:
        """Start, if it is not playing already. Raises RuntimeError where no event loop runs."""
        if self._task is None:
            self._loop, self._room = asyncio.get_running_loop(), asyncio.Event()
            self._task = self._loop.create_task(self._go_on())

    def pause(self) -> None:
        """Stop before the next frame."""
        task, self._task = self._task, None
        if task is not None:
            self._loop.call_soon_threadsafe(task.cancel)

    def seen(self, number: int) -> None:
        """The page has drawn frame `number`, and all before it or none of them."""
        self._seen = max(self._seen, number)
        if self._task is not None:
            self._loop.call_soon_threadsafe(self._room.set)

    async def _go_on(self) -> None:
        me = asyncio.current_task()
        try:
            while self._task is me:
                begun = time.monotonic()
                if not self._advance():
                    self._task = None
                self._sent = self._show()
                # At least one turn of the loop: whatever else the kernel was asked comes first.
                await asyncio.sleep(max(0.001, self._pace - (time.monotonic() - begun)))
                while self._task is me and self._sent - self._seen > self._ahead:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:
            if self._task is me:
                self._task = None
            self._wrong(error)
