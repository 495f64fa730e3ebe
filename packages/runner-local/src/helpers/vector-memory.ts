/** Vectors kept: of 384 numbers each, about 25 MB. */
const MOST = 16_384;

/**
 * Vectors of texts that were encoded before, the least recently used forgotten first. A target stands in every repeat and
 * beside the output of every model of a run, and is encoded once.
 * On disk a vector would take some twenty times the room of an answer, and would spare only the targets of a later run.
 */
export class VectorMemory {
  readonly #vectors = new Map<string, Float32Array>();
  readonly #most: number;

  constructor(most: number = MOST) {
    this.#most = most;
  }

  get(text: string): Float32Array | undefined {
    const vector = this.#vectors.get(text);
    if (vector !== undefined) this.set(text, vector);
    return vector;
  }

  set(text: string, vector: Float32Array): void {
    this.#vectors.delete(text);
    this.#vectors.set(text, vector);
    if (this.#vectors.size <= this.#most) return;
    const [oldest] = this.#vectors.keys();
    this.#vectors.delete(oldest!);
  }
}
