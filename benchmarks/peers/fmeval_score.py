"""fmeval's own end-to-end factual_knowledge over rows {q, a, o} that bring their outputs along. Usage: fmeval_score.py ROWS RESULTS"""

import json
import os
import sys

data, results = sys.argv[1:3]
os.environ["EVAL_RESULTS_PATH"] = results
os.environ["DISABLE_FMEVAL_TELEMETRY"] = "1"
from fmeval.data_loaders.data_config import DataConfig  # noqa: E402
from fmeval.eval_algorithms.factual_knowledge import FactualKnowledge, FactualKnowledgeConfig  # noqa: E402

config = DataConfig(
    dataset_name="rows",
    dataset_uri=data,
    dataset_mime_type="application/jsonlines",
    model_input_location="q",
    target_output_location="a",
    model_output_location="o",
)
found = FactualKnowledge(FactualKnowledgeConfig("<OR>")).evaluate(dataset_config=config, num_records=-1, save=True)
print(json.dumps({score.name: score.value for score in found[0].dataset_scores}))
