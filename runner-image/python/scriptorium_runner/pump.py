"""The script's output on its way to the host."""

import os

from scriptorium_runner.frames import CHUNK_BYTES, FrameWriter


class Pump:
    """Passes the script's output on, a chunk at a time: a slow host slows the script down, and nothing piles up here."""

    def __init__(self, writer: FrameWriter, kinds: dict[int, bytes]) -> None:
        self._writer = writer
        self._kinds = kinds
        for descriptor in kinds:
            os.set_blocking(descriptor, False)

    def descriptors(self) -> list[int]:
        return list(self._kinds)

    def pass_on(self, descriptor: int) -> bool:
        """One chunk. False when there is nothing more at the moment."""
        try:
            chunk = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return False
        if chunk:
            self._writer.write(self._kinds[descriptor], chunk)
            return True
        del self._kinds[descriptor]
        os.close(descriptor)
        return False

    def drain(self) -> None:
        """What was written before the last process ended is in the pipes, and is the script's output too."""
        for descriptor in self.descriptors():
            while self.pass_on(descriptor):
                pass
