import { Orthography, type PunktParameters } from './punkt-parameters.ts';

const words = (list: string): string[] => list.trim().split(/\s+/);

/**
 * Titles, months, places, companies, clock and country: what news English writes with a period. Left out on purpose, because
 * nltk's trained model does not know them either and ends a sentence there: e.g., i.e., et al., etc., Fig., Gov., Capt., Mon.
 */
const abbreviations = words(`
  mr mrs ms messrs dr prof gen col maj lt adm sen rep reps jr sr st ph.d m.b.a
  jan feb aug sep sept oct nov dec tues wed fri
  a.m p.m a.d u.s u.k u.n u.s.a u.s.s.r d.c n.y l.a n.j n.c s.c n.d n.h n.m w.va d.h s.a s.p.a
  inc co corp ltd bros cos cie ft mg vs v
  ariz calif colo conn fla ga ill kan ky mich minn nev okla ore pa tenn va vt wash wis
  c d e f g h k l m n p r s t w
`);

/**
 * Words that are capitalised only where a sentence begins. After an abbreviation ("… at 5 p.m. The next …") their capital
 * is taken for a new sentence; any other capitalised word may be a name.
 */
const functionWords = words(`
  a an the this that these those he she it they we you his her its their our your my
  who what which when where why how whose whether
  and or but nor so yet for if then than because although though while since until unless once after before as
  at by from in into of on onto over under about above across against along among around behind below beneath beside between
  beyond despite down during except inside like near off outside through throughout to toward towards up upon with within
  without
  is are was were be been being am do does did done have has had having can could may might must shall should will would
  not no yes some any each every either neither both many much most more less few several other another such same
  there here now also only even just still however therefore moreover furthermore meanwhile nevertheless instead thus hence
  perhaps maybe often usually sometimes always never again later earlier recently finally first second next last
  one two three four five six seven eight nine ten
`);

/** Words that open a sentence so often that they end one even after an abbreviation. */
const sentenceStarters = words(`
  the this that these those he she it they we there here in on at but and if when while after although since however
  moreover meanwhile for as what who why how where according
`);

const onlySentenceInitial = new Set(functionWords);

/**
 * English for Punkt, written by hand: about 100 common abbreviations and the closed word classes in place of trained
 * statistics. docs/metrics.md says how often it differs from nltk's trained model.
 */
export const punktEnglish: PunktParameters = {
  name: 'assay-english',
  abbreviations: new Set(abbreviations),
  sentenceStarters: new Set(sentenceStarters),
  // What nltk's model believes after a year ("in 1614. Who …"): there it sees no sentence end.
  collocations: new Set(['##number## who']),
  orthography: (word) =>
    onlySentenceInitial.has(word)
      ? Orthography.beginningUpper + Orthography.internalLower
      : Orthography.beginningUpper + Orthography.internalUpper,
};
