import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { junitReport, writeJUnit } from './write-junit.ts';

const GATES = [
  { name: 'qa_accuracy.f1_score lower bound >= 0.2', passed: true, reason: '0.270' },
  { name: 'failed <= 0', passed: false, reason: '5 failed' },
];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => name === 'testcase',
});

test('each gate is a test case, and a failed one carries its reason', async () => {
  const file = join(temporaryFolder(), 'gates.xml');
  await writeJUnit(makeRun({ samples: 30 }), file, { gates: GATES });
  const xml = readFileSync(file, 'utf8');
  expect(XMLValidator.validate(xml)).toBe(true);
  const { testsuites } = parser.parse(xml);
  expect(testsuites).toMatchObject({ tests: '2', failures: '1' });
  const { testsuite } = testsuites;
  expect(testsuite.name).toBe('general-knowledge');
  expect(testsuite.testcase.map((each: { name: string }) => each.name)).toEqual(GATES.map((gate) => gate.name));
  expect(testsuite.testcase[0].failure).toBeUndefined();
  expect(testsuite.testcase[1].failure.message).toBe('5 failed');
});

test('a run without gates is a suite without cases', () => {
  const xml = junitReport(makeRun({ samples: 3 }));
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(parser.parse(xml).testsuites.testsuite).toMatchObject({ tests: '0' });
});

test.for(HOSTILE_TEXTS)('$name in a gate stay text', ({ text, shows }) => {
  const xml = junitReport(makeRun({ samples: 3 }), { gates: [{ name: text, passed: false, reason: text }] });
  expect(XMLValidator.validate(xml)).toBe(true);
  const [gate] = parser.parse(xml).testsuites.testsuite.testcase;
  expect(gate.name).toContain(shows.trim());
  expect(Object.keys(gate).sort()).toEqual(['classname', 'failure', 'name', 'time']);
});
