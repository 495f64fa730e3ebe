import { expect, test } from 'vitest';
import { histogramChart } from './histogram-chart.ts';
import { axisChart, dropChart, whiskerChart } from './whisker-chart.ts';

const SCALE = { min: 0, max: 1, step: 0.2 };

test('a drawing has nothing that a strict content-security-policy blocks', () => {
  const charts = [
    whiskerChart([{ value: 0.5, interval: [0.4, 0.6], model: 0 }], SCALE, { reference: 0 }),
    axisChart(SCALE),
    dropChart({ from: 0.5, to: 0.2, model: 1 }, SCALE),
    histogramChart({ from: 0, to: 1, counts: [1, 2, 3] }, 2, 3),
  ];
  for (const { markup } of charts) expect(markup).not.toMatch(/ style=| on\w+=|<style|<script|href=|ecmeta/);
});

test('a whisker runs from one end of the interval to the other, with its value between', () => {
  const { markup } = whiskerChart([{ value: 0.5, interval: [0.25, 0.75], model: 0 }], SCALE);
  // 400 wide with margins of 14: a quarter is at 14 + 0.25 × 372.
  expect(markup).toContain('M107 14L293 14');
  expect(markup).toMatch(/<circle cx="200" cy="14"/);
});

test('a model without an interval is a marker alone', () => {
  const { markup } = whiskerChart([{ value: 0.5, interval: null, model: 1 }], SCALE);
  expect(markup).toContain('var(--model-1)');
  expect(markup).not.toContain('stroke="var(--model-1)"');
});

test('rows and axis draw their gridlines at the same places', () => {
  const at = (markup: string) => [...markup.matchAll(/<path d="M([\d.]+) 0L\1 [^"]+"/g)].map((match) => match[1]);
  const row = at(whiskerChart([{ value: 0.5, interval: null, model: 0 }], SCALE).markup);
  expect(row).toHaveLength(6);
  expect(at(axisChart(SCALE).markup)).toEqual(row);
});

test('a full bin reaches the top and an empty one draws nothing', () => {
  const { markup } = histogramChart({ from: 0, to: 1, counts: [4, 0, 2] }, 0, 4);
  expect(markup.match(/var\(--model-0\)/g)?.length).toBeGreaterThanOrEqual(2);
});
