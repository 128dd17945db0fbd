"""
How the time that a reader takes grows with what it reads.

Regular expressions and C code cannot be counted step by step, so it is time after all, but never held to a bound: only
to itself. CPU time of this thread, the least of several tries at each of two lengths: whatever disturbs a try only
lengthens it. Four times as much takes 4 times as long where work is linear, 4.6 at n log n, 16 where it is quadratic;
told apart at 8, either side may be wrong by a factor of two.
"""

import time
from collections.abc import Callable

TIMES, TOO_MUCH = 4, 8.0
TRIES = 4
UNSEEN_S = 0.02  # below that nothing can be told, and nothing needs to be


def growth(read: Callable[[str], object], piece: str, longest: int) -> float:
    """How many times as long `longest` characters of repeated pieces take as a quarter of them; 0 if none can tell."""
    long = piece * (longest // len(piece))
    short = piece * (len(long) // len(piece) // TIMES)
    least = [float("inf"), float("inf")]
    for _ in range(TRIES):
        for number, text in enumerate((short, long)):
            least[number] = min(least[number], _cost(read, text))
        if least[1] < UNSEEN_S:
            return 0.0
        if least[1] / least[0] <= TOO_MUCH:
            break
    return least[1] / least[0]


def _cost(read: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    read(text)
    return time.thread_time() - began
