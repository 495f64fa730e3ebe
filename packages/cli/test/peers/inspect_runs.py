"""Runs commands of Inspect in one process, whose imports take longer than they do; then lists the logs of a folder as Inspect does,
opens each, and bundles them; prints what they hold as JSON. Arguments: the words of each command as JSON, folder, bundle.
"""

import json
import sys
from contextlib import redirect_stdout

from inspect_ai._cli.main import inspect
from inspect_ai.log import bundle_log_dir, list_eval_logs, read_eval_log

commands, logs, bundle = sys.argv[1:]
with redirect_stdout(sys.stderr):
    for words in json.loads(commands):
        inspect.main(words, standalone_mode=False)
found = []
for info in list_eval_logs(logs):
    log = read_eval_log(info)
    assert info.task == log.eval.task.replace("_", "-"), (info.task, log.eval.task)
    assert info.task_id == log.eval.task_id
    samples = [
        {
            "input": sample.input,
            "choices": sample.choices,
            "target": sample.target,
            "answer": next(iter(sample.scores.values())).answer,
            "messages": [message.role for message in sample.messages],
        }
        for sample in sorted(log.samples, key=lambda sample: sample.id)
    ]
    found.append({"task": log.eval.task, "samples": samples})
with redirect_stdout(sys.stderr):
    bundle_log_dir(logs, bundle)
print(json.dumps(found))
