import { expect, test } from 'vitest';
import { shortRate, throughputChart } from './throughput-chart.ts';

test('the chart is a whole SVG file with each name and rate as text, escaped', () => {
  const rows = [
    { name: 'bleu', rates: [120_000, 450] },
    { name: '<x>', rates: [3.14, null] },
  ];
  const svg = throughputChart({
    title: 'Throughput',
    note: 'a machine',
    panels: [{ unit: 'pairs', series: ['short', 'long'], rows }],
  });
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  for (const text of ['bleu', '120k', '450', '3.1', '&lt;x&gt;', 'a machine', 'long']) expect(svg).toContain(text);
});

test('rates are short', () => {
  expect([1_234_567, 45_600, 4560, 45.6, 4.56].map(shortRate)).toEqual(['1.2M', '46k', '4.6k', '46', '4.6']);
});
