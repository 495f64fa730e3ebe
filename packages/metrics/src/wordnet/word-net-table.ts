import { ByteReader, invalidData } from './byte-reader.ts';
import { NameList } from './name-list.ts';

const magic = 'ASWN0301';

/**
 * The table that scripts/build-wordnet.mjs makes. In order: eight letters of magic; the list of names, sorted without regard
 * to case; for each part of speech (noun, verb, adjective, adverb) the number of synsets and for each synset the number of
 * names and their ids, the first as a difference to the synset before and the others to the id before; for each part of speech
 * the exception list: forms, base forms, and for each form how many bases and which. Integers are varints.
 */
export class WordNetTable {
  readonly partsOfSpeech = 4;
  /** Irregular forms of each part of speech. */
  readonly exceptions: readonly ReadonlyMap<string, readonly string[]>[];
  readonly #names: NameList;
  /** Names of synset s: #members[#memberStarts[s] … #memberStarts[s + 1]). */
  readonly #memberStarts: Int32Array;
  readonly #members: Int32Array;
  /** Synsets of name n, ascending and so by part of speech: #synsets[#synsetStarts[n] … #synsetStarts[n + 1]). */
  readonly #synsetStarts: Int32Array;
  readonly #synsets: Int32Array;
  /** First synset of each part of speech, and the end. */
  readonly #firstSynset: readonly number[];

  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes);
    if (bytes.length < magic.length || reader.ascii(magic.length) !== magic)
      throw invalidData(`does not begin with ${magic}`);
    this.#names = new NameList(reader);
    const starts: number[] = [0];
    const members: number[] = [];
    const firstSynset: number[] = [];
    for (let partOfSpeech = 0; partOfSpeech < this.partsOfSpeech; partOfSpeech++) {
      firstSynset.push(starts.length - 1);
      let first = 0;
      for (let left = reader.varint(); left > 0; left--) {
        const size = reader.varint();
        first += reader.varint();
        let id = first;
        members.push(id);
        for (let i = 1; i < size; i++) {
          id += reader.varint();
          members.push(id);
        }
        starts.push(members.length);
      }
    }
    firstSynset.push(starts.length - 1);
    this.#firstSynset = firstSynset;
    this.#memberStarts = Int32Array.from(starts);
    this.#members = Int32Array.from(members);
    this.#synsetStarts = new Int32Array(this.#names.length + 1);
    this.#synsets = new Int32Array(members.length);
    this.#invert();
    this.exceptions = Array.from({ length: this.partsOfSpeech }, () => readExceptions(reader));
    if (reader.position !== bytes.length) throw invalidData('is longer than it says');
  }

  /** Adds the one-word names of the synsets of one part of speech that `key` (in lower case) stands in. */
  collectNames(key: string, partOfSpeech: number, names: Set<string>): void {
    const [from, to] = this.#names.range(key);
    const firstSynset = this.#firstSynset[partOfSpeech]!;
    const endSynset = this.#firstSynset[partOfSpeech + 1]!;
    for (let at = this.#synsetStarts[from]!; at < this.#synsetStarts[to]!; at++) {
      const synset = this.#synsets[at]!;
      if (synset < firstSynset || synset >= endSynset) continue;
      for (let member = this.#memberStarts[synset]!; member < this.#memberStarts[synset + 1]!; member++) {
        const name = this.#names.name(this.#members[member]!);
        if (!name.includes('_')) names.add(name);
      }
    }
  }

  #invert(): void {
    const starts = this.#synsetStarts;
    for (const name of this.#members) starts[name + 1]!++;
    for (let name = 1; name < starts.length; name++) starts[name]! += starts[name - 1]!;
    const next = starts.slice();
    for (let synset = 0; synset + 1 < this.#memberStarts.length; synset++) {
      for (let at = this.#memberStarts[synset]!; at < this.#memberStarts[synset + 1]!; at++) {
        const name = this.#members[at]!;
        this.#synsets[next[name]!++] = synset;
      }
    }
  }
}

function readExceptions(reader: ByteReader): ReadonlyMap<string, readonly string[]> {
  const forms = new NameList(reader);
  const bases = new NameList(reader);
  const exceptions = new Map<string, readonly string[]>();
  for (let form = 0; form < forms.length; form++) {
    const count = reader.varint();
    exceptions.set(
      forms.name(form),
      Array.from({ length: count }, () => bases.name(reader.varint())),
    );
  }
  return exceptions;
}
