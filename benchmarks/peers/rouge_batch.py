"""ROUGE-1/2/L of rows {a, o} on all cores by rouge-score-rs, from the file to three means. Usage: rouge_batch.py ROWS"""

import json
import sys

from rouge_score_rs.rouge_scorer import RougeScorer

CHUNK = 20_000
scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
sums, count = {}, 0


def score(rows):
    global count
    for scores in scorer.score_batch([row["a"] for row in rows], [row["o"] for row in rows]):
        count += 1
        for name, value in scores.items():
            sums[name] = sums.get(name, 0.0) + value.fmeasure


with open(sys.argv[1], encoding="utf-8") as file:
    chunk = []
    for line in file:
        chunk.append(json.loads(line))
        if len(chunk) == CHUNK:
            score(chunk)
            chunk = []
    score(chunk)
print(json.dumps({name: value / count for name, value in sums.items()}))
