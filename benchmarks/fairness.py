"""What a flood by one client costs the others: their waiting with and without it, in turn, in one run."""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import httpx

from benchmarks.servers import needlepoint
from benchmarks.talking import Server, Times, test_conversations

ROUNDS, OTHERS, FLOODING = 3, 3, 80
THINKING = 0.3  # seconds between an answer and the next message of a patient


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.fairness", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each measurement takes")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, needlepoint(Path(folder)) as running:
        _patients(running.server, 3)  # what loads at first use
        ratios = [_round(running.server, seconds) for _ in range(ROUNDS)]
    print(f"p95 with a flood, in times of p95 without: {median(ratios):.2f} (wanted: at most 2)")


def _round(server: Server, seconds: float) -> float:
    alone = _patients(server, seconds)
    flooding = multiprocessing.Process(target=_flood, args=(server.address,))
    flooding.start()
    sleep(1)
    beside = _patients(server, seconds)
    flooding.terminate()
    flooding.join()
    ratio = beside.at(0.95) / alone.at(0.95)
    answers = f"{len(alone.seconds)} and {len(beside.seconds)} answers, {alone.failed + beside.failed} failed"
    print(f"alone {alone.at(0.95):.0f} ms, flooded {beside.at(0.95):.0f} ms: {ratio:.2f} times; {answers}", flush=True)
    sleep(2)
    return ratio


def _patients(server: Server, seconds: float) -> Times:
    """Return the waiting of some patients, each at an address of their own."""
    times, numbers, until, talks = Times(), count(), perf_counter() + seconds, test_conversations()

    async def patient(number: int) -> None:
        async with httpx.AsyncClient(timeout=60, headers={"X-Forwarded-For": f"203.0.113.{number + 1}"}) as client:
            while perf_counter() < until:
                place, headers, _ = await server.begin(client)
                for text in talks[next(numbers) % len(talks)]:
                    if perf_counter() > until:
                        return
                    began = perf_counter()
                    response = await client.post(place, json={"text": text}, headers=headers)
                    times.seconds.append(perf_counter() - began)
                    times.failed += response.status_code != 200
                    await asyncio.sleep(THINKING)

    async def all_patients() -> None:
        await asyncio.gather(*(patient(number) for number in range(OTHERS)))

    asyncio.run(all_patients())
    return times


def _flood(address: str) -> None:
    """Send as much as the server takes, from one address, until ended."""

    async def one() -> None:
        async with httpx.AsyncClient(timeout=60, headers={"X-Forwarded-For": "198.51.100.1"}) as client:
            while True:
                with suppress(httpx.HTTPError, KeyError):  # refused: at once again
                    begun = (await client.post(f"{address}/api/v1/conversations", json={})).json()
                    place = f"{address}/api/v1/conversations/{begun['conversation_id']}/messages"
                    headers = {"Authorization": f"Bearer {begun['token']}"}
                    for _ in range(100):
                        await client.post(place, json={"text": "my hip hurts, what is needling?"}, headers=headers)

    async def everyone() -> None:
        await asyncio.gather(*(one() for _ in range(FLOODING)))

    asyncio.run(everyone())


if __name__ == "__main__":
    main()
