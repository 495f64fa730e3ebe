import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import {
  type AnnotatorAgreement,
  AssayError,
  annotatorAgreement,
  appendLabel,
  EXCHANGE_FORMATS,
  type ExchangeFormat,
  findRun,
  LabelBook,
  labelJob,
  readLabels,
  readRun,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../print/terminal.ts';

/** Outputs of a run as tasks for another tool, with the labels that they have. */
export async function exportLabels(
  name: string,
  flags: { readonly format: string; readonly labels?: string; readonly algorithm?: string; readonly output: string },
): Promise<number> {
  const { rubric, values, tasks } = await labelJob(await readRun(findRun(name)), flags.algorithm);
  const known = flags.labels === undefined ? [] : await readLabels(flags.labels);
  const own = [...new LabelBook(known).said()].filter((label) => label.rubric === rubric.digest);
  await writeFile(flags.output, formatOf(flags.format).write({ rubric, words: Object.keys(values), tasks }, own));
  process.stdout.write(
    `${tasks.length} outputs, ${own.length} labels → ${printable(flags.output)}   labels: ${Object.keys(values).map(printable).join(', ')}\n`,
  );
  return EXIT.passed;
}

/** Labels of another tool's file, put at the end of a labels file; what stands there already is not written again. */
export async function importLabels(
  file: string,
  flags: { readonly format: string; readonly who?: string; readonly output?: string },
): Promise<number> {
  const { who = userInfo().username, output = 'labels.jsonl' } = flags;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AssayError('DATASET_NOT_FOUND', `cannot read ${file}`, { cause });
  });
  const { labels, unanswered } = formatOf(flags.format).read(text, { who, when: new Date().toISOString() });
  const book = new LabelBook(existsSync(output) ? await readLabels(output) : []);
  let added = 0;
  for (const label of labels) {
    if (book.labelOf(label) === label.label) continue;
    await appendLabel(output, label);
    book.add(label);
    added += 1;
  }
  process.stdout.write(
    `${added} labels added to ${printable(output)}; ${labels.length - added} were there, ${unanswered} tasks without a label\n`,
  );
  return EXIT.passed;
}

/** How far the people of labels files agree. */
export async function labelAgreement(files: readonly string[], flags: { readonly json?: boolean }): Promise<number> {
  const book = new LabelBook();
  for (const file of files) for (const label of await readLabels(file)) book.add(label);
  const found = annotatorAgreement(book);
  process.stdout.write(flags.json === true ? `${JSON.stringify(found)}\n` : found.map(agreementText).join('\n'));
  return EXIT.passed;
}

function agreementText({ rubric, people, shared, contradicted, alpha, pairs }: AnnotatorAgreement): string {
  const own = Object.entries(people).map(([who, count]) => `${printable(who)} ${count}`);
  const lines = [
    `rubric ${rubric}   ${own.join(', ')}`,
    shared === 0
      ? 'nobody labelled what another did: agreement is not known (assay label --who another)'
      : `${shared} outputs with two people or more, ${contradicted} of them contradicted (the mean of their labels counts)`,
    ...(shared === 0 ? [] : [`Krippendorff’s alpha   ${figure(alpha)}`]),
    ...pairs.map(({ people: [a, b], n, agreed, kappa, interval }) => {
      const range = interval === null ? '' : `   ${figure(interval[0])} … ${figure(interval[1])}`;
      return `${printable(a)} and ${printable(b)}   ${agreed} of ${n} alike   Cohen’s kappa ${figure(kappa)}${range}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function figure(value: number | null): string {
  return value === null ? 'not known' : value.toFixed(3);
}

function formatOf(name: string): ExchangeFormat {
  const format = EXCHANGE_FORMATS.get(name);
  if (format !== undefined) return format;
  throw new AssayError('USAGE', `there is no format "${name}"`, {
    hint: `Formats: ${[...EXCHANGE_FORMATS.keys()].join(', ')}.`,
  });
}
