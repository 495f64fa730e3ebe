import type { Runner } from '../runner/runner.ts';
import type { PlannedModel } from './run-plan.ts';

/**
 * Opens the next model of a lane while the last answers of the one before it are still to come. What does not open beside
 * the other, for lack of memory above all, opens once that is closed.
 */
export class LoadAhead {
  #model: PlannedModel | undefined;
  #opening: Promise<Runner | undefined> = Promise.resolve(undefined);

  /** Begins with a model that will be taken next. @param isWanted whether it is surely asked */
  start(model: PlannedModel, isWanted: () => Promise<boolean>): void {
    const { open } = model;
    if (open === null) return;
    // A model that was passed over.
    void this.close();
    this.#model = model;
    // Its failure is told when its turn comes: it is then opened again.
    this.#opening = isWanted()
      .then((wanted) => (wanted ? open() : undefined))
      .catch(() => undefined);
  }

  /** Whether this model is open already. */
  async has(model: PlannedModel): Promise<boolean> {
    return this.#model === model && (await this.#opening) !== undefined;
  }

  /** The model, opened ahead or now. */
  async take(model: PlannedModel, open: () => Promise<Runner>): Promise<Runner> {
    if (this.#model !== model) return open();
    const opened = await this.#opening;
    this.#model = undefined;
    return opened ?? open();
  }

  /** Closes what nobody took. */
  async close(): Promise<void> {
    if (this.#model === undefined) return;
    this.#model = undefined;
    await (await this.#opening)?.close?.();
  }
}
