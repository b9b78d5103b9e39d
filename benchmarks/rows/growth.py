"""How each kind of query grows with the data, and what a GET feels of the worst search."""

import tempfile
from contextlib import ExitStack
from math import ceil

from benchmarks import load, subjects
from benchmarks.asking import PLAIN
from benchmarks.lines import sized
from benchmarks.load import Load
from benchmarks.questions import DATED, Question, questions, worst_search
from benchmarks.runs import Run, Window
from benchmarks.targets import records

LONGEST = 5  # seconds of a window for a slow answer
ANSWERS = 20  # that a window is made long enough for


def growth(run: Run) -> None:
    """Every kind at every size, by one client, with no cache."""
    if len(run.stores) == 1:
        run.say("growth: one size does not grow; left out")
        return
    with ExitStack() as stack:
        windows: dict[str, list[Window]] = {}
        for size, store in run.stores.items():
            run.say(f"growth: asking what to ask at {size}")
            (server,) = run.started(stack, [subjects.ours(store, 0, f"ours-{size}")])
            for question in questions(server.address):
                if question.status != 200:
                    run.say(f"growth: {question.kind} at {size} answers {question.status}: {question.targets[0]}")
                    run.keep("growth", question.kind, size, 1, {"status": question.status})
                else:
                    window = Window(question.kind, size, server, _alone(question), _seconds(question))
                    windows.setdefault(question.kind, []).append(window)
        run.in_rounds("growth", [window for of in windows.values() for window in of], warm=False)


def _alone(question: Question) -> Load:
    return Load(question.targets, PLAIN, connections=1)


def _seconds(question: Question) -> int:
    return min(LONGEST, max(1, ceil(question.seconds * ANSWERS)))


def interference(run: Run) -> None:
    """One record asked for again and again, alone and beside the worst search of the largest store."""
    size, store = run.largest
    with ExitStack() as stack:
        (server,) = run.started(stack, [subjects.ours(store, 0)])
        run.say(f"interference: asking for the worst search at {size}")
        worst = worst_search(server.address)
        ids = [record["id"] for record in records(server.address, f"/v1/{DATED}", ("date", "name"))]
        asked = Load([f"/v1/{DATED}/{i}" for i in ids], PLAIN, connections=1)
        case, seconds = f"{worst.kind}, {sized(size)}", max(2, run.seconds)

        def once(number: int) -> None:
            alone = load.measure(run.wrk, server, asked, seconds)
            run.keep("interference", case, "alone", number, alone)
            with tempfile.NamedTemporaryFile("w", suffix=".targets") as file:
                file.write("\n".join(worst.targets))
                file.flush()
                other = load.start(run.wrk, server, _alone(worst), seconds + 2, file.name)
                try:
                    beside = load.measure(run.wrk, server, asked, seconds)
                finally:
                    other.terminate()
                    other.communicate()
            run.keep("interference", case, "beside", number, beside)

        run.repeated("interference", once)
