import {
  AssayError,
  type CostLine,
  CostMeter,
  formatAmount,
  type Instances,
  isBatched,
  type Limits,
  meteredRunner,
  type PriceTable,
  type ResolvedModel,
  type Runner,
  systemClock,
  tokenPrice,
  totalOf,
  type ValidConfig,
  watchLimits,
} from '@assay/core';
import type { CostSettings } from '../settings/run-settings.ts';
import { checkInstances, costLimits } from './cost-limits.ts';
import { pricesOf } from './prices-of.ts';

/** Counts what a run costs while it runs, and ends it at its limits. */
export class RunCosts {
  readonly prices: PriceTable | undefined;
  readonly #limits: Limits;
  readonly #meter: CostMeter;

  private constructor(prices: PriceTable | undefined, limits: Limits) {
    this.prices = prices;
    this.#limits = limits;
    this.#meter = new CostMeter(prices, systemClock);
  }

  /** @throws AssayError CONFIG_NOT_FOUND, CONFIG_INVALID */
  static async open(config: ValidConfig, settings: CostSettings): Promise<RunCosts> {
    const prices = await pricesOf(config, settings.prices);
    return new RunCosts(prices, costLimits(settings, config.config.aws, prices));
  }

  /** Aborts with RUN_LIMIT at the first limit. */
  watch(): { readonly signal: AbortSignal; readonly dispose: () => void } {
    const currency = this.prices?.currency ?? '';
    return watchLimits(this.#limits, () => this.#meter.amount, { currency, clock: systemClock });
  }

  /** Before anything is created. @returns the estimate in words. @throws AssayError CONFIG_INVALID for a price that a limit needs */
  estimate(instances: Instances): string {
    return checkInstances(instances, this.prices, this.#limits);
  }

  start(name: string, instances: Instances): void {
    this.#meter.start(name, instances);
  }

  stop(name: string): void {
    this.#meter.stop(name);
  }

  /** Counts a model's tokens where they have a price. @throws AssayError CONFIG_INVALID where a limit needs one */
  metered(runner: Runner, model: ResolvedModel): Runner {
    const names = [model.name, ...idsOf(model)];
    if (tokenPrice(this.prices, names) !== undefined)
      return meteredRunner(runner, this.#meter, names, isBatched(model));
    return runner;
  }

  /** Before a model that is paid by the token is opened. @throws AssayError CONFIG_INVALID */
  checkTokens(model: ResolvedModel): void {
    const isPaid = model.runner === 'bedrock' || model.runner === 'openai';
    const names = [model.name, ...idsOf(model)];
    if (!isPaid || this.#limits.maxCost === undefined || tokenPrice(this.prices, names) !== undefined) return;
    throw new AssayError(
      'CONFIG_INVALID',
      `a limit of the cost cannot be kept: the price of ${names.at(-1)} is unknown`,
      {
        hint: `add it to the prices: tokens: { ${names.at(-1)}: { input: …, output: … } }; 0 for a server of your own`,
      },
    );
  }

  /** What was paid for, a line each; none where nothing was. */
  report(): string[] {
    const lines = this.#meter.lines();
    if (lines.length === 0) return [];
    const currency = this.prices?.currency ?? '';
    const { amount, unknown } = totalOf(lines);
    const total = unknown.length === lines.length ? 'unknown' : `${formatAmount(amount)} ${currency}`;
    const rest = unknown.length > 0 && unknown.length < lines.length ? ` and what ${unknown.join(', ')} costs` : '';
    return [...lines.map((line) => lineText(line, currency)), `cost     ${total}${rest}`];
  }
}

function lineText({ name, instances, seconds, tokens, amount }: CostLine, currency: string): string {
  const what =
    instances === null
      ? `${tokens!.input} prompt tokens, ${tokens!.output} new tokens`
      : `${Math.round(seconds!)} s of ${instances.type}${instances.count === 1 ? '' : ` × ${instances.count}`}`;
  return `billed   ${name}: ${what}, ${amount === null ? 'price unknown' : `${formatAmount(amount)} ${currency}`}`;
}

function idsOf(model: ResolvedModel): string[] {
  const id =
    model.runner === 'openai'
      ? model.openai.model
      : model.runner === 'bedrock'
        ? model.bedrock.model_id
        : model.runner === 'local'
          ? model.local.model
          : undefined;
  return id === undefined || id === model.name ? [] : [id];
}
