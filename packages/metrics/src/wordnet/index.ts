export { loadWordNet, loadWordNetSync } from './load-word-net.ts';
export { createWordNet, type SynonymLookup, type WordNet } from './word-net.ts';
