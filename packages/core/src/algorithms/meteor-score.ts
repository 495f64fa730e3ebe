import { type MeteorMetric, meteor, segmenterTokeniser } from '@assay/metrics';
import { loadWordNetSync } from '@assay/metrics/wordnet';
import { isUnspaced } from './unspaced.ts';

const metrics = new Map<string, MeteorMetric>();

/** METEOR with WordNet's synonyms, as nltk computes it; scripts without spaces are split by `Intl.Segmenter`. */
export function meteorScore(output: string, target: string, compat: 'fmeval' | undefined): number {
  const metric = metricFor(compat !== 'fmeval' && isUnspaced(target), compat);
  return metric.score(metric.statistics(output, [target])).score;
}

function metricFor(isSegmented: boolean, compat: 'fmeval' | undefined): MeteorMetric {
  const key = `${isSegmented} ${compat}`;
  let metric = metrics.get(key);
  if (metric === undefined) {
    // nltk 3.9.1 is what FMEval's lock file pins.
    const words = isSegmented
      ? { tokeniser: segmenterTokeniser('und') }
      : { nltk: { version: compat === 'fmeval' ? ('3.9.1' as const) : ('3.10.4' as const) } };
    metric = meteor({ wordNet: loadWordNetSync(), ...words });
    metrics.set(key, metric);
  }
  return metric;
}
