import { invalidData } from './byte-reader.ts';
import { createWordNet, type WordNet } from './word-net.ts';

let loaded: WordNet | undefined;

/**
 * WordNet 3.0 from the file beside this module: read from disk on Node, fetched elsewhere. About 1.3 MB, read once; the later
 * calls give the same object.
 * @throws RangeError WORDNET_DATA_INVALID; whatever reading or fetching throws
 */
export async function loadWordNet(): Promise<WordNet> {
  if (loaded) return loaded;
  if (typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function') return loadWordNetSync();
  const response = await fetch(dataUrl());
  if (!response.ok) throw invalidData(`could not be fetched: HTTP status ${response.status}`);
  loaded = createWordNet(new Uint8Array(await response.arrayBuffer()));
  return loaded;
}

/** The same without waiting; only on Node. */
export function loadWordNetSync(): WordNet {
  loaded ??= createWordNet(process.getBuiltinModule('node:fs').readFileSync(dataUrl()));
  return loaded;
}

function dataUrl(): URL {
  return new URL('../../data/wordnet-3.0.bin', import.meta.url);
}
