"""Runs the command of lm_eval several times in one process. Argument: the words of each, as JSON.

What all share is made once: Python's imports, and the index of the 14,000 task files that come with the harness.
"""

import json
import sys

from lm_eval.__main__ import cli_evaluate
from lm_eval.tasks._index import TaskIndex

build = TaskIndex.build
built = {}


def build_once(paths, **options):
    paths = list(paths)
    key = (tuple(str(path) for path in paths), tuple(options.items()))
    if key not in built:
        built[key] = build(paths, **options)
    return dict(built[key])


TaskIndex.build = staticmethod(build_once)
for words in json.loads(sys.argv[1]):
    sys.argv = ["lm_eval", *words]
    cli_evaluate()
