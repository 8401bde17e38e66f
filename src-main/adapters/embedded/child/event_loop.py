"""An event loop that waits by sleeping, since nothing but time can wake a script here: there are no sockets or threads.

Pyodide's own loop is the browser's: it runs on when Python has returned, and `asyncio.run` can't wait for it.
"""

import asyncio
import time
from asyncio import events


class _Sleeper:
    @staticmethod
    def select(timeout):
        if timeout is None:
            # Anywhere else this would hang until the deadline.
            raise RuntimeError("the script waits for something that can't come")
        time.sleep(max(timeout, 0))
        return []


class SleepingEventLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = _Sleeper

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, func, *args):
        """At once: asyncio.to_thread and executors have no threads to run it in."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class _Policy(events._BaseDefaultEventLoopPolicy):
    _loop_factory = SleepingEventLoop


def install():
    asyncio.run = asyncio.run.__wrapped__
    asyncio._set_running_loop(None)
    events._set_event_loop_policy(_Policy())
