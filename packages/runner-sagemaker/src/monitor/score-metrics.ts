import type { Summary } from '@assay/core';
import type { MetricDatum } from '@aws-sdk/client-cloudwatch';

/**
 * A run's figures as CloudWatch metrics: for each model and score the mean (or aggregate) under `algorithm.score`, its
 * interval under `….lower` and `….upper`, its samples under `….n`; a category is a further dimension. Beside them how
 * many samples ended in each state, under `samples.<state>`. A figure over no samples is left out, not sent as 0.
 */
export function scoreMetrics({ scores, models, dataset, timing }: Summary): MetricDatum[] {
  const Timestamp = new Date(timing.endedAt);
  const datum = (
    name: string,
    value: number,
    dimensions: Readonly<Record<string, string>>,
    unit: 'None' | 'Count',
  ) => ({
    MetricName: dimensionText(name),
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value: dimensionText(Value) })),
    Timestamp,
    Value: value,
    Unit: unit,
  });
  const figures = scores.flatMap(({ model, algorithm, score, category, value, interval, n }) => {
    const dimensions = { Model: model, Dataset: dataset.name, ...(category === null ? {} : { Category: category }) };
    const name = `${algorithm}.${score}`;
    const [lower, upper] = interval ?? [null, null];
    const values: readonly [string, number | null][] = [
      [name, value],
      [`${name}.lower`, lower],
      [`${name}.upper`, upper],
    ];
    return [
      ...values.flatMap(([metric, figure]) =>
        figure === null || !Number.isFinite(figure) ? [] : [datum(metric, figure, dimensions, 'None')],
      ),
      datum(`${name}.n`, n, dimensions, 'Count'),
    ];
  });
  const states = models.flatMap(({ name, states: counts }) =>
    Object.entries(counts).map(([state, count]) =>
      datum(`samples.${state}`, count, { Model: name, Dataset: dataset.name }, 'Count'),
    ),
  );
  return [...figures, ...states];
}

/** What CloudWatch takes: printable ASCII, at most 255 characters, no colon in front, not empty. */
function dimensionText(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .trim()
    .replace(/^:+/, '')
    .slice(0, 255);
  return plain === '' ? '-' : plain;
}
