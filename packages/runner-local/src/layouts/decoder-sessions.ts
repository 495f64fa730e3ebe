import { type InferenceSession, Tensor } from 'onnxruntime-node';

export type Feeds = Record<string, Tensor>;

/**
 * A decoder in one graph, or in two: one that begins a sequence and one that goes on from a past. A merged graph holds
 * both behind `use_cache_branch`.
 */
export class DecoderSessions {
  readonly #next: InferenceSession;
  readonly #first: InferenceSession;
  readonly #embedding: InferenceSession | undefined;
  /** Inputs that the embedding graph makes of the tokens. */
  readonly embedded: ReadonlySet<string>;

  /**
   * @param first the graph without a past, where it is one of its own
   * @param embedding the graph that makes embeddings of tokens, where the decoder takes those
   */
  constructor(next: InferenceSession, first?: InferenceSession, embedding?: InferenceSession) {
    this.#next = next;
    this.#first = first ?? next;
    this.#embedding = embedding;
    this.embedded = new Set(embedding?.outputNames.filter((name) => next.inputNames.includes(name)));
  }

  /** The graph with a past tells the layout of the cache. */
  get inputs(): readonly InferenceSession.ValueMetadata[] {
    return this.#next.inputMetadata;
  }

  get outputNames(): readonly string[] {
    return this.#first.outputNames;
  }

  /** Whether two branches were traced one by one, so that the one with a past may take only what it was traced with. */
  get hasBranches(): boolean {
    return this.#first !== this.#next || this.#next.inputNames.includes('use_cache_branch');
  }

  /** Inputs that a graph does not have are left out, and so are outputs. */
  async run(feeds: Feeds, outputs: readonly string[], hasPast: boolean): Promise<InferenceSession.ReturnType> {
    const session = hasPast ? this.#next : this.#first;
    const made = await this.#embeddingsOf(feeds);
    const all: Feeds = { ...feeds, ...made, use_cache_branch: new Tensor('bool', Uint8Array.of(hasPast ? 1 : 0), [1]) };
    const known = session.inputNames.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
    const wanted = outputs.filter((name) => session.outputNames.includes(name));
    return session.run(Object.fromEntries(known), wanted);
  }

  async #embeddingsOf({ input_ids }: Feeds): Promise<Feeds> {
    if (this.#embedding === undefined || input_ids === undefined) return {};
    return this.#embedding.run({ input_ids }, [...this.embedded]);
  }

  async release(): Promise<void> {
    await this.#embedding?.release();
    await this.#next.release();
    if (this.#first !== this.#next) await this.#first.release();
  }
}
