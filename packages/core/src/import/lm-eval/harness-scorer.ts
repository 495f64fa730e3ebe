import { HARNESS_TASK } from './harness-task.ts';

/**
 * Python that has a task of an installed lm-evaluation-harness score answers: on stdin a document with its answers a line, on
 * stdout what each metric gives it, by filter. A task is made once, with its first document in place of its data.
 */
export const HARNESS_SCORER = `
import json, os, sys, threading, time

out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
parent = os.getppid()


def end_with_parent():
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)


threading.Thread(target=end_with_parent, daemon=True).start()

import datasets
from lm_eval.api.instance import Instance
from lm_eval.api.registry import get_aggregation, get_metric_aggregation
from lm_eval.api.task import ConfigurableTask

${HARNESS_TASK}

class OneDocument(dict):
    def __init__(self, doc):
        self.rows = datasets.Dataset.from_list([doc])

    def __missing__(self, split):
        return self.rows


def made(file, overrides, doc):
    # The document was made by them already.
    cfg = config_of(file, overrides, "process_docs", "fewshot_config", "fewshot_split", "custom_dataset")
    cfg["num_fewshot"] = 0
    datasets.load_dataset = lambda *args, **kwargs: OneDocument(doc)
    return task_of(cfg)


def plain(value):
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def figure(job):
    cfg = config_of(job["file"], job["overrides"])
    for entry in cfg.get("metric_list") or []:
        metric = entry["metric"]
        if job["metric"] != getattr(metric, "__name__", metric):
            continue
        by = entry.get("aggregation")
        by = get_metric_aggregation(metric) if by is None else get_aggregation(by) if isinstance(by, str) else by
        return plain(by([tuple(each) if isinstance(each, list) else each for each in job["values"]]))
    raise KeyError(job["metric"])


def scores(task, doc, answers):
    requests = [
        Instance(request_type="generate_until", doc=doc, arguments=("",), idx=at, metadata=(task.config.task, 0, 1))
        for at in range(len(answers))
    ]
    for each, answer in zip(requests, answers):
        each.resps = [tuple(answer) if isinstance(answer, list) else answer]
    for pipeline in task._filters:
        pipeline.apply(requests)
    found = {}
    for name in requests[0].filtered_resps:
        given = task.process_results(doc, [each.filtered_resps[name] for each in requests])
        found[name] = {str(metric): plain(value) for metric, value in given.items()}
    return found


tasks = {}
for line in sys.stdin:
    job = json.loads(line)
    try:
        if "values" in job:
            out.write(json.dumps({"ok": True, "value": figure(job)}) + "\\n")
            out.flush()
            continue
        key = json.dumps([job["file"], job["overrides"]])
        if key not in tasks:
            tasks[key] = made(job["file"], job["overrides"], job["doc"])
        told = {"ok": True, "value": scores(tasks[key], job["doc"], job["answers"])}
    except Exception as thrown:
        told = {"ok": False, "message": f"{type(thrown).__name__}: {thrown}"[:500]}
    out.write(json.dumps(told) + "\\n")
    out.flush()
`;
