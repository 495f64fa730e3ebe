"""1,000 samples, a model that answers at once, two string checks: what inspect_ai costs beside the model."""

from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.scorer import includes, match


@task
def echo(data: str):
    return Task(dataset=json_dataset(data, FieldSpec(input="input", target="target")), scorer=[match(), includes()])
