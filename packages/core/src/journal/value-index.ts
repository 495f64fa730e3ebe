/** Slots for twice as many values as are told apart. */
const SLOTS = 1 << 13;
/** A column of more distinct values than this is written as it is. */
export const MOST_VALUES: number = SLOTS / 2;

const table = new Int32Array(SLOTS);
const found = new Float64Array(MOST_VALUES);
const view = new Float64Array(1);
const bits = new Int32Array(view.buffer);

/** A column of numbers as the distinct ones and, of each row, which it is. */
export interface IndexedValues {
  readonly distinct: Float64Array;
  readonly indices: Uint16Array;
}

/** @returns undefined where there are too many distinct values @param count of the values that are looked at */
export function indexValues(values: Float64Array, count: number): IndexedValues | undefined {
  table.fill(-1);
  const indices = new Uint16Array(count);
  let size = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    view[0] = value;
    const low = bits[0]!;
    const mixed = Math.imul(low ^ Math.imul(bits[1]!, 0x85ebca77), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    let index = table[slot]!;
    while (index >= 0 && found[index] !== value) {
      slot = (slot + 1) & (SLOTS - 1);
      index = table[slot]!;
    }
    if (index < 0) {
      if (size === MOST_VALUES) return undefined;
      index = size;
      found[size++] = value;
      table[slot] = index;
    }
    indices[i] = index;
  }
  return { distinct: found.slice(0, size), indices };
}
