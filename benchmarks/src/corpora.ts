/** A pair of texts to compare: the hypothesis is a noisy copy of the reference. */
export interface TextPair {
  readonly hypothesis: string;
  readonly reference: string;
}

export type CorpusName = 'qa' | 'sum' | 'long';

/** Words in a text: from, to. */
const LENGTHS: Readonly<Record<CorpusName, readonly [number, number]>> = {
  qa: [1, 12],
  sum: [60, 120],
  long: [2000, 5000],
};

const STEMS =
  'account act add agree allow answer appear apply area argue arrive ask attend author base bear become begin believe board book bridge bring build bus call camp care carry case cause center chance change charge choose city claim class clear close coast collect color come common compare consider contain continue control cost count country course cover create cross cut dark data day deal decide deep degree depend design detail develop direct discover discuss distance divide doubt draw drive drop early earth east economy edge effect electron engine enter escape event examine example exist expect explain express extend face factor fail fall farm father feel field figure fill film final find fire fish fly follow food force forest form found free friend garden general give glass gold govern grand grass ground group grow guard guess half hand happen harbor head hear heat height help history hold home hope horse hour house human hundred idea imagine improve include increase indicate industry inform instance interest invent island item join journey judge jump keep kind king know lake land language large laugh law lead learn leave length letter level light like limit line list listen live local long look lose machine main make manage map mark market master matter mean measure meet member memory method middle milk mind minute model modern moment money month moon morning mother mountain move music name nation nature need night north note notice number object observe ocean offer office open operate orchestra order organ origin paint paper part pass pattern pay people perform period person picture place plain plan planet plant play point population possible power practice prepare present press price print problem process produce product program promise proof protect prove provide public pull question quick quiet radio rain raise range rate reach read reason receive record red region relate remain remember repeat report represent require research rest result return rise river road rock room round rule sail school science season second section see sense sentence serve settle shape share shine ship short show side sign silver simple single sister size sleep small snow soldier solve sound south space speak special speed spring square stand star start state station stay steam step stone stop store story strange stream street strong student study sugar suggest summer sun supply support surface system table teach temperature tend test theory thing think thousand touch town trade train travel tree trouble turn type unit use valley value vary view village visit voice walk wall war watch water wave weather week west wheel white whole window winter wonder word work world write year young'.split(
    ' ',
  );
const ENDINGS = ['', '', '', 's', 'ed', 'ing', 'er', 'ation', 'al', 'ly', 'ness', 'ment', 'able', 'ive', 'ful'];
const SMALL_WORDS =
  'the of and to in a is that it was for on with as his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has her two him more no way could my than first been who its now'.split(
    ' ',
  );
const FOREIGN =
  'naïve café résumé Zürich Kraków São Ålesund Łódź Ελλάδα ὁδός ΣΟΦΟΣ Москва город 東京 北京 日本語 서울 हिन्दी ไทย İstanbul Straße “quoted” don’t … — 10 €5 ½ 👍'.split(
    ' ',
  );

/** mulberry32: a small seeded generator of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Pairs of sentences from a word list of our own, about one word in twenty beyond ASCII. A hypothesis keeps about three
 * words in four: the rest are replaced, dropped, doubled, in another case, or moved in blocks of up to six.
 */
export function makeCorpus(name: CorpusName, pairs: number, seed: number = 7): TextPair[] {
  const random = seededRandom(seed);
  const [from, to] = LENGTHS[name];
  return Array.from({ length: pairs }, () => {
    const words = Array.from({ length: from + Math.floor(random() * (to - from + 1)) }, () => word(random));
    return { reference: sentence(words, random), hypothesis: sentence(disturb(words, random), random) };
  });
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

function word(random: () => number): string {
  const kind = random();
  if (kind < 0.4) return pick(SMALL_WORDS, random);
  if (kind < 0.45) return pick(FOREIGN, random);
  if (kind < 0.47) return String(1000 + Math.floor(random() * 1000));
  // A square falls more often on the early words, as words in real text do.
  return STEMS[Math.floor(random() ** 2 * STEMS.length)] + pick(ENDINGS, random);
}

function sentence(words: readonly string[], random: () => number): string {
  let start = true;
  return words
    .map((text, i) => {
      const cased = start ? text.charAt(0).toUpperCase() + text.slice(1) : text;
      const end = i === words.length - 1 || random() < 0.06;
      start = end;
      return end ? `${cased}.` : random() < 0.05 ? `${cased},` : cased;
    })
    .join(' ');
}

function disturb(words: readonly string[], random: () => number): string[] {
  const kept = words.flatMap((text) => {
    const kind = random();
    if (kind < 0.08) return [word(random)];
    if (kind < 0.13) return [];
    if (kind < 0.17) return [text, word(random)];
    if (kind < 0.2) return [text.toUpperCase()];
    return [text];
  });
  for (let moves = Math.floor(kept.length / 25); moves > 0; moves--) {
    const block = kept.splice(Math.floor(random() * kept.length), 1 + Math.floor(random() * 6));
    kept.splice(Math.floor(random() * (kept.length + 1)), 0, ...block);
  }
  return kept;
}
