/** Room for components at first: scores of one kind need two or three, and there may be a sum for each cluster. */
const FIRST_COMPONENTS = 4;
const SPLITTER = 134217729; // 2^27 + 1

/**
 * A sum of doubles kept exactly, as an expansion of non-overlapping doubles, so that neither the order of
 * additions nor the way in which parts are merged can change a bit of the result.
 * @see J. R. Shewchuk (1997), Adaptive precision floating-point arithmetic, section 2
 */
export class ExactSum {
  #components = new Float64Array(FIRST_COMPONENTS);
  #count = 0;

  /** @param x finite, and small enough that no partial sum overflows */
  add(x: number): void {
    const count = this.#count;
    // One more at most. Doubles span 2^-1074 … 2^1023, 53 bits a component: it ends at 41 of them.
    if (count === this.#components.length) this.#grow();
    const components = this.#components;
    let kept = 0;
    let high = x;
    for (let i = 0; i < count; i++) {
      const y = components[i]!;
      const sum = high + y;
      const virtual = sum - high;
      const error = high - (sum - virtual) + (y - virtual);
      if (error !== 0) components[kept++] = error;
      high = sum;
    }
    if (high !== 0) components[kept++] = high;
    this.#count = kept;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#components.length);
    larger.set(this.#components);
    this.#components = larger;
  }

  /** Adds x·y without rounding (Dekker's product). */
  addProduct(x: number, y: number): void {
    const product = x * y;
    const bigX = SPLITTER * x;
    const highX = bigX - (bigX - x);
    const lowX = x - highX;
    const bigY = SPLITTER * y;
    const highY = bigY - (bigY - y);
    const lowY = y - highY;
    this.add(product);
    const error = highX * highY - product + highX * lowY + lowX * highY + lowX * lowY;
    if (error !== 0) this.add(error);
  }

  /** Adds x² without rounding, for |x| from 1e-140 (below, its last digits lie under the smallest double) to 2^400. */
  addSquare(x: number): void {
    const product = x * x;
    const big = SPLITTER * x;
    const high = big - (big - x);
    const low = x - high;
    this.add(product);
    const error = high * high - product + 2 * high * low + low * low;
    if (error !== 0) this.add(error);
  }

  merge(other: ExactSum): void {
    // A copy first, so that merging a sum into itself doubles it.
    for (const component of other.#components.slice(0, other.#count)) this.add(component);
  }

  /** The sum, correctly rounded (half to even). */
  value(): number {
    const components = this.#components;
    let i = this.#count - 1;
    if (i < 0) return 0;
    let high = components[i]!;
    let low = 0;
    while (i > 0 && low === 0) {
      const y = components[--i]!;
      const sum = high + y;
      low = y - (sum - high);
      high = sum;
    }
    // Exactly half way: what lies below decides the direction of rounding.
    if (i > 0 && low !== 0 && low > 0 === components[i - 1]! > 0) {
      const doubled = low * 2;
      const sum = high + doubled;
      if (sum - high === doubled) high = sum;
    }
    return high;
  }

  /**
   * The one expansion which depends on the exact value alone: its rounded value, then the rounded rest, and so on.
   * Largest first; empty for 0.
   */
  toComponents(): number[] {
    const rest = new ExactSum();
    rest.merge(this);
    const result: number[] = [];
    for (let value = rest.value(); value !== 0; value = rest.value()) {
      result.push(value);
      // What is no number leaves no rest.
      if (!Number.isFinite(value)) break;
      rest.add(-value);
    }
    return result;
  }

  static fromComponents(components: readonly number[]): ExactSum {
    const sum = new ExactSum();
    for (const component of components) sum.add(component);
    return sum;
  }
}
