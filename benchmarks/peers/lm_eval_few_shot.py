"""lm_eval on transformers with torch: log-probabilities of requests that a file holds, timed.

The weights are random, in the shape of the model's config: how long a product takes does not depend on its numbers.
Usage: python lm_eval_few_shot.py MODEL_FOLDER REQUESTS.json THREADS  ->  one line of JSON: units, wallS, cpuS, loadS, peakMiB
"""

import json
import resource
import sys
import time

started = time.perf_counter()

import torch  # noqa: E402
from lm_eval.api.instance import Instance  # noqa: E402
from lm_eval.models.huggingface import HFLM  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast  # noqa: E402

BATCH = 8


def main() -> None:
    folder, requests, threads = sys.argv[1:4]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    config = AutoConfig.from_pretrained(folder)
    config.dtype = torch.float32
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=f"{folder}/tokenizer.json", eos_token="<|endoftext|>", bos_token="<|endoftext|>"
    )
    model = AutoModelForCausalLM.from_config(config).eval()
    lm = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=BATCH, device="cpu", max_length=2048)
    with open(requests, encoding="utf-8") as file:
        questions = json.load(file)
    pairs = [(question["prompt"], choice) for question in questions for choice in question["choices"]]
    asked = [
        Instance(request_type="loglikelihood", doc={}, arguments=pair, idx=at) for at, pair in enumerate(pairs)
    ]
    load = time.perf_counter() - started
    cpu, wall = time.process_time(), time.perf_counter()
    answers = lm.loglikelihood(asked, disable_tqdm=True)
    figures = {
        "units": len(questions),
        "wallS": time.perf_counter() - wall,
        "cpuS": time.process_time() - cpu,
        "loadS": load,
        "processCpuS": time.process_time(),
        "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    assert len(answers) == len(pairs)
    print(json.dumps(figures))


main()
