"""A line between the browser and the Jupyter server that can be slow, or cut."""

import asyncio
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit


class Line:
    """Passes on what comes, `delay` seconds later; nothing comes through while it is `down`."""

    def __init__(self, url: str):
        self._parts = urlsplit(url)
        self.delay, self.down = 0.0, False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        listening = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.url = urlunsplit(self._parts._replace(netloc=f"localhost:{listening.result(30)}"))

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def _connect(self, reader, writer) -> None:
        if self.down:
            writer.close()
            return
        here = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._open |= {writer, here[1]}
        await asyncio.gather(self._carry(reader, here[1]), self._carry(here[0], writer))
        self._open -= {writer, here[1]}

    async def _carry(self, reader, writer) -> None:
        """Pieces arrive in their order, and one does not wait for the one before it."""
        pieces = asyncio.Queue()
        arriving = self._loop.create_task(self._arrive(pieces, writer))
        try:
            while piece := await reader.read(1 << 16):
                pieces.put_nowait((self._loop.time() + self.delay, piece))
        except OSError:
            pass
        pieces.put_nowait((0, b""))
        await arriving

    async def _arrive(self, pieces, writer) -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0, due - self._loop.time()))
            if not piece or writer.is_closing():
                writer.close()
                return
            writer.write(piece)

    def cut(self) -> None:
        """Break all that is connected, and let nothing connect; what is on its way is lost."""
        self.down = True
        self._loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._break()

    def mend(self) -> None:
        """Let connections be made again."""
        self.down = False

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def slow_line(url: str):
    """A Line to a server; its `url` is where the browser goes."""
    line = Line(url)
    try:
        yield line
    finally:
        line.close()
