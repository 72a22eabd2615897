"""Loop: a coroutine run to its end in a thread of its own, whatever loop the tests' own thread is in by now.

Playwright's browser tests leave their loop running in the thread of the tests, where `asyncio.run` then refuses.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run(coroutine):
    """What the coroutine returns."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, coroutine).result()
