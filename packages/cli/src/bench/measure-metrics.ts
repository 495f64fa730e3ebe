import { METRICS } from '../metrics/metric-table.ts';
import type { MetricResult } from './bench-results.ts';
import type { BenchTexts } from './bench-texts.ts';
import { measureRate } from './measure-rate.ts';

/** A sample's share of one figure's time: half a sample of warm-up and three samples. */
const SAMPLE_SHARE = 1 / 3.5;
/** Pairs with fewer bytes than this on average are timed by the batch, so that reading the clock is no part of the figure. */
const SHORT_BYTES = 500;

/** Times metrics on texts, one thread, in CPU time. @param seconds of CPU time for all of them */
export async function* measureMetrics(
  names: readonly string[],
  texts: readonly BenchTexts[],
  seconds: number,
): AsyncGenerator<MetricResult> {
  const cpuMs = (1000 * seconds * SAMPLE_SHARE) / (names.length * texts.length);
  for (const metric of names) {
    const evaluate = await METRICS[metric]!.open();
    const rates = texts.map(({ name, pairs, bytes }) => {
      let next = 0;
      const batch = bytes / pairs.length < SHORT_BYTES ? Math.min(pairs.length, 500) : 1;
      const step = (): number => {
        for (let done = 0; done < batch; done++) {
          const { hypothesis, references } = pairs[next++ % pairs.length]!;
          evaluate(hypothesis, references);
        }
        return batch;
      };
      const { median, spread } = measureRate(step, cpuMs);
      const mb = ((bytes / pairs.length) * median) / 1e6;
      return [name, { pairsPerSecond: median, mbPerSecond: mb, spread }] as const;
    });
    yield { metric, rates: Object.fromEntries(rates) };
  }
}
