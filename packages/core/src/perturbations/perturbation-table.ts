import { butterFinger } from './butter-finger.ts';
import { contractions } from './contractions.ts';
import { extraSpace } from './extra-space.ts';
import { fillerWords } from './filler-words.ts';
import { keyboardTypos } from './keyboard-typos.ts';
import { letterCase } from './letter-case.ts';
import { lookAlikes } from './look-alikes.ts';
import { misspellings } from './misspellings.ts';
import { numberNoise } from './number-noise.ts';
import type { Perturbation } from './perturbation.ts';
import { punctuationNoise } from './punctuation-noise.ts';
import { randomUpperCase } from './random-upper-case.ts';
import { synonyms } from './synonyms.ts';
import { whitespaceAddRemove } from './whitespace-add-remove.ts';

/** Every perturbation, by name: FMEval's three, then HELM's kinds that need no model. */
export const PERTURBATIONS: ReadonlyMap<string, Perturbation> = new Map(
  [
    butterFinger,
    randomUpperCase,
    whitespaceAddRemove,
    keyboardTypos,
    misspellings,
    letterCase,
    extraSpace,
    contractions,
    fillerWords,
    synonyms,
    numberNoise,
    punctuationNoise,
    lookAlikes,
  ].map((perturbation) => [perturbation.name, perturbation as Perturbation]),
);
