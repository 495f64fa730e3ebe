import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the entries of a vocabulary write bytes: GPT-2's characters for bytes, SentencePiece's `▁` and `<0x0A>`, or plainly. */
export type VocabularyKind = 'byte_level' | 'byte_fallback' | 'raw';

interface Written {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[];
  readonly decoder?: unknown;
  /** By name, or a list of names with their scores. */
  readonly model?: { readonly vocab?: Readonly<Record<string, number>> | readonly (readonly [string, number])[] };
}

/** The tokens of a model one by one: their names, bytes, and which of them are special. */
export class Vocabulary {
  readonly kind: VocabularyKind;
  readonly specialIds: ReadonlySet<number>;
  readonly #names: readonly (string | undefined)[];
  readonly #added: ReadonlyMap<number, string>;
  #longest: number | undefined;

  /** @param written what tokenizer.json holds */
  constructor(written: Written) {
    const names: (string | undefined)[] = [];
    const vocabulary = written.model?.vocab ?? {};
    if (Array.isArray(vocabulary)) for (const [id, [name]] of vocabulary.entries()) names[id] = name;
    else for (const [name, id] of Object.entries(vocabulary)) names[id] = name;
    const added = written.added_tokens ?? [];
    for (const { id, content } of added) names[id] = content;
    this.#names = names;
    this.#added = new Map(added.map(({ id, content }) => [id, content]));
    this.specialIds = new Set(added.filter(({ special }) => special === true).map(({ id }) => id));
    this.kind = kindOf(written.decoder);
  }

  /** Ids are below it; some may name no token. */
  get size(): number {
    return this.#names.length;
  }

  /** Bytes of the longest token. */
  get longestBytes(): number {
    this.#longest ??= this.#names.reduce((most, _, id) => Math.max(most, this.bytesOf(id)?.length ?? 0), 1);
    return this.#longest;
  }

  /** A token as the vocabulary writes it. */
  nameOf(id: number): string | undefined {
    return this.#names[id];
  }

  /** A token's bytes, special ones as they are written; undefined for an id without a token. */
  bytesOf(id: number): Uint8Array | undefined {
    const name = this.#names[id];
    if (name === undefined) return undefined;
    if (this.#added.has(id) || this.kind === 'raw') return Buffer.from(name);
    if (this.kind === 'byte_level') return bytesOfCharacters(name);
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(name)?.[1];
    return byte === undefined ? Buffer.from(name.replaceAll('▁', ' ')) : Buffer.from(byte, 'hex');
  }
}

/** @param folder where tokenizer.json lies */
export function readVocabulary(folder: string): Vocabulary {
  return new Vocabulary(JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as Written);
}

function kindOf(decoder: unknown): VocabularyKind {
  const text = JSON.stringify(decoder ?? null);
  if (text.includes('"ByteLevel"')) return 'byte_level';
  return /"ByteFallback"|"Metaspace"|▁/.test(text) ? 'byte_fallback' : 'raw';
}

/**
 * The character that GPT-2's vocabularies write for each byte, which leaves out blanks and controls.
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py `bytes_to_unicode`
 */
const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(
  (() => {
    const shown = (byte: number): boolean =>
      (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
    let next = 256;
    return Array.from({ length: 256 }, (_, byte) => {
      return [String.fromCodePoint(shown(byte) ? byte : next++), byte] as const;
    });
  })(),
);

function bytesOfCharacters(name: string): Uint8Array {
  const bytes = Array.from(name, (character) => BYTE_OF_CHARACTER.get(character));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : Buffer.from(name);
}
