import { containsVowel, endsCvc, isConsonant, measure } from './porter-measure.ts';
import type { PorterMode } from './porter-mode.ts';
import { applySuffixRules, type SuffixRule } from './suffix-rules.ts';

export interface PorterOptions {
  /** @default 'NLTK_EXTENSIONS' */
  readonly mode?: PorterMode;
  /** Lower-case the word first. @default true */
  readonly lowercase?: boolean;
}

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

const some = (stem: string): boolean => measure(stem) > 0;
const several = (stem: string): boolean => measure(stem) > 1;

/**
 * Porter stem of one word, equal to nltk 3.10's `PorterStemmer(mode).stem(word)`.
 * @see https://tartarus.org/martin/PorterStemmer/def.txt
 */
export function porterStem(word: string, options: PorterOptions = {}): string {
  const mode = options.mode ?? 'NLTK_EXTENSIONS';
  if (/[\ud800-\udfff]/.test(word)) return stemBeyondBmp(word, options);
  const lowered = options.lowercase === false ? word : word.toLowerCase();
  if (mode === 'NLTK_EXTENSIONS') {
    const irregular = IRREGULAR.get(lowered);
    if (irregular !== undefined) return irregular;
  }
  if (mode !== 'ORIGINAL_ALGORITHM' && word.length <= 2) return lowered;
  const inflected = step1c(step1b(step1a(lowered, mode), mode), mode);
  return step5b(step5a(step4(step3(step2(inflected, mode))), mode));
}

/** nltk counts code points: stem with each one beyond ASCII written as a single code unit, then put it back. */
function stemBeyondBmp(word: string, options: PorterOptions): string {
  const lowered = options.lowercase === false ? word : word.toLowerCase();
  const foreign = [...new Set(lowered)].filter((letter) => letter > '\u007f');
  const packed = [...lowered].map((letter) =>
    letter > '\u007f' ? String.fromCharCode(0xe000 + foreign.indexOf(letter)) : letter,
  );
  const stem = porterStem(packed.join(''), { ...options, lowercase: false });
  return [...stem].map((letter) => (letter > '\u007f' ? foreign[letter.charCodeAt(0) - 0xe000] : letter)).join('');
}

const STEP_1A: readonly SuffixRule[] = [
  { suffix: 'sses', replacement: 'ss' },
  { suffix: 'ies', replacement: 'i' },
  { suffix: 'ss', replacement: 'ss' },
  { suffix: 's', replacement: '' },
];

function step1a(word: string, mode: PorterMode): string {
  if (mode === 'NLTK_EXTENSIONS' && word.endsWith('ies') && word.length === 4) return word.slice(0, -1);
  return applySuffixRules(word, STEP_1A);
}

function step1b(word: string, mode: PorterMode): string {
  if (mode === 'NLTK_EXTENSIONS' && word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return some(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const stem = ['ed', 'ing']
    .filter((suffix) => word.endsWith(suffix))
    .map((suffix) => word.slice(0, -suffix.length))
    .find(containsVowel);
  if (stem === undefined) return word;
  if (stem.endsWith('at') || stem.endsWith('bl') || stem.endsWith('iz')) return `${stem}e`;
  // nltk takes its marker "*d" (a double consonant) for a suffix as well.
  if (stem.endsWith('*d')) return `${stem.slice(0, -2)}d`;
  const last = stem.length - 1;
  if (last >= 1 && stem[last] === stem[last - 1] && isConsonant(stem, last)) {
    return 'lsz'.includes(stem.charAt(last)) ? stem : stem.slice(0, -1);
  }
  return measure(stem) === 1 && endsCvc(stem, mode) ? `${stem}e` : stem;
}

function step1c(word: string, mode: PorterMode): string {
  if (!word.endsWith('y')) return word;
  const stem = word.slice(0, -1);
  const applies =
    mode === 'NLTK_EXTENSIONS' ? stem.length > 1 && isConsonant(stem, stem.length - 1) : containsVowel(stem);
  return applies ? `${stem}i` : word;
}

const beforeAbli: readonly SuffixRule[] = [
  { suffix: 'ational', replacement: 'ate', condition: some },
  { suffix: 'tional', replacement: 'tion', condition: some },
  { suffix: 'enci', replacement: 'ence', condition: some },
  { suffix: 'anci', replacement: 'ance', condition: some },
  { suffix: 'izer', replacement: 'ize', condition: some },
];
const afterAbli: readonly SuffixRule[] = [
  { suffix: 'alli', replacement: 'al', condition: some },
  { suffix: 'entli', replacement: 'ent', condition: some },
  { suffix: 'eli', replacement: 'e', condition: some },
  { suffix: 'ousli', replacement: 'ous', condition: some },
  { suffix: 'ization', replacement: 'ize', condition: some },
  { suffix: 'ation', replacement: 'ate', condition: some },
  { suffix: 'ator', replacement: 'ate', condition: some },
  { suffix: 'alism', replacement: 'al', condition: some },
  { suffix: 'iveness', replacement: 'ive', condition: some },
  { suffix: 'fulness', replacement: 'ful', condition: some },
  { suffix: 'ousness', replacement: 'ous', condition: some },
  { suffix: 'aliti', replacement: 'al', condition: some },
  { suffix: 'iviti', replacement: 'ive', condition: some },
  { suffix: 'biliti', replacement: 'ble', condition: some },
];
const bli: SuffixRule = { suffix: 'bli', replacement: 'ble', condition: some };
const STEP_2: Readonly<Record<PorterMode, readonly SuffixRule[]>> = {
  ORIGINAL_ALGORITHM: [...beforeAbli, { suffix: 'abli', replacement: 'able', condition: some }, ...afterAbli],
  MARTIN_EXTENSIONS: [...beforeAbli, bli, ...afterAbli, { suffix: 'logi', replacement: 'log', condition: some }],
  NLTK_EXTENSIONS: [
    ...beforeAbli,
    bli,
    ...afterAbli,
    { suffix: 'fulli', replacement: 'ful', condition: some },
    // The "l" of "logi" counts as part of the stem, so that "geologi" becomes "geolog".
    { suffix: 'logi', replacement: 'log', condition: (stem) => some(`${stem}l`) },
  ],
};

function step2(word: string, mode: PorterMode): string {
  if (mode === 'NLTK_EXTENSIONS' && word.endsWith('alli') && some(word.slice(0, -4))) {
    return step2(word.slice(0, -2), mode);
  }
  return applySuffixRules(word, STEP_2[mode]);
}

const STEP_3: readonly SuffixRule[] = [
  { suffix: 'icate', replacement: 'ic', condition: some },
  { suffix: 'ative', replacement: '', condition: some },
  { suffix: 'alize', replacement: 'al', condition: some },
  { suffix: 'iciti', replacement: 'ic', condition: some },
  { suffix: 'ical', replacement: 'ic', condition: some },
  { suffix: 'ful', replacement: '', condition: some },
  { suffix: 'ness', replacement: '', condition: some },
];

function step3(word: string): string {
  return applySuffixRules(word, STEP_3);
}

const STEP_4: readonly SuffixRule[] = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent'].map((suffix) => ({
    suffix,
    replacement: '',
    condition: several,
  })),
  { suffix: 'ion', replacement: '', condition: (stem) => several(stem) && /[st]$/.test(stem) },
  ...['ou', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize'].map((suffix) => ({
    suffix,
    replacement: '',
    condition: several,
  })),
];

function step4(word: string): string {
  return applySuffixRules(word, STEP_4);
}

function step5a(word: string, mode: PorterMode): string {
  if (!word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  const m = measure(stem);
  return m > 1 || (m === 1 && !endsCvc(stem, mode)) ? stem : word;
}

function step5b(word: string): string {
  return word.endsWith('ll') && several(word.slice(0, -1)) ? word.slice(0, -1) : word;
}
