import { pinOf, type RunView, type Summary } from '@assay/core';

/** One model of a run in MLflow's terms. */
export interface MlflowValues {
  readonly metrics: readonly { readonly key: string; readonly value: number }[];
  readonly params: readonly { readonly key: string; readonly value: string }[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** @see https://mlflow.org/docs/latest/rest-api.html#data-limits */
const MAX_KEY = 250;
const MAX_PARAM = 500;
const MAX_TAG = 5000;

/** Scores with both ends of their intervals, per category too; states, tokens and latency; what was run. */
export function mlflowValues(
  { manifest, summary }: Pick<RunView, 'manifest' | 'summary'>,
  model: string,
): MlflowValues {
  const about = summary.models.find(({ name }) => name === model);
  const params = {
    model,
    runner: about?.runner ?? '',
    dataset: summary.dataset.name,
    samples: String(summary.dataset.samples),
    seed: String(summary.seed),
    config_digest: manifest.configDigest,
    ...Object.fromEntries(manifest.algorithms.map(({ name, signature }) => [`signature.${name}`, signature])),
  };
  const tags = {
    'assay.run': summary.run,
    'assay.model': model,
    'mlflow.runName': `${model} ${summary.run}`,
    'mlflow.source.name': manifest.command.join(' '),
    'mlflow.source.type': 'LOCAL',
    ...(manifest.commit === null ? {} : { 'mlflow.source.git.commit': manifest.commit }),
    ...Object.fromEntries(
      manifest.dataset.files.map((file) => [`assay.sha256.${file.path}`, file.sha256 ?? pinOf(file)]),
    ),
  };
  return {
    metrics: entries(metricsOf(summary, model)).filter(({ value }) => Number.isFinite(value)),
    params: entries(params).map(({ key, value }) => ({ key, value: value.slice(0, MAX_PARAM) })),
    tags: entries(tags).map(({ key, value }) => ({ key, value: value.slice(0, MAX_TAG) })),
  };
}

function metricsOf(summary: Summary, model: string): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const { algorithm, score, category, value, interval, n, ...row } of summary.scores) {
    if (row.model !== model || value === null) continue;
    const key = `${algorithm}.${score}${category === null ? '' : `/${category.replaceAll('/', '_')}`}`;
    metrics[key] = value;
    if (category === null) metrics[`${key}.n`] = n;
    if (category !== null || interval === null) continue;
    metrics[`${key}.lower`] = interval[0];
    metrics[`${key}.upper`] = interval[1];
  }
  const about = summary.models.find(({ name }) => name === model);
  for (const [state, count] of Object.entries(about?.states ?? {})) metrics[`samples.${state}`] = count;
  metrics['tokens.prompt'] = about?.promptTokens ?? 0;
  metrics['tokens.new'] = about?.newTokens ?? 0;
  for (const [name, value] of Object.entries(summary.timing.latencyMs[model] ?? {}))
    metrics[`latency_ms.${name}`] = value;
  return metrics;
}

/** Keys as every MLflow takes them: letters, digits and `_-. /`, none of them twice. */
function entries<T>(values: Readonly<Record<string, T>>): { readonly key: string; readonly value: T }[] {
  const taken = new Map<string, T>();
  for (const [key, value] of Object.entries(values)) {
    const plain = key
      .replace(/[^\w\-. /]/gu, '_')
      .replace(/\/{2,}|^\/+|\/+$|\.{2,}/g, '_')
      .slice(0, MAX_KEY);
    let free = plain;
    for (let again = 2; taken.has(free); again += 1) free = `${plain.slice(0, MAX_KEY - 4)}_${again}`;
    taken.set(free, value);
  }
  return [...taken].map(([key, value]) => ({ key, value }));
}
