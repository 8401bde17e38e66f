"""Coroutines, with all that is usual around them but a network."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


async def count(path: Path) -> int:
    await asyncio.sleep(0.001)
    return len(await asyncio.to_thread(path.read_text))


async def produce(queue: asyncio.Queue) -> None:
    for number in range(5):
        await queue.put(number)
    await queue.put(None)


async def consume(queue: asyncio.Queue) -> int:
    total = 0
    while (number := await queue.get()) is not None:
        total += number
    return total


async def work(input_dir: str) -> dict:
    queue: asyncio.Queue = asyncio.Queue(maxsize=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(queue))
        total = group.create_task(consume(queue))
    lengths = await asyncio.gather(*(count(path) for path in sorted(Path(input_dir).iterdir())))
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        cubed = await loop.run_in_executor(pool, pow, 2, 3)
    try:
        await asyncio.wait_for(asyncio.sleep(60), timeout=0.01)
        late = False
    except TimeoutError:
        late = True
    return {"total": total.result(), "lengths": lengths, "cubed": cubed, "late": late}


def run_tool(input_dir, output_dir):
    first = asyncio.run(work(input_dir))
    loop = asyncio.new_event_loop()
    try:
        second = loop.run_until_complete(work(input_dir))
    finally:
        loop.close()
    return {"state": {"first": first, "same": first == second}}
