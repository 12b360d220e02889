"""A long import on PostgreSQL by several processes: while one writes its chunk, the next one already runs its rules.

The result is that of one process that takes chunk after chunk. A chunk passes four stations:

    read     its cells; side by side with everything
    rules    lookups, rows, reactions; in the order of the file, one chunk at a time: whoever has run them hands on what
             rules keep (`Operation.kept`) and by what its rows can be met (`Chunk.ties`)
    write    side by side with the rules of the next ones
    commit   in the order of the file, and only where the one before has ended: exact when killed, as one process is

Rows that meet a chunk which is not committed yet wait until it is, and are looked up anew. So do chunks after one that made
values for a book, since their cells are read by it. A chunk that fails makes the later ones go back; the caller takes it
row by row, as one process would.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Self

from django.db import connection, connections

from tend.base.dialects.dialect import Row
from tend.kernel import write
from tend.kernel.actor import Actor, actor_again
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.imports.models import Import
from tend.kernel.imports.recipe import Chunk
from tend.kernel.imports.taking import Taken, Task, take_rows
from tend.kernel.operations import Operation
from tend.kernel.unit import Unit

LANES = 3  # processes at most; the database wants processors of its own
FEWEST = 4  # chunks for which it is worth it
PATIENCE = 1.0  # seconds between two signs of life to whoever asked
LOCK = 10_000  # milliseconds after which a lock counts as a circle with a later chunk, which waits for its turn
LEAVE = 15.0  # seconds that a process gets to end by itself


def lanes_for(task: Task, chunk: int) -> int:
    """How many processes a run is worth; 0 when one is enough or no more than one may write."""
    processors = os.cpu_count() or 1
    left = task.run.rows - (task.run.operation.done_through if task.run.operation else 0)
    is_free = connection.vendor == "postgresql" and not connection.in_atomic_block
    if processors == 1 or not is_free or left < FEWEST * chunk or not task.recipe.meets_by_ties(task.plan):
        return 0
    return min(LANES, max(2, processors - 1))


# --- whoever conducts -------------------------------------------------------------------------------------------------
@dataclass(slots=True, eq=False)
class Lane:
    """A process, and what is known of its chunk."""

    process: Any
    pipe: Connection
    start: int = -1  # position of its chunk; -1: it has none
    size: int = 0
    state: str = "idle"  # reading, ready, rules, blocked, writing, waiting, committing, leaving; dead
    read_since: int = 0  # how many chunks had made values when it began to read
    ties: set[int] = field(default_factory=set)
    kept: dict[str, Any] = field(default_factory=dict)
    made_values: bool = False

    @property
    def end(self) -> int:
        return self.start + self.size


class Relay:
    """The processes of one run. Use it as a context manager; leaving it ends them."""

    def __init__(self, actor: Actor, run: Import, size: int, lanes: int, rehearsed_at: Any) -> None:
        self.run, self.size = run, size
        self._told = (actor.user_id, actor.why, run.pk, rehearsed_at)
        self._count = lanes
        self._lanes: list[Lane] = []
        self._values_made = 0
        self.broken = False  # a process has died: nobody goes on with this relay

    def __enter__(self) -> Self:
        fork = multiprocessing.get_context("fork")  # with all that is loaded and known; connections are closed before
        connections.close_all()
        ends: list[Connection] = []
        for _lane in range(self._count):
            ours, theirs = fork.Pipe()
            process = fork.Process(target=_work, args=(theirs, [*ends, ours], *self._told), daemon=True)
            process.start()
            theirs.close()
            ends.append(ours)
            self._lanes.append(Lane(process, ours))
        return self

    def __exit__(self, *_error: Any) -> None:
        for lane in self._lanes:
            lane.pipe.close()
        for lane in self._lanes:
            lane.process.join(LEAVE)
            if lane.process.is_alive():
                lane.process.kill()
                lane.process.join()

    def go(self, done: int, kept: dict[str, Any], tell: Callable[[int], None]) -> tuple[int, int, dict[str, Any]]:
        """Take chunks from position `done` on, to the end of the file or to one that fails.

        Gives how far it came, where the chunk that failed ends (the same when none did), and what rules have kept by then.
        `tell` hears of every commit and once a second; what it raises ends the run.
        """
        start, failed = done, 0
        flight: list[Lane] = []  # by position
        while True:
            while not failed and start < self.run.rows and (lane := self._idle()):
                lane.start, lane.size, lane.state = start, min(self.size, self.run.rows - start), "reading"
                self._send(lane, "chunk", lane.start, lane.size)
                lane.read_since = self._values_made
                flight.append(lane)
                start = lane.end
            if not flight:
                return done, failed or done, kept
            self._advance(flight, kept)
            speaking = wait([lane.pipe for lane in flight], PATIENCE)
            for lane in [lane for lane in flight if lane.pipe in speaking]:
                said = self._hear(lane)
                if said == "done":
                    done, kept = lane.end, lane.kept
                    self._values_made += lane.made_values
                    self._rest(flight, lane)
                elif said in ("failed", "lost"):
                    end = lane.end
                    failed = min(failed or end, end)
                    self._rest(flight, lane)
                    for later in [x for x in flight if x.start >= end and x.state != "leaving"]:
                        self._send(later, "leave")
                        later.state = "leaving"
                elif said == "left":
                    self._rest(flight, lane)
            tell(done)

    def _advance(self, flight: list[Lane], kept: dict[str, Any]) -> None:
        """Tell those who wait that they may go on, if they may."""
        before: Lane | None = None
        for lane in flight:
            first = before is None
            if lane.state == "ready" and (before is None or before.state in ("writing", "waiting", "committing")):
                if before is None or not before.made_values:
                    met = set().union(*(x.ties for x in flight if x.start < lane.start)) if before else set()
                    anew = lane.read_since != self._values_made
                    self._send(lane, "rules", before.kept if before else kept, met, anew)
                    lane.state = "rules"
            elif lane.state == "blocked" and first:
                self._send(lane, "clear")
                lane.state = "rules"
            elif lane.state == "waiting" and first:
                self._send(lane, "commit")
                lane.state = "committing"
            before = lane

    def _hear(self, lane: Lane) -> str:
        try:
            said, *more = lane.pipe.recv()
        except (EOFError, OSError):
            self.broken = True
            lane.state = "dead"
            return "lost"
        if lane.state == "leaving" and said not in ("left", "failed"):
            return ""
        if said == "handed":
            lane.kept, lane.ties, lane.made_values = more
            lane.state = "writing"
        elif said in ("ready", "blocked", "waiting"):
            lane.state = said
        return str(said)

    def _send(self, lane: Lane, *said: Any) -> None:
        try:
            lane.pipe.send(said)
        except OSError:
            self.broken = True  # its end is heard of by reading

    def _idle(self) -> Lane | None:
        return None if self.broken else next((lane for lane in self._lanes if lane.state == "idle"), None)

    @staticmethod
    def _rest(flight: list[Lane], lane: Lane) -> None:
        flight.remove(lane)
        lane.start, lane.size, lane.ties, lane.kept, lane.made_values = -1, 0, set(), {}, False
        lane.state = "dead" if lane.state == "dead" else "idle"


# --- in a process of its own ------------------------------------------------------------------------------------------
class _Left(Exception):
    """An earlier chunk has failed: this one is taken back."""


class _Overtaken(Exception):
    """Somebody else has gone on with the run."""


def _work(
    pipe: Connection, inherited: list[Connection], user: int | None, why: str, pk: int, rehearsed_at: Any
) -> None:
    """Take chunks until the pipe ends, as it does when whoever conducts is killed."""
    for end in inherited:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who conducts is asked, and closes the pipes
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK}")
    from tend.kernel.imports.run import task_of  # it conducts, and so imports this module

    actor = actor_again(user, why)
    run: Import = Import.objects.select_related("operation").get(pk=pk)
    task = task_of(actor, run)
    if rehearsed_at:
        task.memory["rehearsed at"] = rehearsed_at
    with write.not_waiting_for_the_disk(), collected_between_chunks(again=True) as collect:
        while True:
            try:
                said, *chunk = pipe.recv()
            except EOFError:
                return
            if said == "leave":  # it crossed with the word that this chunk has failed
                continue
            try:
                _take_chunk(pipe, actor, task, *chunk)
                said = "done"
            except _Left:
                said = "left"
            except EOFError:
                return
            except Exception:  # whatever it is, the one who conducts meets it again row by row, and tells of it
                task.memory.pop("reader", None)
                said = "failed"
            try:
                pipe.send((said,))
            except OSError:
                return
            collect()


def _take_chunk(pipe: Connection, actor: Actor, task: Task, start: int, size: int) -> None:
    run = task.run
    operation = Operation.objects.as_system("a run counts for itself").get(pk=run.operation_id)
    with Unit(actor, verb="import", operation=operation, ids=task.ids) as unit:
        rows = task.page(start, size)
        wanted = task.wanted(rows)
        chunk = task.chunk_read(unit, wanted)
        pipe.send(("ready",))
        kept, met, anew = _told(pipe, "rules")
        operation.kept.update(kept)
        if anew:
            chunk = task.chunk_read(unit, wanted)
        taken = _by_rules(pipe, unit, task, chunk, rows, met)
        ties = {tie for row in wanted for tie in chunk.ties(row)}
        pipe.send(("handed", operation.handed_on(), ties, chunk.has_made_values))
        unit.finish()
        pipe.send(("waiting",))
        _told(pipe, "commit")
        _count(run, start, len(rows), taken)


def _by_rules(pipe: Connection, unit: Unit, task: Task, chunk: Chunk, rows: list[Row], met: set[int]) -> Taken:
    """Look the rows up, take them and let rules answer; after the chunks before, when rows meet what they do."""
    chunk.look_up()
    if met and not all(met.isdisjoint(chunk.ties(row)) for row in task.wanted(rows)):
        pipe.send(("blocked",))
        _told(pipe, "clear")
        chunk.look_up()
    taken = take_rows(unit, task, rows, chunk=chunk)
    unit.react()
    return taken


def _count(run: Import, start: int, rows: int, taken: Taken) -> None:
    from tend.kernel.imports.run import catch_up, count_chunk, operation_of

    catch_up(run)
    if operation_of(run).done_through != start:
        raise _Overtaken
    count_chunk(run, rows, taken)


def _told(pipe: Connection, wanted: str) -> list[Any]:
    said, *more = pipe.recv()
    if said == "leave":
        raise _Left
    assert said == wanted
    return list(more)
