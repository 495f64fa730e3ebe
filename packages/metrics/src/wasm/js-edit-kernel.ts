import type { AlignmentSplit, EditKernel } from './edit-kernel.ts';

/**
 * The 32-bit kernels in plain JavaScript: for short sequences, where a call into WebAssembly would cost more than the work,
 * and where there is no WebAssembly. Works through the pattern 32 rows at a time, each over all columns of the text; the
 * carries between the rows of words are one byte a column, as in assembly/edit-kernels.ts.
 */
export class JsEditKernel implements EditKernel {
  readonly name = 'js';
  pattern: Int32Array = new Int32Array(256);
  text: Int32Array = new Int32Array(256);
  #matches = new Int32Array(256);
  #carries = new Uint8Array(256);
  #vp = new Int32Array(256);
  #vn = new Int32Array(256);
  operations: Uint8Array = new Uint8Array(512);
  operationsEnd: number = 0;

  reserve(patternLength: number, textLength: number, symbols: number): void {
    if (patternLength > this.pattern.length) this.pattern = new Int32Array(patternLength * 2);
    if (textLength > this.text.length) {
      this.text = new Int32Array(textLength * 2);
      this.#carries = new Uint8Array(textLength * 2);
    }
    if (symbols > this.#matches.length) this.#matches = new Int32Array(symbols * 2);
  }

  distance(patternLength: number, textLength: number): number {
    return this.#distanceIn(0, patternLength, 0, textLength);
  }

  lcsLength(patternLength: number, textLength: number): number {
    const { pattern, text } = this;
    const matches = this.#matches;
    const carries = this.#carries;
    carries.fill(0, 0, textLength);
    let length = 0;
    for (let from = 0; from < patternLength; from += 32) {
      const to = Math.min(from + 32, patternLength);
      for (let i = from; i < to; i++) matches[pattern[i]!]! |= 1 << (i - from);
      let v = -1;
      for (let j = 0; j < textLength; j++) {
        const u = v & matches[text[j]!]!;
        const sum = (v + u + carries[j]!) | 0;
        carries[j] = (u | (v & ~sum)) >>> 31;
        v = sum | (v & ~u);
      }
      length += popcount32(~v);
      for (let i = from; i < to; i++) matches[pattern[i]!] = 0;
    }
    return length;
  }

  align(patternFrom: number, patternTo: number, textFrom: number, textTo: number): number {
    const { pattern, text } = this;
    const rows = patternTo - patternFrom;
    const columns = textTo - textFrom;
    const cells = ((rows + 31) >>> 5) * columns;
    if (cells > this.#vp.length) {
      this.#vp = new Int32Array(cells * 2);
      this.#vn = new Int32Array(cells * 2);
    }
    if (rows + columns > this.operations.length) this.operations = new Uint8Array((rows + columns) * 2);
    this.operationsEnd = rows + columns;
    this.#columns(patternFrom, patternTo, textFrom, textTo, this.#vp, this.#vn, columns, 1);
    const vp = this.#vp;
    const vn = this.#vn;
    const operations = this.operations;
    let at = rows + columns;
    let row = rows;
    let column = columns;
    while (row > 0 && column > 0) {
      const bit = (row - 1) & 31;
      const cell = ((row - 1) >>> 5) * columns + column - 1;
      if ((vp[cell]! >>> bit) & 1) {
        row--;
        operations[--at] = 2;
        continue;
      }
      column--;
      if (column > 0 && (vn[cell - 1]! >>> bit) & 1) {
        operations[--at] = 3;
        continue;
      }
      row--;
      operations[--at] = pattern[patternFrom + row] === text[textFrom + column] ? 0 : 1;
    }
    while (row > 0) {
      row--;
      operations[--at] = 2;
    }
    while (column > 0) {
      column--;
      operations[--at] = 3;
    }
    return at;
  }

  split(patternFrom: number, patternTo: number, textFrom: number, textTo: number): AlignmentSplit {
    const rows = patternTo - patternFrom;
    const columns = textTo - textFrom;
    const words = (rows + 31) >>> 5;
    const half = columns >> 1;
    const leftVp = new Int32Array(words);
    const leftVn = new Int32Array(words);
    this.#columns(patternFrom, patternTo, textFrom, textFrom + half, leftVp, leftVn, 1, 0);
    const reversed = new JsEditKernel();
    reversed.reserve(rows, columns - half, this.#matches.length);
    for (let i = 0; i < rows; i++) reversed.pattern[i] = this.pattern[patternTo - 1 - i]!;
    for (let j = 0; j < columns - half; j++) reversed.text[j] = this.text[textTo - 1 - j]!;
    const rightVp = new Int32Array(words);
    const rightVn = new Int32Array(words);
    reversed.#columns(0, rows, 0, columns - half, rightVp, rightVn, 1, 0);
    let left = half;
    let right = columns - half;
    for (let i = 0; i < rows; i++) right += deltaAt(rightVp, rightVn, i);
    let best = left + right;
    let leftScore = left;
    let position = 0;
    for (let i = 0; i < rows; i++) {
      left += deltaAt(leftVp, leftVn, i);
      right -= deltaAt(rightVp, rightVn, rows - 1 - i);
      if (left + right < best) {
        best = left + right;
        leftScore = left;
        position = i + 1;
      }
    }
    return { position, leftScore, rightScore: best - leftScore };
  }

  #distanceIn(patternFrom: number, patternTo: number, textFrom: number, textTo: number): number {
    const rows = patternTo - patternFrom;
    const words = (rows + 31) >>> 5;
    if (words > this.#vp.length) {
      this.#vp = new Int32Array(words * 2);
      this.#vn = new Int32Array(words * 2);
    }
    this.#columns(patternFrom, patternTo, textFrom, textTo, this.#vp, this.#vn, 1, 0);
    let distance = textTo - textFrom;
    for (let word = 0; word < words; word++) {
      const left = rows - word * 32;
      const mask = left >= 32 ? -1 : (1 << left) - 1;
      distance += popcount32(this.#vp[word]! & mask) - popcount32(this.#vn[word]! & mask);
    }
    return distance;
  }

  /** Writes the vertical deltas after column j of word w at `w * wordStep + j * columnStep`: of every column, or (0) the last. */
  #columns(
    patternFrom: number,
    patternTo: number,
    textFrom: number,
    textTo: number,
    vpOut: Int32Array,
    vnOut: Int32Array,
    wordStep: number,
    columnStep: number,
  ): void {
    const { pattern, text } = this;
    const matches = this.#matches;
    const carries = this.#carries;
    const columns = textTo - textFrom;
    carries.fill(1, 0, columns);
    for (let from = patternFrom, word = 0; from < patternTo; from += 32, word++) {
      const to = Math.min(from + 32, patternTo);
      for (let i = from; i < to; i++) matches[pattern[i]!]! |= 1 << (i - from);
      let vp = -1;
      let vn = 0;
      let at = word * wordStep;
      for (let j = 0; j < columns; j++) {
        const carry = carries[j]!;
        const x = matches[text[textFrom + j]!]! | (carry >>> 1);
        const d0 = (((x & vp) + vp) ^ vp) | x | vn;
        const hp = vn | ~(d0 | vp);
        const hn = d0 & vp;
        carries[j] = (hp >>> 31) | ((hn >>> 31) << 1);
        const hpShifted = (hp << 1) | (carry & 1);
        vp = (hn << 1) | (carry >>> 1) | ~(d0 | hpShifted);
        vn = hpShifted & d0;
        vpOut[at] = vp;
        vnOut[at] = vn;
        at += columnStep;
      }
      for (let i = from; i < to; i++) matches[pattern[i]!] = 0;
    }
  }
}

function deltaAt(vp: Int32Array, vn: Int32Array, row: number): number {
  return ((vp[row >>> 5]! >>> (row & 31)) & 1) - ((vn[row >>> 5]! >>> (row & 31)) & 1);
}

function popcount32(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
