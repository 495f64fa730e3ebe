"""Times the Python peers of the metrics: `metrics_peers.py JOB SECONDS CORPUS.jsonl…` prints one JSON object.

Every pair is scored once (sacrebleu caches what it has tokenised), for about SECONDS of CPU time a corpus, in five
stretches of equal time; each stretch gives one rate, in pairs for each CPU second.
"""

import importlib.metadata
import json
import platform
import string
import sys
import time

STRETCHES = 5


def rouge():
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    return lambda pairs: [scorer.score(reference, hypothesis) for hypothesis, reference in pairs]


def rouge_lsum():
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=True)
    return lambda pairs: [scorer.score(reference, hypothesis) for hypothesis, reference in pairs]


def rouge_rs(types=("rouge1", "rouge2", "rougeL")):
    from rouge_score_rs.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(types), use_stemmer=True)
    return lambda pairs: scorer.score_batch([pair[1] for pair in pairs], [pair[0] for pair in pairs])


def rouge_lsum_rs():
    return rouge_rs(("rouge1", "rouge2", "rougeL", "rougeLsum"))


def rouge_rust():
    import fast_rouge

    return lambda pairs: fast_rouge.score_batch_flat([pair[1] for pair in pairs], [pair[0] for pair in pairs])


def bleu_sentence():
    from sacrebleu.metrics import BLEU

    metric = BLEU(effective_order=True)
    return lambda pairs: [metric.sentence_score(hypothesis, [reference]) for hypothesis, reference in pairs]


def bleu_sentence_rs():
    import bleuscore

    return lambda pairs: [bleuscore.compute([[reference]], [hypothesis], smooth=True) for hypothesis, reference in pairs]


def bleu_corpus():
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    return lambda pairs: metric.corpus_score([pair[0] for pair in pairs], [[pair[1] for pair in pairs]])


def chrf(word_order=0):
    from sacrebleu.metrics import CHRF

    metric = CHRF(word_order=word_order)
    return lambda pairs: [metric.sentence_score(hypothesis, [reference]) for hypothesis, reference in pairs]


def chrfpp():
    return chrf(2)


def ter():
    from sacrebleu.metrics import TER

    metric = TER()
    return lambda pairs: [metric.sentence_score(hypothesis, [reference]) for hypothesis, reference in pairs]


PUNCTUATION = set(string.punctuation)


def normalise(text):
    """FMEval's normalize_text_quac_protocol, restated from its description."""
    text = "".join(character for character in text.lower() if character not in PUNCTUATION)
    return " ".join(piece for piece in text.split(" ") if piece != "" and piece not in {"a", "an", "the"})


def words(text):
    return set(normalise(text.strip()).split())


def precision(output, target):
    given, wanted = words(output), words(target)
    return len(given & wanted) / len(given) if given else 0.0


def recall(output, target):
    given, wanted = words(output), words(target)
    return len(given & wanted) / len(wanted) if wanted else 0.0


def f1(output, target):
    given, wanted = words(output), words(target)
    common = len(given & wanted)
    if not common:
        return 0.0
    return 1.0 / (0.5 / (common / len(given)) + 0.5 / (common / len(wanted)))


def qa():
    def five(output, target):
        return (
            f1(output, target),
            float(output.strip() == target.strip()),
            float(normalise(output.strip()) == normalise(target.strip())),
            precision(output, target),
            recall(output, target),
        )

    return lambda pairs: [five(hypothesis, reference) for hypothesis, reference in pairs]


def meteor():
    from nltk import word_tokenize  # finds WordNet and Punkt by NLTK_DATA
    from nltk.translate.meteor_score import single_meteor_score

    single_meteor_score(["a"], ["b"])  # loads WordNet
    return lambda pairs: [
        single_meteor_score(word_tokenize(reference), word_tokenize(hypothesis)) for hypothesis, reference in pairs
    ]


def wer():
    import jiwer

    return lambda pairs: jiwer.process_words([pair[1] for pair in pairs], [pair[0] for pair in pairs])


def cer():
    import jiwer

    return lambda pairs: jiwer.process_characters([pair[1] for pair in pairs], [pair[0] for pair in pairs])


def levenshtein_batch():
    from rapidfuzz.distance.Levenshtein import distance
    from rapidfuzz.process import cpdist

    return lambda pairs: cpdist([pair[0] for pair in pairs], [pair[1] for pair in pairs], scorer=distance)


def levenshtein():
    from rapidfuzz.distance.Levenshtein import distance

    return lambda pairs: [distance(hypothesis, reference) for hypothesis, reference in pairs]


JOBS = {
    "meteor": (meteor, "nltk"),
    "wer": (wer, "jiwer"),
    "cer": (cer, "jiwer"),
    "levenshtein": (levenshtein, "rapidfuzz"),
    "levenshtein_batch": (levenshtein_batch, "rapidfuzz"),
    "rouge": (rouge, "rouge-score"),
    "rouge_lsum": (rouge_lsum, "rouge-score"),
    "rouge_rs": (rouge_rs, "rouge-score-rs"),
    "rouge_lsum_rs": (rouge_lsum_rs, "rouge-score-rs"),
    "rouge_rust": (rouge_rust, "rouge-rust"),
    "bleu_sentence": (bleu_sentence, "sacrebleu"),
    "bleu_sentence_rs": (bleu_sentence_rs, "bleuscore"),
    "bleu_corpus": (bleu_corpus, "sacrebleu"),
    "chrf": (chrf, "sacrebleu"),
    "chrfpp": (chrfpp, "sacrebleu"),
    "ter": (ter, "sacrebleu"),
    "qa": (qa, None),
}


def measure(run, pairs, seconds):
    """Rates of the stretches; batches grow until one takes a tenth of a stretch."""
    run(pairs[:1])  # what a library loads with its first call
    rates, at, batch = [], 0, 1
    for _ in range(STRETCHES):
        done, spent = 0, 0.0
        while spent < seconds / STRETCHES and at < len(pairs):
            start = time.process_time()
            run(pairs[at : at + batch])
            elapsed = time.process_time() - start
            taken = min(batch, len(pairs) - at)
            at, done, spent = at + taken, done + taken, spent + elapsed
            if elapsed < seconds / STRETCHES / 10:
                batch *= 2
        if done:
            rates.append(done / spent)
        if at >= len(pairs):
            break
    return {"rates": rates, "pairs": at}


def main():
    job, seconds, *corpora = sys.argv[1:]
    make, package = JOBS[job]
    run = make()
    result = {
        "python": platform.python_version(),
        "version": importlib.metadata.version(package) if package else "restated",
        "corpora": [],
    }
    for corpus in corpora:
        with open(corpus, encoding="utf-8", newline="\n") as file:
            rows = [json.loads(line) for line in file.read().split("\n") if line]
        pairs = [(row["hypothesis"], row["reference"]) for row in rows]
        result["corpora"].append(measure(run, pairs, float(seconds)))
    print(json.dumps(result))


main()
