import { bytesOfElement, type CacheArray, type CacheElement, cacheArray } from './cache-array.ts';

/** A state of fixed size that a layer keeps of all tokens before (a convolution's window, a recurrence). */
export interface StateShape {
  /** Elements of one sequence. */
  readonly size: number;
  readonly element: CacheElement;
}

/**
 * States beside keys and values: one of each kind for a cache slot. Unlike keys and values, a state holds for one length
 * only: that at which it was written.
 */
export class StateSlots {
  readonly shapes: readonly StateShape[];
  /** For each state [slots, size]. */
  readonly #buffers: CacheArray[];
  #slots = 0;

  constructor(shapes: readonly StateShape[]) {
    this.shapes = shapes;
    this.#buffers = shapes.map(({ element }) => cacheArray(element, 0));
  }

  get bytesPerSlot(): number {
    return this.shapes.reduce((total, { size, element }) => total + size * bytesOfElement(element), 0);
  }

  /** Makes room for as many slots, and keeps what fits. */
  reserve(slots: number): void {
    if (slots === this.#slots) return;
    this.shapes.forEach(({ size, element }, state) => {
      const grown = cacheArray(element, slots * size);
      grown.set(this.#buffers[state]!.subarray(0, Math.min(slots, this.#slots) * size));
      this.#buffers[state] = grown;
    });
    this.#slots = slots;
  }

  copySlot(from: number, to: number): void {
    this.shapes.forEach(({ size }, state) => {
      this.#buffers[state]!.copyWithin(to * size, from * size, (from + 1) * size);
    });
  }

  /** Copies a slot's state into row `row` of `target`. */
  read(state: number, slot: number, target: CacheArray, row: number): void {
    target.set(this.#of(state, slot), row * this.shapes[state]!.size);
  }

  /** Writes row `row` of `source` to a slot's state. */
  write(state: number, slot: number, source: CacheArray, row: number): void {
    const { size } = this.shapes[state]!;
    this.#of(state, slot).set(source.subarray(row * size, (row + 1) * size));
  }

  snapshot(slot: number): CacheArray[] {
    return this.shapes.map((_, state) => this.#of(state, slot).slice());
  }

  restore(snapshot: readonly CacheArray[], slot: number): void {
    this.shapes.forEach((_, state) => {
      this.#of(state, slot).set(snapshot[state]!);
    });
  }

  #of(state: number, slot: number): CacheArray {
    const { size } = this.shapes[state]!;
    return this.#buffers[state]!.subarray(slot * size, (slot + 1) * size);
  }
}
