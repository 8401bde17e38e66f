import asyncio


async def part(number):
    await asyncio.sleep(0)
    return number


def run_tool(input_dir, output_dir):
    async def all_parts():
        return await asyncio.gather(*(part(number) for number in range(3)))

    return str(asyncio.run(all_parts()))
