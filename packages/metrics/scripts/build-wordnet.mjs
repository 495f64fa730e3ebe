// Builds data/wordnet-3.0.bin from the files of WordNet 3.0 (Debian's package wordnet-base puts them in /usr/share/wordnet).
//   node packages/metrics/scripts/build-wordnet.mjs [folder] [--check]
// Kept: which names share a synset, the parts of speech, and the exception lists of the morphology: all that a lookup of
// synonyms needs. Left out: glosses, relations, frequencies, and synsets that have only names of several words.
// The format is described in src/wordnet/word-net-table.ts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const partsOfSpeech = ['noun', 'verb', 'adj', 'adv'];
const blockSize = 16;

const lines = (path) =>
  readFileSync(path, 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('  '));

/** Names of each synset, in order, without the adjective's syntactic marker. */
function readSynsets(folder, partOfSpeech) {
  return lines(join(folder, `data.${partOfSpeech}`)).map((line) => {
    const fields = line.split(' ');
    const count = Number.parseInt(fields[3], 16);
    const names = [];
    for (let i = 0; i < count; i++) names.push(fields[4 + 2 * i].replace(/\((?:a|p|ip)\)$/, ''));
    return names;
  });
}

/** Fails unless the index says the same as the synsets: the table is made from the latter alone. */
function checkIndex(folder, partOfSpeech, synsets) {
  const indexed = new Set(lines(join(folder, `index.${partOfSpeech}`)).map((line) => line.slice(0, line.indexOf(' '))));
  const named = new Set(synsets.flat().map((name) => name.toLowerCase()));
  for (const name of named) if (!indexed.has(name)) throw new Error(`${name} is missing in index.${partOfSpeech}`);
  for (const name of indexed) if (!named.has(name)) throw new Error(`${name} is only in index.${partOfSpeech}`);
}

function readExceptions(folder, partOfSpeech) {
  const forms = new Map();
  for (const line of lines(join(folder, `${partOfSpeech}.exc`))) {
    const [form, ...bases] = line.trim().split(/\s+/);
    forms.set(form, bases);
  }
  return forms;
}

class ByteWriter {
  #bytes = [];

  byte(value) {
    this.#bytes.push(value & 255);
  }

  /** Unsigned integer, seven bits a byte, low ones first. */
  varint(value) {
    let rest = value;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Sorted ASCII names, each as the length it shares with the one before (0 at the start of a block) and what follows. */
  names(sorted) {
    this.varint(sorted.length);
    sorted.forEach((name, i) => {
      const before = i % blockSize === 0 ? '' : sorted[i - 1];
      let shared = 0;
      while (shared < before.length && shared < name.length && before[shared] === name[shared]) shared++;
      this.varint(shared);
      this.varint(name.length - shared);
      for (let k = shared; k < name.length; k++) {
        if (name.charCodeAt(k) > 127) throw new Error(`${name} is not ASCII`);
        this.byte(name.charCodeAt(k));
      }
    });
  }

  finish() {
    return Uint8Array.from(this.#bytes);
  }
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byKey = (a, b) => order(a.toLowerCase(), b.toLowerCase()) || order(a, b);

export function buildWordNet(folder) {
  const synsets = partsOfSpeech.map((partOfSpeech) => {
    const all = readSynsets(folder, partOfSpeech);
    checkIndex(folder, partOfSpeech, all);
    return all.filter((names) => names.some((name) => !name.includes('_')));
  });
  const names = [...new Set(synsets.flat(2))].sort(byKey);
  const ids = new Map(names.map((name, id) => [name, id]));
  const writer = new ByteWriter();
  for (const character of 'ASWN0301') writer.byte(character.charCodeAt(0));
  writer.names(names);
  for (const group of synsets) {
    // Sorted by first name, so that differences are small; a lookup has no use for the order of synsets.
    const rows = group.map((list) => [...new Set(list.map((name) => ids.get(name)))].sort((a, b) => a - b));
    rows.sort((a, b) => a[0] - b[0] || a.length - b.length || order(String(a), String(b)));
    writer.varint(rows.length);
    let first = 0;
    for (const row of rows) {
      writer.varint(row.length);
      writer.varint(row[0] - first);
      first = row[0];
      for (let i = 1; i < row.length; i++) writer.varint(row[i] - row[i - 1]);
    }
  }
  for (const partOfSpeech of partsOfSpeech) {
    const exceptions = readExceptions(folder, partOfSpeech);
    const forms = [...exceptions.keys()].sort(order);
    writer.names(forms);
    const bases = [...new Set(forms.flatMap((form) => exceptions.get(form)))].sort(order);
    const baseIds = new Map(bases.map((base, id) => [base, id]));
    writer.names(bases);
    for (const form of forms) {
      writer.varint(exceptions.get(form).length);
      for (const base of exceptions.get(form)) writer.varint(baseIds.get(base));
    }
  }
  return writer.finish();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = join(root, 'data/wordnet-3.0.bin');
  const folder = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '/usr/share/wordnet';
  const bytes = buildWordNet(folder);
  if (process.argv.includes('--check')) {
    const same = existsSync(target) && Buffer.compare(readFileSync(target), bytes) === 0;
    console.log(same ? 'data/wordnet-3.0.bin is current' : 'data/wordnet-3.0.bin differs');
    process.exitCode = same ? 0 : 1;
  } else {
    writeFileSync(target, bytes);
    console.log(`${bytes.length} bytes`);
  }
}
