import type { PriceTable } from '../config/schema/run-config.ts';
import type { Clock } from '../storage/clock.ts';
import { hourlyCost, type Instances } from './hourly-cost.ts';
import { tokenCost, tokenPrice } from './token-price.ts';

/** One thing that a run pays for. */
export interface CostLine {
  /** The endpoint's name, or the model's. */
  readonly name: string;
  /** Null for what is paid by the token. */
  readonly instances: Instances | null;
  /** Seconds each instance has been up; null for what is paid by the token. */
  readonly seconds: number | null;
  readonly tokens: { readonly input: number; readonly output: number } | null;
  /** In the currency of the prices; null where they do not say. */
  readonly amount: number | null;
}

interface Timed {
  readonly instances: Instances;
  readonly from: number;
  to: number | undefined;
}

interface Counted {
  readonly names: readonly string[];
  readonly isBatched: boolean;
  input: number;
  output: number;
}

/** Adds up what a run has cost so far: instances by the time they are up, models by the tokens that they count. */
export class CostMeter {
  readonly prices: PriceTable | undefined;
  readonly #clock: Clock;
  readonly #timed = new Map<string, Timed>();
  readonly #counted = new Map<string, Counted>();

  constructor(prices: PriceTable | undefined, clock: Clock) {
    this.prices = prices;
    this.#clock = clock;
  }

  /** Begins to charge for instances; they count until `stop`. */
  start(name: string, instances: Instances): void {
    this.#timed.set(name, { instances, from: this.#clock.now(), to: undefined });
  }

  stop(name: string): void {
    const timed = this.#timed.get(name);
    if (timed !== undefined) timed.to ??= this.#clock.now();
  }

  /** @param names under which a price may stand; the first one names the line @param isBatched as of `tokenPrice` */
  addTokens(
    names: readonly string[],
    { input, output }: { readonly input: number; readonly output: number },
    isBatched = false,
  ): void {
    const [name = ''] = names;
    const counted = this.#counted.get(name) ?? { names, isBatched, input: 0, output: 0 };
    counted.input += input;
    counted.output += output;
    this.#counted.set(name, counted);
  }

  lines(): CostLine[] {
    const now = this.#clock.now();
    return [
      ...[...this.#timed].map(([name, { instances, from, to }]) => {
        const seconds = ((to ?? now) - from) / 1000;
        const hourly = hourlyCost(this.prices, instances);
        return { name, instances, seconds, tokens: null, amount: hourly === null ? null : (hourly * seconds) / 3600 };
      }),
      ...[...this.#counted].map(([name, { names, isBatched, input, output }]) => {
        const price = tokenPrice(this.prices, names, isBatched);
        const amount = price === undefined ? null : tokenCost(price, input, output);
        return { name, instances: null, seconds: null, tokens: { input, output }, amount };
      }),
    ];
  }

  /** The sum of everything whose price is known. */
  get amount(): number {
    return totalOf(this.lines()).amount;
  }
}

/** Sum of the known amounts, and the names of the lines without one. */
export function totalOf(lines: readonly Pick<CostLine, 'name' | 'amount'>[]): {
  readonly amount: number;
  readonly unknown: readonly string[];
} {
  let amount = 0;
  const unknown: string[] = [];
  for (const line of lines) {
    if (line.amount === null) unknown.push(line.name);
    else amount += line.amount;
  }
  return { amount, unknown };
}
