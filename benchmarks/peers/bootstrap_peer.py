"""Times sacrebleu's paired bootstrap: `bootstrap_peer.py RESAMPLES RUNS FILE.json` prints one JSON object.

FILE.json holds {"baseline": […], "system": […], "references": […]}, one sentence an entry.
"""

import json
import platform
import sys
import time

import sacrebleu
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest

resamples, runs, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
with open(path, encoding="utf-8") as file:
    texts = json.load(file)
seconds = []
for _ in range(runs):
    start = time.process_time()
    systems = [("baseline", texts["baseline"]), ("system", texts["system"])]
    metrics = {"BLEU": BLEU(references=[texts["references"]])}
    _, scores = PairedTest(systems, metrics, references=None, test_type="bs", n_samples=resamples)()
    seconds.append(time.process_time() - start)
difference = scores["BLEU"][1].score - scores["BLEU"][0].score
print(json.dumps({"python": platform.python_version(), "version": sacrebleu.__version__, "seconds": seconds, "difference": difference}))
