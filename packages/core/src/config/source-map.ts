import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
} from 'yaml';
import type { SourcePlace } from '../errors/assay-error.ts';
import type { ConfigPath } from './config-path.ts';

/** Finds the line and column of a path in a YAML document. */
export class SourceMap {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(document: Document, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  /** Where the key (or list entry) at `path` begins; where it is missing, its nearest parent. */
  placeOf(path: ConfigPath): SourcePlace {
    let node: Node | null = this.#document.contents as Node | null;
    let offset = node?.range?.[0];
    for (const step of path) {
      const found: Found | undefined = this.#step(node, step);
      if (found === undefined) break;
      offset = found.offset ?? offset;
      node = found.value;
    }
    return offset === undefined ? { file: this.#file } : this.placeOfOffset(offset);
  }

  /** @param offset UTF-16 code units from the start of the text */
  placeOfOffset(offset: number): SourcePlace {
    const { line, col } = this.#lines.linePos(offset);
    return line === 0 ? { file: this.#file, line: 1, column: 1 } : { file: this.#file, line, column: col };
  }

  #step(parent: Node | null, step: PropertyKey): Found | undefined {
    const node = isAlias(parent) ? ((parent as Alias).resolve(this.#document) as Node | undefined) : parent;
    if (isSeq(node)) {
      const entry = node.items[Number(step)];
      return isNode(entry) ? { value: entry, offset: entry.range?.[0] } : undefined;
    }
    if (!isMap(node)) return undefined;
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key) || String(pair.key.value) !== String(step)) continue;
      return { value: (pair.value ?? null) as Node | null, offset: pair.key.range?.[0] };
    }
    // yaml keeps a merge key's value as a symbol.
    const merged = node.items.find((pair) => isScalar(pair.key) && /^(Symbol\()?<<\)?$/.test(String(pair.key.value)));
    return merged === undefined ? undefined : this.#step(merged.value as Node | null, step);
  }
}

interface Found {
  readonly value: Node | null;
  readonly offset: number | undefined;
}
