"""How steps are timed."""

import statistics
import time


def median_milliseconds(step, seconds, warm=2, least=3):
    """The median duration of a step, over about `seconds`."""
    for _ in range(warm):
        step()
    durations = []
    end = time.perf_counter() + seconds
    while len(durations) < least or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations) * 1e3
