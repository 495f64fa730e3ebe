"""Prints, as JSON, what lm_eval's own code makes of groups and of functions of tasks. Rows are made up, and come on stdin."""

import json
import sys
from pathlib import Path

import datasets
import lm_eval.tasks
from lm_eval.tasks import _factory
from lm_eval.tasks._index import TaskIndex
from lm_eval.tasks._yaml_loader import load_yaml

ROOT = Path(lm_eval.tasks.__file__).parent
asked = json.load(sys.stdin)


class Listed:
    """Stands where a task would load its data set: only its name is wanted."""

    def __init__(self, config):
        self.config = config
        self.task_name = config["task"]


def names(built):
    if isinstance(built, Listed):
        return [built.task_name]
    return [name for child in built for name in names(child)]


_factory.ConfigurableTask = Listed
# The functions of a listed task are not wanted, and some need packages of their own.
_factory.load_yaml = lambda path, resolve_func: load_yaml(path, resolve_func=False)
registry = TaskIndex.build([ROOT])
factory = _factory.TaskFactory()
groups = {}
for name in asked["groups"]:
    entry = registry[name]
    groups[name] = {
        "file": str(entry.yaml_path),
        "tasks": sorted(names(factory.build(entry, registry=registry))),
    }

made = {}
for file, rows in asked["tasks"].items():
    config = load_yaml(ROOT / file)
    docs = datasets.Dataset.from_list(rows)
    if config.get("process_docs") is not None:
        docs = config["process_docs"](docs)
    keys = [key for key in ("doc_to_text", "doc_to_target", "doc_to_choice") if callable(config.get(key))]
    made[file] = {
        "docs": [dict(doc) for doc in docs],
        **{key: [config[key](dict(doc)) for doc in docs] for key in keys},
    }

print(json.dumps({"root": str(ROOT), "groups": groups, "tasks": made}))
