"""Tasks for Inspect over the rows beside this file: questions with an answer, and choices."""

import json
from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import choice, exact, f1, includes, match, pattern
from inspect_ai.solver import generate, multiple_choice

TASKS = Path(__file__).parent / "tasks"


def rows(name):
    return [json.loads(line) for line in (TASKS / name).read_text(encoding="utf-8").splitlines()]


def questions(*scorers):
    samples = [Sample(input=row["question"], target=row["answer"]) for row in rows("problems.jsonl")]
    return Task(dataset=samples, solver=generate(), scorer=list(scorers))


@task
def problems():
    return questions(includes(), match(numeric=True))


@task
def words():
    return questions(exact(), f1())


@task
def numbers():
    return questions(pattern(r"([0-9]+)"))


@task
def whole():
    return questions(match(location="exact"))


@task
def choices():
    samples = [
        Sample(input=row["question"], choices=row["choices"], target="ABC"[row["label"]])
        for row in rows("choices.jsonl")
    ]
    return Task(dataset=samples, solver=multiple_choice(), scorer=choice())
