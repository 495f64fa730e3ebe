/**
 * Python that both programs of the harness begin with once it is imported: what a task's file says, as any version of the
 * harness reads it, and the task that it makes of it. Its data is what `datasets.load_dataset` gives by then.
 */
export const HARNESS_TASK = `
try:
    from lm_eval.tasks._yaml_loader import load_yaml
except ImportError:
    from lm_eval.utils import load_yaml_config

    def load_yaml(path):
        return load_yaml_config(yaml_path=str(path), mode="full")


def config_of(file, overrides, *without):
    cfg = {**load_yaml(file), **overrides}
    for key in ("tag", "group", "task_list", *without):
        cfg.pop(key, None)
    return cfg


def task_of(cfg):
    if "class" not in cfg:
        return ConfigurableTask(config=cfg)
    try:
        task = cfg["class"](config=cfg)
    except TypeError:
        task = cfg["class"]()
    task.config.task = cfg["task"]
    return task
`;
