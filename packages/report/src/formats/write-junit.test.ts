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
  const xml = junitReport(makeRun({ samples: 3 }), {
    gates: [{ name: text, status: 'failed' as const, reason: text }],
  });
  expect(XMLValidator.validate(xml)).toBe(true);
  const [gate] = parser.parse(xml).testsuites.testsuite.testcase;
  expect(gate.name).toContain(shows.trim());
  expect(Object.keys(gate).sort()).toEqual(['classname', 'failure', 'name', 'time']);
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
  expect(read).toMatchObject({
    tests: GATES.length + hostile.length,
    failures: 1 + hostile.length,
    passed: [GATES[0]!.name],
    run: '20261123T214512Z-3f9c',
  });
  for (const [at, { shows }] of HOSTILE_TEXTS.entries()) expect(read.reasons[at + 1]).toContain(shows.trim());
});
