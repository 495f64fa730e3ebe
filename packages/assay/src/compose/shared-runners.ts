import { type DescribedRunner, type ResolvedModel, type Runner, runnerWith } from '@assay/core';

/** One runner for a model that is asked with several prompts: its weights are loaded once. */
export class SharedRunners {
  readonly #open: (model: ResolvedModel) => Promise<Runner>;
  readonly #prompts: number;
  /** By the model's position in the config. */
  readonly #shared = new Map<number, Promise<Runner>>();
  /** Prompts that a model has answered for, those of which every answer was known among them. */
  readonly #done = new Map<number, number>();

  constructor(prompts: number, open: (model: ResolvedModel) => Promise<Runner>) {
    this.#prompts = prompts;
    this.#open = open;
  }

  async open(model: ResolvedModel): Promise<Runner> {
    const { index } = model;
    const shared = this.#shared.get(index) ?? this.#open(model);
    this.#shared.set(index, shared);
    try {
      return runnerWith(await shared, { close: () => this.#release(index) });
    } catch (thrown) {
      this.#shared.delete(index);
      throw thrown;
    }
  }

  /** A model that counts as asked with a prompt though it may not have been opened. */
  passing(model: ResolvedModel, described: DescribedRunner): DescribedRunner {
    return { ...described, pass: () => this.#release(model.index) };
  }

  async #release(index: number): Promise<void> {
    const done = (this.#done.get(index) ?? 0) + 1;
    this.#done.set(index, done);
    const shared = this.#shared.get(index);
    if (done < this.#prompts || shared === undefined) return;
    this.#shared.delete(index);
    await (await shared).close?.();
  }

  /** Closes what is still open: a run that ends early, or goes on, does not ask with every prompt. */
  async close(): Promise<void> {
    const open = [...this.#shared.values()];
    this.#shared.clear();
    await Promise.all(open.map(async (runner) => (await runner).close?.()));
  }
}
