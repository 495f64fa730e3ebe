"""Rankings and ratings with the values of outside libraries, for ranked-list.test.ts and krippendorff.test.ts.

pip install pytrec-eval-terrier==0.5.11 krippendorff==0.9.0 numpy==2.4.6
python make-retrieval-fixture.py > ../fixtures/retrieval.json
"""

import json
import random

import krippendorff
import numpy as np
import pytrec_eval

random.seed(11)
MEASURES = {"recall_3,5,10", "P_3,5,10", "recip_rank", "ndcg_cut_3,5,10"}


def ranking():
    documents = [f"d{i}" for i in range(random.randint(3, 30))]
    relevance = {d: random.choice([0, 0, 0, 1, 2, 3]) for d in documents if random.random() < 0.8}
    if not any(relevance.values()):
        relevance[documents[0]] = 1
    retrieved = random.sample(documents, random.randint(1, len(documents)))
    run = {d: float(len(retrieved) - i) for i, d in enumerate(retrieved)}
    values = pytrec_eval.RelevanceEvaluator({"q": relevance}, MEASURES).evaluate({"q": run})["q"]
    return {"retrieved": retrieved, "relevance": relevance, "values": values}


def ratings():
    raters, units = random.randint(2, 5), random.randint(2, 25)
    words = ["a", "b", "c"][: random.randint(2, 3)]
    truth = [random.choice(words) for _ in range(units)]
    table = [
        [None if random.random() < 0.3 else (t if random.random() < 0.7 else random.choice(words)) for t in truth]
        for _ in range(raters)
    ]
    coded = np.array([[np.nan if v is None else words.index(v) for v in row] for row in table], dtype=float)
    try:
        alpha = float(krippendorff.alpha(reliability_data=coded, level_of_measurement="nominal"))
    except ValueError:
        alpha = None
    return {"units": [[row[u] for row in table if row[u] is not None] for u in range(units)], "alpha": alpha}


print(json.dumps({"rankings": [ranking() for _ in range(60)], "ratings": [ratings() for _ in range(60)]}))
