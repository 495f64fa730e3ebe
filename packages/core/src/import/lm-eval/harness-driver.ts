import { HARNESS_TASK } from './harness-task.ts';

/**
 * Python that has an installed lm-evaluation-harness make the requests of tasks: what is asked comes on stdin as one JSON
 * document, a line is said of each task on stdout. Samples are written as the harness logs them, with the right choice beside.
 */
export const HARNESS_DRIVER = `
import json, os, sys

out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
asked = json.load(sys.stdin)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (asked["bytes"], asked["bytes"]))
except (ImportError, ValueError, OSError):
    pass


def say(told):
    out.write(json.dumps(told, default=plain) + "\\n")
    out.flush()


def plain(value):
    return value.item() if hasattr(value, "item") and getattr(value, "size", 2) == 1 else str(value)


try:
    import datasets
    from lm_eval.api.registry import get_aggregation
    from lm_eval.api.task import ConfigurableTask

    mean = get_aggregation("mean")
except ImportError as thrown:
    say({"missing": str(thrown)})
    sys.exit(0)
${HARNESS_TASK}

real = datasets.load_dataset
ENDINGS = {".jsonl": "json", ".json": "json", ".csv": "csv", ".parquet": "parquet"}


class Splits(dict):
    """Splits that are on this machine; where no examples are drawn another split may stand for theirs."""

    def __init__(self, splits, cfg):
        super().__init__(splits)
        self.cfg = cfg

    def __missing__(self, split):
        asked_for = self.cfg.get("test_split") or self.cfg.get("validation_split")
        if split != asked_for and asked_for in self and not self.cfg.get("num_fewshot"):
            return self[asked_for]
        raise FileNotFoundError(f'the split "{split}" of this task is not on this machine')


def files_of(cfg, path, name):
    """By split, what --data names: split=FILE, or a folder as it is laid out for an import without Python."""
    found = {}
    folders = [each for each in asked["data"] if "=" not in os.path.basename(each)]
    below = [cfg.get("task"), path and name and os.path.join(path, str(name)), path, "."]
    for folder in folders:
        for base in below:
            there = os.path.join(folder, str(base)) if base else None
            if there is None or not os.path.isdir(there) or os.path.relpath(there, folder).startswith(".."):
                continue
            for file in sorted(os.listdir(there)):
                split, ending = os.path.splitext(file)
                if ending in ENDINGS:
                    found.setdefault(split, os.path.join(there, file))
    for each in asked["data"]:
        split, sign, file = each.partition("=")
        if sign and "/" not in split:
            found[split] = file
    return found


def loader(cfg, beside):
    def load_dataset(path=None, name=None, *args, **kwargs):
        found = files_of(cfg, path, name)
        if not found:
            return real(path, name, *args, **within(beside, kwargs))
        splits = {}
        for split, file in found.items():
            kind = ENDINGS[os.path.splitext(file)[1]]
            splits[split] = real(kind, data_files={"rows": file}, cache_dir=asked["folder"], split="rows")
        return Splits(splits, cfg)

    return load_dataset


def within(beside, kwargs):
    """A file that is not in the working folder is meant beside the task."""

    def place(value):
        if isinstance(value, dict):
            return {key: place(each) for key, each in value.items()}
        if isinstance(value, list):
            return [place(each) for each in value]
        near = os.path.join(beside, str(value))
        return near if "://" not in str(value) and not os.path.exists(str(value)) and os.path.exists(near) else value

    return {key: place(each) if key == "data_files" else each for key, each in kwargs.items()}


def made(file, overrides):
    cfg = config_of(file, overrides)
    shots = asked.get("shots")
    if shots is not None and cfg.get("num_fewshot") != 0:
        cfg["num_fewshot"] = shots
    datasets.load_dataset = loader(cfg, os.path.dirname(file))
    return task_of(cfg)


def metrics(task):
    better = task.higher_is_better()
    told = []
    for metric, by in task.aggregation().items():
        name = metric if isinstance(metric, str) else getattr(metric, "__name__", str(metric))
        kind = getattr(by, "__name__", str(by))
        told.append({"metric": name, "by": kind, "isMean": by is mean, "isHigher": bool(better.get(metric, True))})
    return told


def write(task, path):
    by_doc = {}
    for each in task.instances:
        by_doc.setdefault(each.doc_id, []).append(each)
    with open(path, "w", encoding="utf-8") as lines:
        for doc_id, requests in by_doc.items():
            requests.sort(key=lambda each: each.idx)
            doc = requests[0].doc
            line = {
                "doc_id": doc_id,
                "doc": doc,
                "target": task.doc_to_target(doc),
                "arguments": [list(each.args) for each in requests],
                "resps": [],
                "metrics": [],
            }
            if task.OUTPUT_TYPE == "multiple_choice":
                line["assay_right"] = task.doc_to_text(doc) if task.multiple_input else line["target"]
            if task.config.doc_to_choice is not None:
                line["assay_choices"] = task.doc_to_choice(doc)
            lines.write(json.dumps(line, default=plain) + "\\n")
    return len(by_doc)


for at, each in enumerate(asked["tasks"]):
    try:
        task = made(each["file"], each["overrides"])
        if task.get_config("num_fewshot") is None:
            task.set_config(key="num_fewshot", value=0)
        task.set_fewshot_seed(seed=1234)
        task.build_all_requests(limit=None, rank=0, world_size=1)
        path = os.path.join(asked["folder"], f"{at}.jsonl")
        count = write(task, path)
        config = task.dump_config()
        if type(task).process_results is not ConfigurableTask.process_results:
            config["process_results"] = f"def {type(task).__name__}(doc, results)"
        config.setdefault("output_type", task.OUTPUT_TYPE)
        say({"at": at, "task": str(task.config.task), "config": config, "count": count, "file": path, "metrics": metrics(task)})
    except Exception as thrown:
        say({"at": at, "error": f"{type(thrown).__name__}: {thrown}"[:2000]})
`;
