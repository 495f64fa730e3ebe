import type { RunView } from '@assay/core';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { visibleText } from '../text/visible-text.ts';
import type { GateResult, ReportOptions } from './report-options.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Safe in an attribute and as text. XML 1.0 cannot hold control characters in any form: they are written out. */
function xml(text: string): string {
  return visibleText(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\n\t]/g, (character) => ENTITIES[character] ?? character);
}

/** An inconclusive gate is skipped where the policy lets it pass. */
function blocks({ status, blocks: isBlocking }: GateResult): boolean {
  return isBlocking ?? status !== 'passed';
}

function testCase(gate: GateResult, dataset: string): string {
  const open = `    <testcase classname="assay.gates.${xml(dataset)}" name="${xml(gate.name)}" time="0"`;
  if (gate.status === 'passed')
    return gate.reason === ''
      ? `${open}/>`
      : `${open}>\n      <system-out>${xml(gate.reason)}</system-out>\n    </testcase>`;
  if (!blocks(gate))
    return `${open}>\n      <skipped message="${xml(`inconclusive: ${gate.reason}`)}"/>\n    </testcase>`;
  const type = gate.status === 'failed' ? 'gate' : gate.status;
  return `${open}>\n      <failure type="${type}" message="${xml(gate.reason)}">${xml(gate.reason)}</failure>\n    </testcase>`;
}

/** The gates as JUnit XML, in the form that Jenkins, GitLab and GitHub's reporters read: each gate is a test case. */
export function junitReport(
  { summary, manifest }: Pick<RunView, 'manifest' | 'summary'>,
  options: ReportOptions = {},
): string {
  const gates = options.gates ?? [];
  const failures = gates.filter(blocks).length;
  const skipped = gates.filter((gate) => gate.status !== 'passed' && !blocks(gate)).length;
  const seconds = (summary.timing.elapsedMs / 1000).toFixed(3);
  const counts = `tests="${gates.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds}"`;
  const scores = summary.scores.filter((score) => score.category === null && score.value !== null);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay" ${counts}>
  <testsuite name="${xml(summary.dataset.name)}" ${counts} timestamp="${xml(summary.timing.startedAt.replace(/\.\d+Z$|Z$/, ''))}" hostname="localhost">
    <properties>
      <property name="run" value="${xml(manifest.run)}"/>
      <property name="seed" value="${summary.seed}"/>
${(options.notes ?? []).map((note) => `      <property name="note" value="${xml(note)}"/>\n`).join('')}${scores.map((score) => `      <property name="${xml(`${score.model}: ${score.algorithm}.${score.score}`)}" value="${score.value}"/>\n`).join('')}    </properties>
${gates.map((gate) => `${testCase(gate, summary.dataset.name)}\n`).join('')}  </testsuite>
</testsuites>
`;
}

export function writeJUnit(run: RunView, file: string, options: ReportOptions = {}): Promise<Written> {
  return writeTextFiles((open) => open(file).write(junitReport(run, options)));
}
