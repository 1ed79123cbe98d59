"""Slow down those who guess passwords, without locking anybody out for more than a minute."""

import time
from collections import Counter

MEMORY = 60.0  # seconds after which a wrong password is forgotten
LONGEST = 30.0  # seconds that a try waits at most
# Wrong passwords in MEMORY that cost no waiting; a whole class may share one address.
FREE_NAME, FREE_ADDRESS = 5, 40
# How many tries may wait at a time, of a name from one address, and of an address.
PLACES_NAME, PLACES_ADDRESS = 3, 40


class Throttle:
    """Counts wrong passwords by name and by address, and says how long the next try has to wait.

    Right and wrong passwords wait equally long, so the time tells nothing. `now` returns the time
    in seconds.

    >>> throttle = Throttle(now=lambda: 0.0)
    >>> [throttle.failed("ada", "10.0.0.7") for _ in range(7)][-1]
    (7, 7)
    >>> throttle.wait("ada", "10.0.0.9"), throttle.wait("blaise", "10.0.0.7")
    (2.0, 0.0)
    """

    def __init__(self, now=time.monotonic):
        self._now = now
        self._names: dict[str, list[float]] = {}
        self._addresses: dict[str, list[float]] = {}
        self._waiting: Counter = Counter()

    def failed(self, name: str, address: str) -> tuple[int, int]:
        """Count a wrong password; the counts of the last minute for the name and the address."""
        self._forget()
        for known, key in [(self._names, name), (self._addresses, address)]:
            known.setdefault(key, []).append(self._now())
        return len(self._names[name]), len(self._addresses[address])

    def wait(self, name: str, address: str) -> float:
        """The seconds to wait before the password is compared: usually 0."""
        self._forget()
        unusual = max(
            len(self._names.get(name, ())) - FREE_NAME,
            len(self._addresses.get(address, ())) - FREE_ADDRESS,
        )
        return min(2.0 ** min(unusual - 1, 10), LONGEST) if unusual > 0 else 0.0

    def enter(self, name: str, address: str) -> bool:
        """Take a place among the waiting tries, until `leave`; False if all are taken."""
        pair = name, address
        free = self._waiting[pair] < PLACES_NAME and self._waiting[address] < PLACES_ADDRESS
        if free:
            self._waiting.update([pair, address])
        return free

    def leave(self, name: str, address: str) -> None:
        self._waiting.subtract([(name, address), address])
        self._waiting = +self._waiting  # drops the zeros

    def _forget(self) -> None:
        old = self._now() - MEMORY
        for known in (self._names, self._addresses):
            for key, times in list(known.items()):
                times[:] = [moment for moment in times if moment > old]
                if not times:
                    del known[key]
