/** Symbols that a pattern of this many code units can need: see SymbolTable. */
export function symbolsFor(patternLength: number): number {
  return 257 + patternLength;
}

/**
 * Numbers the code points of one pattern: Latin-1 keeps its code + 1, the others follow from 257 on in order of appearance.
 * A text's code points are then looked up; beyond Latin-1, those that the pattern lacks are 0. Starting again costs nothing:
 * what older patterns left in the table lies below the new base.
 */
export class SymbolTable {
  readonly #units: Int32Array = new Int32Array(65536);
  readonly #astral: Map<number, number> = new Map();
  #base = 0;
  #next = 0;

  /** Writes the symbols of source[from, to) and returns how many code points there were. A lone surrogate is one. */
  writePattern(source: string, from: number, to: number, symbols: Int32Array): number {
    if (this.#next > 0x3fffffff) {
      this.#units.fill(0);
      this.#next = 0;
    }
    this.#base = this.#next;
    if (this.#astral.size > 0) this.#astral.clear();
    const units = this.#units;
    const base = this.#base;
    let next = base;
    let length = 0;
    for (let i = from; i < to; i++) {
      const unit = source.charCodeAt(i);
      if (unit < 256) {
        symbols[length++] = unit + 1;
        continue;
      }
      let symbol: number;
      if ((unit & 0xfc00) === 0xd800 && i + 1 < to && (source.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        const codePoint = source.codePointAt(i++)!;
        symbol = this.#astral.get(codePoint) ?? 0;
        if (symbol === 0) {
          symbol = ++next;
          this.#astral.set(codePoint, symbol);
        }
      } else {
        symbol = units[unit]!;
        if (symbol <= base) {
          symbol = ++next;
          units[unit] = symbol;
        }
      }
      symbols[length++] = symbol - base + 256;
    }
    this.#next = next;
    return length;
  }

  /** Writes the symbols of source[from, to) as the last pattern numbered them and returns how many code points there were. */
  writeText(source: string, from: number, to: number, symbols: Int32Array): number {
    let length = 0;
    for (let i = from; i < to; i++) {
      const unit = source.charCodeAt(i);
      if (unit < 256) {
        symbols[length++] = unit + 1;
        continue;
      }
      let symbol: number;
      if ((unit & 0xfc00) === 0xd800 && i + 1 < to && (source.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        symbol = this.#astral.get(source.codePointAt(i++)!) ?? 0;
      } else {
        symbol = this.#units[unit]!;
      }
      symbols[length++] = symbol <= this.#base ? 0 : symbol - this.#base + 256;
    }
    return length;
  }
}
