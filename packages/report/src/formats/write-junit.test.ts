import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import { pythonWith, runPython } from '../../test/support/python.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { junitReport, writeJUnit } from './write-junit.ts';

const GATES = [
  { name: 'qa_accuracy.f1_score lower bound >= 0.2', status: 'passed' as const, reason: '0.270' },
  { name: 'failed <= 0', status: 'failed' as const, reason: '5 failed' },
];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => name === 'testcase',
});

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly failure?: { readonly type: string; readonly message: string };
  readonly error?: { readonly message: string };
  readonly 'system-out'?: string;
}

/** The cases of one kind: gates, scores or samples. */
const casesOf = (all: readonly Case[], kind: string): readonly Case[] =>
  all.filter(({ classname }) => classname.startsWith(`assay.${kind}.`));

test('each gate is a test case, and a failed one carries its reason', async () => {
  const file = join(temporaryFolder(), 'gates.xml');
  await writeJUnit(makeRun({ samples: 30 }), file, { gates: GATES });
  const xml = readFileSync(file, 'utf8');
  expect(XMLValidator.validate(xml)).toBe(true);
  const { testsuites } = parser.parse(xml);
  const { testsuite } = testsuites;
  const samples = casesOf(testsuite.testcase, 'samples');
  expect(Number(testsuites.tests)).toBe(testsuite.testcase.length);
  expect(Number(testsuites.failures)).toBe(1 + samples.length);
  expect(testsuite.name).toBe('general-knowledge');
  expect(casesOf(testsuite.testcase, 'gates').map(({ name }) => name)).toEqual(GATES.map((gate) => gate.name));
  expect(testsuite.testcase[0].failure).toBeUndefined();
  expect(testsuite.testcase[1].failure.message).toBe('5 failed');
});

test('each score is a test case: one without a figure is an error, for it says nothing', () => {
  const run = makeRun({ samples: 3 });
  const [first, ...others] = run.summary.scores;
  const scores = [{ ...first!, category: null, n: 0, value: null, interval: null, unscored: { failed: 3 } }, ...others];
  const xml = junitReport({ ...run, summary: { ...run.summary, scores } });
  expect(XMLValidator.validate(xml)).toBe(true);
  const { testsuite } = parser.parse(xml).testsuites;
  const cases = casesOf(testsuite.testcase, 'scores');
  expect(cases).toHaveLength(scores.filter(({ category }) => category === null).length);
  expect(cases[0]?.error?.message).toBe('no sample has this score: 3 failed');
  expect(cases.at(-1)?.['system-out']).toMatch(/, n \d+$/);
  expect(testsuite).toMatchObject({ errors: '1' });
});

test('a sample that failed and one that breaks an assertion are test cases by their row', async () => {
  const file = join(temporaryFolder(), 'samples.xml');
  const run = makeRun({
    models: ['A'],
    samples: 4,
    alter: (row) =>
      row.index === 1
        ? { ...row, state: 'failed', error: 'RUNNER_CRASHED gone', scores: {} }
        : {
            ...row,
            state: 'scored',
            error: null,
            scores: { 'a.all_assertions': row.index === 3 ? 0 : 1, 'a.assertions_passed': 0.5 },
          },
  });
  await writeJUnit(run, file);
  const { testcase } = parser.parse(readFileSync(file, 'utf8')).testsuites.testsuite;
  expect(casesOf(testcase, 'samples').map(({ name, failure }) => [name, failure?.type, failure?.message])).toEqual([
    ['A: row 2', 'failed', 'RUNNER_CRASHED gone'],
    ['A: row 4', 'assertion', 'a.all_assertions: 50 % of the assertions hold'],
  ]);
});

test('each assertion of each model is a test case that names the rows for which it does not hold', async () => {
  const file = join(temporaryFolder(), 'assertions.xml');
  const outputs = ['Paris is it.', 'Rome', 'It is Paris, or Rome'];
  const run = makeRun({
    models: ['A'],
    samples: 3,
    alter: (row) => ({
      ...row,
      ...{ state: 'scored', error: null, target: 'Paris', output: outputs[row.index]! },
      scores: {
        'own.all_assertions': row.index === 1 ? 0 : 1,
        'own.assertions_passed': row.index === 1 ? 0.5 : 1,
        'rows.all_assertions': row.index === 2 ? 0 : 1,
        'rows.politeness': row.index === 2 ? 0.5 : 1,
      },
    }),
  });
  const options = { contains: ['$target_output'], not_contains: ['Berlin'], ignore_case: false };
  const algorithms = [
    { name: 'own', signature: 'assertions', algorithm: 'assertions', options },
    { name: 'rows', signature: 'assertions', algorithm: 'assertions', options: { checks_field: 'checks' } },
  ];
  await writeJUnit({ ...run, manifest: { ...run.manifest, algorithms } }, file);
  const { testsuites } = parser.parse(readFileSync(file, 'utf8'));
  const cases = casesOf(testsuites.testsuite.testcase, 'assertions');
  expect(cases.map(({ name, failure, ...rest }) => [name, failure?.message ?? rest['system-out']])).toEqual([
    ['A: own contains "$target_output"', 'holds for 2 of 3 samples; not for row 2'],
    ['A: own does not contain "Berlin"', 'holds for 3 of 3 samples'],
    ['A: rows all_assertions', 'holds for 2 of 3 samples; not for row 3'],
    ['A: rows politeness', 'holds for 2 of 3 samples; not for row 3'],
  ]);
  // Three assertions and the two samples of which one does not hold.
  expect(testsuites.failures).toBe('5');
});

test.for(HOSTILE_TEXTS)('$name in a gate stay text', ({ text, shows }) => {
  const xml = junitReport(makeRun({ samples: 3 }), {
    gates: [{ name: text, status: 'failed' as const, reason: text }],
  });
  expect(XMLValidator.validate(xml)).toBe(true);
  const [gate] = casesOf(parser.parse(xml).testsuites.testsuite.testcase, 'gates');
  expect(gate!.name).toContain(shows.trim());
  expect(Object.keys(gate!).sort()).toEqual(['classname', 'failure', 'name', 'time']);
});

const { python, missing } = pythonWith('junitparser');

test.skipIf(python === null)(`junitparser reads gates, hostile ones included${missing && `: ${missing}`}`, async () => {
  const file = join(temporaryFolder(), 'gates.xml');
  const hostile = HOSTILE_TEXTS.map(({ text }) => ({ name: text, status: 'failed' as const, reason: text }));
  await writeJUnit(makeRun({ samples: 30 }), file, { gates: [...GATES, ...hostile] });
  const printed = runPython(
    python!,
    `import json, sys
from junitparser import JUnitXml
xml = JUnitXml.fromfile(sys.argv[1])
cases = [case for suite in xml for case in suite]
print(json.dumps({"tests": xml.tests, "failures": xml.failures, "passed": [case.name for case in cases if case.is_passed],
  "reasons": [case.result[0].message for case in cases if case.is_failure], "run": {p.name: p.value for s in xml for p in s.properties()}["run"]}))`,
    file,
  );
  const read = JSON.parse(printed);
  expect(read.tests).toBeGreaterThan(GATES.length + hostile.length);
  expect(read.failures).toBeGreaterThanOrEqual(1 + hostile.length);
  expect(read.passed[0]).toBe(GATES[0]!.name);
  expect(read).toMatchObject({
    run: '20261123T214512Z-3f9c',
  });
  for (const [at, { shows }] of HOSTILE_TEXTS.entries()) expect(read.reasons[at + 1]).toContain(shows.trim());
});
