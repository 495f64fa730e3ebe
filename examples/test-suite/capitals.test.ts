// An evaluation that lives in a test suite: `npm install --save-dev assay vitest`, then `npx vitest run`.
import { defineModel, qaAccuracy, readRun } from 'assay';
import { evaluation } from 'assay/vitest';
import { expect } from 'vitest';

/** Stands for the application whose answers are held to a standard. */
const CAPITALS: Readonly<Record<string, string>> = { Canada: 'Ottawa', Italy: 'Rome', Peru: 'Lima', Kenya: 'Nairobi' };
const answer = (question: string): string => CAPITALS[question.match(/of (\w+)\?/)?.[1] ?? ''] ?? 'I do not know.';

const data = Object.entries(CAPITALS).flatMap(([country, capital]) =>
  Array.from({ length: 10 }, (_, i) => ({ question: `${i}. What is the capital of ${country}?`, answer: capital })),
);
const models = [defineModel({ id: 'capitals:v1', generate: ({ text }) => answer(text) })];
const keys = { modelInput: 'question', targetOutput: 'answer' };

evaluation('capitals are known', { data, keys, models, algorithms: [qaAccuracy()] }, (run) => {
  expect(run).toScoreAtLeast('qa_accuracy.f1_score', 0.8);
});

evaluation('no answer got worse', { data, keys, models, algorithms: [qaAccuracy()] }, async (run) => {
  await expect(run).toBeNoWorseThan(await readRun(run.folder), { score: 'qa_accuracy.f1_score', margin: 0.1 });
});
