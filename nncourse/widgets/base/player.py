"""Play and pause. A player keeps time; it knows nothing of networks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Player:
    """Calls `advance` and `show` again and again, as an asyncio task of the kernel.

    `advance()` goes on by one frame and says whether there are more; `show()` sends it and returns
    its number. The page confirms frames by `seen`; the player waits while more than `ahead` of them
    are not confirmed, so that a page that is closed, hidden or slow does not get more than it can
    draw. An exception ends the play and is passed to `wrong(error)`.

    It needs a running event loop only while it plays, so a notebook that is run without a browser
    ends with its last cell. In JupyterLab messages of widgets may come in another thread than the
    cells run in: any thread may call any method.
    """

    def __init__(
        self, advance: Callable[[], bool], show: Callable[[], int],
        wrong: Callable[[Exception], None], *, rate: float = 30, ahead: int = 4,
    ):  # fmt: skip
        self._advance, self._show, self._wrong = advance, show, wrong
        self.rate, self._ahead = rate, ahead
        self._task: asyncio.Task | None = None
        self._sent = self._seen = 0

    @property
    def playing(self) -> bool:
        """Whether a play is under way, also while it waits for the page."""
        return self._task is not None

    def play(self) -> None:
        """Start, unless it is playing. ValueError where no event loop runs."""
        if self._task is None:
            try:
                self._loop, self._room = asyncio.get_running_loop(), asyncio.Event()
            except RuntimeError as error:
                raise ValueError(
                    "there is no running event loop here, as there is in a notebook: train(steps)"
                    " takes so many steps without one"
                ) from error
            self._task = self._loop.create_task(self._go_on())

    def pause(self) -> None:
        """Stop before the next frame."""
        task, self._task = self._task, None
        if task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(task.cancel)

    def seen(self, number: int) -> None:
        """The page confirms frame `number`, and with it all earlier frames."""
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
                # At least one turn of the loop, so that other requests to the kernel come first.
                await asyncio.sleep(max(0.001, 1 / self.rate - (time.monotonic() - begun)))
                while self._task is me and self._sent - self._seen > self._ahead:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:
            if self._task is me:
                self._task = None
            self._wrong(error)
