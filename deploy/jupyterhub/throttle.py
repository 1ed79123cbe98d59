"""Wrong passwords slow down whoever gives them, and lock nobody out for longer than a minute."""

import time
from collections import Counter

MEMORY = 60.0  # seconds after which a wrong password is forgotten
LONGEST = 30.0  # seconds that a try waits at most
# So many in a minute are nothing unusual: a class that logs in at once may share one address.
FREE_NAME, FREE_ADDRESS = 5, 40
# So many tries wait at a time, of one name from one address and of one address; others are refused.
PLACES_NAME, PLACES_ADDRESS = 3, 40


class Throttle:
    """Counts the wrong passwords of a name and of an address, and says how long the next try waits.

    A try waits whether its password is right or wrong: who guesses learns nothing from the time.
    `now` gives the time in seconds.

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
        """Remember a wrong password; how many the name and the address had in the last minute."""
        self._forget()
        for known, key in [(self._names, name), (self._addresses, address)]:
            known.setdefault(key, []).append(self._now())
        return len(self._names[name]), len(self._addresses[address])

    def wait(self, name: str, address: str) -> float:
        """Seconds that this try has to wait before it is looked at: 0 for nearly everybody."""
        self._forget()
        unusual = max(
            len(self._names.get(name, ())) - FREE_NAME,
            len(self._addresses.get(address, ())) - FREE_ADDRESS,
        )
        return min(2.0 ** min(unusual - 1, 10), LONGEST) if unusual > 0 else 0.0

    def enter(self, name: str, address: str) -> bool:
        """Take a place among the tries that wait; False if there is none. `leave` gives it back."""
        pair = name, address
        free = self._waiting[pair] < PLACES_NAME and self._waiting[address] < PLACES_ADDRESS
        if free:
            self._waiting.update([pair, address])
        return free

    def leave(self, name: str, address: str) -> None:
        self._waiting.subtract([(name, address), address])
        self._waiting = +self._waiting  # without the zeros

    def _forget(self) -> None:
        old = self._now() - MEMORY
        for known in (self._names, self._addresses):
            for key, times in list(known.items()):
                times[:] = [moment for moment in times if moment > old]
                if not times:
                    del known[key]
