import type { RunView, SampleRow, Summary } from '@assay/core';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { visibleText } from '../text/visible-text.ts';
import { AssertionTally, type TalliedAssertion } from './assertion-tally.ts';
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

/** Samples that are named one by one; a run that fails as a whole needs no thousand cases. */
const NAMED_SAMPLES = 500;
const SHOWN_CHARACTERS = 300;

/** Test cases as XML, and what they count as. */
interface Cases {
  readonly xml: readonly string[];
  readonly failures: number;
  readonly errors: number;
}

/** Each score of each model: a figure passes, and no figure is an error, for it says nothing. */
function scoreCases({ dataset, scores }: Summary): Cases {
  const overall = scores.filter(({ category }) => category === null);
  const xmlOf = ({ model, algorithm, score, value, interval, n, unscored }: (typeof overall)[number]): string => {
    const open = `    <testcase classname="assay.scores.${xml(dataset.name)}" name="${xml(`${model}: ${algorithm}.${score}`)}" time="0">`;
    const range = interval === null ? '' : ` (${interval.map((end) => end.toPrecision(4)).join(' … ')})`;
    const reasons = Object.entries(unscored).map(([reason, count]) => `${count} ${reason}`);
    const body =
      value === null
        ? `<error type="no_data" message="${xml(`no sample has this score${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`)}"/>`
        : `<system-out>${xml(`${value.toPrecision(4)}${range}, n ${n}`)}</system-out>`;
    return `${open}\n      ${body}\n    </testcase>`;
  };
  return { xml: overall.map(xmlOf), failures: 0, errors: overall.filter(({ value }) => value === null).length };
}

/** Each assertion of each model: it fails where it does not hold for every sample. */
function assertionCases(assertions: readonly TalliedAssertion[], dataset: string): Cases {
  const broken = assertions.filter(({ held, asked }) => held < asked);
  const cases = assertions.map(({ name, held, asked, brokenRows }) => {
    const open = `    <testcase classname="assay.assertions.${xml(dataset)}" name="${xml(name)}" time="0">`;
    const told = `holds for ${held} of ${asked} samples`;
    const more = asked - held > brokenRows.length ? ' and more' : '';
    const message = xml(`${told}; not for row${brokenRows.length === 1 ? '' : 's'} ${brokenRows.join(', ')}${more}`);
    const body =
      held === asked
        ? `<system-out>${told}</system-out>`
        : `<failure type="assertion" message="${message}">${message}</failure>`;
    return `${open}\n      ${body}\n    </testcase>`;
  });
  return { xml: cases, failures: broken.length, errors: 0 };
}

/** Each assertion, and each sample that failed or of which an assertion does not hold, by its row. */
async function sampleCases({ summary, manifest, rows }: RunView): Promise<Cases> {
  const cases: string[] = [];
  const tally = new AssertionTally(manifest.algorithms);
  let more = 0;
  for await (const row of rows) {
    tally.add(row);
    const trouble = troubleOf(row);
    if (trouble === undefined) continue;
    if (cases.length >= NAMED_SAMPLES) {
      more++;
      continue;
    }
    const name = xml(`${row.model}: row ${row.index + 1}`);
    const cut = row.stopReason === 'length' ? '\n(cut at max_new_tokens)' : '';
    const texts = [row.prompt ?? row.input, row.output ?? ''].map((each) => each.slice(0, SHOWN_CHARACTERS));
    const text = `${texts.join('\n→ ')}${cut}`;
    cases.push(
      `    <testcase classname="assay.samples.${xml(summary.dataset.name)}" name="${name}" time="0">\n      <failure type="${trouble.type}" message="${xml(trouble.message)}">${xml(text)}</failure>\n    </testcase>`,
    );
  }
  const rest = xml(`${more} more samples failed`);
  if (more > 0)
    cases.push(
      `    <testcase classname="assay.samples.${xml(summary.dataset.name)}" name="${rest}" time="0">\n      <failure type="sample" message="${rest}"/>\n    </testcase>`,
    );
  const assertions = assertionCases(tally.list(), summary.dataset.name);
  return { xml: [...assertions.xml, ...cases], failures: assertions.failures + cases.length, errors: 0 };
}

function troubleOf({
  state,
  error,
  scores,
}: SampleRow): { readonly type: string; readonly message: string } | undefined {
  if (state === 'failed' || state === 'timed_out') return { type: state, message: error ?? state };
  const broken = Object.entries(scores).filter(([key, value]) => key.endsWith('.all_assertions') && value < 1);
  if (broken.length === 0) return undefined;
  const shares = broken.map(([key]) => {
    const share = scores[key.replace(/all_assertions$/, 'assertions_passed')];
    return share === undefined ? key : `${key}: ${(100 * share).toFixed(0)} % of the assertions hold`;
  });
  return { type: 'assertion', message: shares.join('; ') };
}

/**
 * A run as JUnit XML, in the form that Jenkins, GitLab and GitHub's reporters read: a test case for each gate, each score
 * and each assertion, and one for each sample that failed or of which an assertion does not hold.
 */
export function junitReport(
  { summary, manifest }: Pick<RunView, 'manifest' | 'summary'>,
  options: ReportOptions = {},
  samples: Cases = { xml: [], failures: 0, errors: 0 },
): string {
  const gates = options.gates ?? [];
  const scored = scoreCases(summary);
  const cases = [...gates.map((gate) => testCase(gate, summary.dataset.name)), ...scored.xml, ...samples.xml];
  const failures = gates.filter(blocks).length + samples.failures;
  const skipped = gates.filter((gate) => gate.status !== 'passed' && !blocks(gate)).length;
  const seconds = (summary.timing.elapsedMs / 1000).toFixed(3);
  const counts = `tests="${cases.length}" failures="${failures}" errors="${scored.errors}" skipped="${skipped}" time="${seconds}"`;
  const scores = summary.scores.filter((score) => score.category === null && score.value !== null);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay" ${counts}>
  <testsuite name="${xml(summary.dataset.name)}" ${counts} timestamp="${xml(summary.timing.startedAt.replace(/\.\d+Z$|Z$/, ''))}" hostname="localhost">
    <properties>
      <property name="run" value="${xml(manifest.run)}"/>
      <property name="seed" value="${summary.seed}"/>
${(options.notes ?? []).map((note) => `      <property name="note" value="${xml(note)}"/>\n`).join('')}${scores.map((score) => `      <property name="${xml(`${score.model}: ${score.algorithm}.${score.score}`)}" value="${score.value}"/>\n`).join('')}    </properties>
${cases.map((each) => `${each}\n`).join('')}  </testsuite>
</testsuites>
`;
}

export async function writeJUnit(run: RunView, file: string, options: ReportOptions = {}): Promise<Written> {
  const samples = await sampleCases(run);
  return writeTextFiles((open) => open(file).write(junitReport(run, options, samples)));
}
