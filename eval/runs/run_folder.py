"""Runs on disk: a folder each, begun, resumed and finished.

``header.json``   what is measured with what: a run with another header is another run
``set.jsonl``     the questions, byte for byte
``journal.jsonl`` while unfinished: a record and its timing a line, in the order they came
``records.jsonl`` when finished: the records in the set's order; byte-equal for equal runs
``timings.jsonl``, ``summary.json``  when finished: what differs between equal runs, and the sums
``judgements-NAME.jsonl``, ``labels.jsonl``  what other judges and people made of the claims

A run is finished once ``summary.json`` is there, which is written last. One process works on a
folder at a time, by a file lock that the system frees when its holder dies.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TextIO

from filelock import FileLock, Timeout

from corpus.messages.message import Message, message_of
from eval.durable import torn, write_whole
from eval.errors import BadRun, RunBusy, RunUnsaved
from eval.plain_records import line, plain_record, record_of, timing_of
from eval.runs.one_question import Entry
from eval.runs.summary import summary
from eval.sets.question_sets import parse_set
from eval.types import EvalSet, Header, Run, Timings

LOCK = "run.lock"
KEPT = ("header.json", "set.jsonl", "records.jsonl", "timings.jsonl", "summary.json")
FOLDER_MODE = 0o755  # mkdtemp's own lets nobody else read the reports in it


@dataclass(frozen=True, slots=True)
class RunState:
    """A line of the list of runs."""

    id: str
    set_name: str
    started: str
    questions: int
    done: int
    finished: bool
    damaged: str = ""  # why it cannot be read, for people
    measures: Mapping[str, Any] | None = None  # of a finished one: name -> {value, n}


class RunFolder:
    """One run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """What the run is called."""
        return self.path.name

    @property
    def finished(self) -> bool:
        """Whether every question was asked and summed up."""
        return (self.path / "summary.json").is_file()

    @property
    def header(self) -> Header:
        """What is measured with what. Raises BadRun."""
        head = self._head()
        try:
            return Header(**{key: head[key] for key in Header.__slots__ if key != "warnings"})
        except KeyError as error:
            raise self._damaged(f"header.json: {error}") from error

    @property
    def started(self) -> str:
        """When it was begun: ISO 8601, UTC. Raises BadRun."""
        return str(self._head().get("started", ""))

    def state(self) -> RunState:
        """Return what a list of runs says of it."""
        try:
            head = self._head()
            total, finished = int(head["questions"]), self.finished
            done = total if finished else sum(1 for _ in self._journal_lines())
            sums = self.summary()["measures"] if finished else None
            name, started = str(head["set_name"]), str(head["started"])
        except (BadRun, KeyError, TypeError, ValueError) as error:
            return RunState(self.id, "", "", 0, 0, finished=False, damaged=message_of(error))
        return RunState(self.id, name, started, total, done, finished, "", sums)

    def questions(self) -> EvalSet:
        """Return the run's set, as it was then. Raises BadRun."""
        try:
            data = (self.path / "set.jsonl").read_bytes()
        except OSError as error:
            raise self._damaged(f"set.jsonl: {error.strerror}") from error
        return parse_set(data, str(self.path / "set.jsonl"), str(self._head().get("set_name", "")))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep other processes off this run. Raises RunBusy."""
        lock = FileLock(self.path / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RunBusy(Message("eval.run_busy", name=self.id)) from error
        try:
            yield
        finally:
            lock.release()

    def entries(self) -> dict[str, Entry]:
        """Return what an unfinished run has already asked, by question id.

        A line cut short by a kill is passed over: its question is asked again.
        """
        questions = {each.id: each for each in self.questions().questions}
        found: dict[str, Entry] = {}
        for text in self._journal_lines():
            try:
                row = json.loads(text)
                question = questions[row["record"]["id"]]
                entry = record_of(row["record"], question), timing_of(row["timing"])
            except (ValueError, KeyError, TypeError):
                continue
            found[question.id] = entry
        return found

    @contextmanager
    def journal(self) -> Iterator[TextIO]:
        """Open the journal to add to it, behind a line of its own."""
        path = self.path / "journal.jsonl"
        with path.open("a", encoding="utf-8") as file:
            if torn(path):
                file.write("\n")
            yield file

    def finish(self, run: Run) -> None:
        """Write records, timings and sums; the journal goes. Raises RunUnsaved."""
        try:
            records = "".join(line(plain_record(each)) for each in run.records)
            write_whole(self.path / "records.jsonl", records.encode())
            timings = "".join(line(asdict(each)) for each in run.timings.questions)
            write_whole(self.path / "timings.jsonl", timings.encode())
            told = json.dumps(summary(run), ensure_ascii=False, indent=2) + "\n"
            write_whole(self.path / "summary.json", told.encode())
            (self.path / "journal.jsonl").unlink(missing_ok=True)
        except OSError as error:
            raise RunUnsaved(
                Message("eval.run_kept", path=self.path, why=error.strerror)
            ) from error

    def summary(self) -> dict[str, Any]:
        """Return the sums of a finished run. Raises BadRun."""
        return self._json("summary.json")

    def load(self) -> Run:
        """Return a finished run. Raises BadRun."""
        if not self.finished:
            state = self.state()
            raise BadRun(
                Message(
                    "eval.run_unfinished",
                    name=self.id,
                    done=state.done,
                    questions=state.questions,
                )
            )
        eval_set = self.questions()
        told = self.summary()
        try:
            rows = self._rows("records.jsonl")
            pairs = zip(rows, eval_set.questions, strict=True)
            records = tuple(record_of(row, question) for row, question in pairs)
            timings = tuple(timing_of(row) for row in self._rows("timings.jsonl"))
            times = told["timings"]
            warnings = tuple(told["header"]["warnings"])
            parts = times["seconds"], times["peak_mb"], times["workers"]
            spent = Timings(self.started, timings, *parts)
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged(str(error)) from error
        head = self.header
        head = Header(**{**_plain(head), "warnings": warnings})
        return Run(head, records, spent)

    def keep(self, to: Path) -> None:
        """Copy a finished run to a folder, in place of a run that is there: a baseline.

        A folder that holds anything else, as a run's own with people's labels, is left as it is.
        Raises BadRun if the run is unfinished or damaged, RunUnsaved if something else is there.
        """
        self.load()
        if to.exists() and not _is_baseline(to):
            raise RunUnsaved(Message("eval.no_baseline_there", path=to))
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            partial = Path(mkdtemp(prefix=f".{to.name}.", dir=to.parent))
            partial.chmod(FOLDER_MODE)
            for name in KEPT:
                shutil.copyfile(self.path / name, partial / name)
            aside = partial.with_name(f"{partial.name}.before")
            if to.exists():  # killed between the two renames, the old one stands aside, whole
                to.rename(aside)
            partial.rename(to)
            shutil.rmtree(aside, ignore_errors=True)
        except OSError as error:
            raise RunUnsaved(Message("eval.cannot_write", path=to, why=error.strerror)) from error

    def _journal_lines(self) -> Iterator[str]:
        """Yield the journal's lines; a character cut in two spoils only its own."""
        try:
            with (self.path / "journal.jsonl").open(
                encoding="utf-8", errors="surrogateescape", newline="\n"
            ) as file:
                yield from (each for each in file if each.strip())
        except FileNotFoundError:
            return

    def _rows(self, name: str) -> list[dict[str, Any]]:
        try:
            text = (self.path / name).read_text("utf-8")
        except OSError as error:
            raise self._damaged(f"{name}: {error.strerror}") from error
        return [json.loads(each) for each in text.split("\n") if each]

    def _head(self) -> dict[str, Any]:
        return self._json("header.json")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads((self.path / name).read_text("utf-8"))
        except OSError as error:
            raise self._damaged(f"{name}: {error.strerror}") from error
        except ValueError as error:
            raise self._damaged(f"{name}: {error}") from error
        if not isinstance(value, dict):
            raise self._damaged(Message("eval.no_object", name=name))
        return value

    def _damaged(self, why: str) -> BadRun:
        return BadRun(Message("eval.run_damaged", path=self.path, why=why))


def _is_baseline(folder: Path) -> bool:
    """Tell whether a folder holds a kept run, and nothing that would be lost with it."""
    names = {each.name for each in folder.iterdir()} if folder.is_dir() else set()
    return "header.json" in names and names <= set(KEPT)


def _plain(header: Header) -> dict[str, Any]:
    return {key: getattr(header, key) for key in Header.__slots__}
