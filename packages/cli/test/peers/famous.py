"""Runs tasks of lm_eval itself over local rows on a server, and prints each sample's scores as JSON.

Standard input: {"url", "model", "rows": {task file: rows}, "folder"}; the rows stand in for every split of a task, unless they are
given by split. What `--log_samples` writes goes into the folder "output".
"""

import contextlib
import json
import sys
from pathlib import Path

import lm_eval
import lm_eval.tasks
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager
from lm_eval.tasks._yaml_loader import load_yaml

ROOT = Path(lm_eval.tasks.__file__).parent
SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")
asked = json.load(sys.stdin)
folder = Path(asked["folder"])

configs = []
told = {"root": str(ROOT), "tasks": {}}
for file, rows in asked["rows"].items():
    config = load_yaml(ROOT / file)
    task = config["task"]
    files = {}
    for split in {config[key] for key in SPLITS if config.get(key)}:
        path = folder / task / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        own = rows if isinstance(rows, list) else rows[split]
        path.write_text("".join(f"{json.dumps(row)}\n" for row in own), encoding="utf-8")
        files[split] = str(path)
    config |= {"dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": files}}
    config.pop("tag", None)
    configs.append(config)
    told["tasks"][file] = {"task": task}

tracker = EvaluationTracker(output_path=asked["output"])
model_args = {"base_url": f"{asked['url']}/v1/completions", "model": asked["model"]}
# The tasks are given whole: without an index of the 14,000 files that come with the harness.
manager = TaskManager(include_defaults=False, metadata=model_args)
with contextlib.redirect_stdout(sys.stderr):
    output = lm_eval.simple_evaluate(
        model="local-completions",
        model_args=model_args,
        tasks=configs,
        task_manager=manager,
        bootstrap_iters=0,
        log_samples=True,
        evaluation_tracker=tracker,
    )
for each in told["tasks"].values():
    each["samples"] = [
        {"doc_id": sample["doc_id"], "filter": sample["filter"], "scores": {name: sample[name] for name in sample["metrics"]}}
        for sample in output["samples"][each["task"]]
    ]
    each["results"] = output["results"][each["task"]]
samples = output.pop("samples")
tracker.save_results_aggregated(results=output, samples=samples)
for name, logged in samples.items():
    tracker.save_results_samples(task_name=name, samples=logged)
# numpy has numbers of its own.
print(json.dumps(told, default=lambda value: value.item() if hasattr(value, "item") else str(value)))
