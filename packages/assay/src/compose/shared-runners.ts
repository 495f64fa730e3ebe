import { type ResolvedModel, type Runner, runnerWith } from '@assay/core';

interface Shared {
  readonly runner: Promise<Runner>;
  /** Prompts that it has answered for. */
  done: number;
}

/** One runner for a model that is asked with several prompts: its weights are loaded once. */
export class SharedRunners {
  readonly #open: (model: ResolvedModel) => Promise<Runner>;
  readonly #prompts: number;
  /** By the model's position in the config. */
  readonly #shared = new Map<number, Shared>();

  constructor(prompts: number, open: (model: ResolvedModel) => Promise<Runner>) {
    this.#prompts = prompts;
    this.#open = open;
  }

  async open(model: ResolvedModel): Promise<Runner> {
    const shared = this.#shared.get(model.index) ?? { runner: this.#open(model), done: 0 };
    this.#shared.set(model.index, shared);
    try {
      return runnerWith(await shared.runner, { close: () => this.#release(model.index, shared) });
    } catch (thrown) {
      this.#shared.delete(model.index);
      throw thrown;
    }
  }

  async #release(index: number, shared: Shared): Promise<void> {
    shared.done += 1;
    if (shared.done < this.#prompts || this.#shared.get(index) !== shared) return;
    this.#shared.delete(index);
    await (await shared.runner).close?.();
  }

  /** Closes what is still open: a run that ends early, or goes on, does not ask with every prompt. */
  async close(): Promise<void> {
    const open = [...this.#shared.values()];
    this.#shared.clear();
    await Promise.all(open.map(async ({ runner }) => (await runner).close?.()));
  }
}
