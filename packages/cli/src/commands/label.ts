import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import {
  appendLabel,
  findRun,
  LabelBook,
  type LabelJob,
  type LabelProgress,
  LabelSession,
  labelJob,
  labelProgress,
  readLabels,
  readRun,
} from 'assay/internal';
import { amountFlag, countFlag } from '../count-flag.ts';
import { EXIT } from '../exit-codes.ts';
import { readKeys } from '../label/read-keys.ts';
import { dim, printable, type Terminal, terminalOf } from '../print/terminal.ts';

export interface LabelFlags {
  readonly algorithm?: string;
  readonly who?: string;
  readonly goal?: string;
  readonly batch?: string;
  readonly seed?: string;
  readonly output?: string;
}

/** Half-width that labelling aims at, in units of the score. */
const GOAL = 0.05;

/** A person labels the outputs of a run by one key each; what was said is on the disk before the next is shown. */
export async function label(name: string, flags: LabelFlags): Promise<number> {
  const folder = findRun(name);
  const run = await readRun(folder);
  const seed = flags.seed === undefined ? 0 : countFlag('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const batch = flags.batch === undefined ? 20 : countFlag('--batch', flags.batch, 1, 1000);
  const goal = flags.goal === undefined ? GOAL : amountFlag('--goal', flags.goal, 'half the width of the interval');
  const { output: file = 'labels.jsonl', who = userInfo().username } = flags;
  const job = await labelJob(run, flags.algorithm, seed);
  const book = new LabelBook(existsSync(file) ? await readLabels(file) : []);
  const session = new LabelSession(job, book, who, (said) => appendLabel(file, said));
  const terminal = terminalOf(process.stdout, process.env, undefined);
  const words = Object.keys(job.values);
  process.stdout.write(`${printable(job.rubric.text)}\n${keysLine(words)}\n`);
  let reachedInARow = 0;
  show(session, job, terminal);
  for await (const key of readKeys(process.stdin)) {
    const word = words[Number(key) - 1];
    if (key === 'q') break;
    if (key === 'u') await session.undo();
    else if (key === 's') session.skip();
    else if (word === undefined) continue;
    else {
      await session.label(word);
      if (session.said % batch === 0) {
        const progress = labelProgress(job, book, goal);
        reachedInARow = progress.every(({ reached }) => reached) ? reachedInARow + 1 : 0;
        process.stdout.write(progressText(progress, goal));
        if (reachedInARow === 2) process.stdout.write('the goal was reached twice in a row: that is enough (q ends)\n');
      }
    }
    if (session.current === undefined) break;
    show(session, job, terminal);
  }
  process.stdout.write(`\n${progressText(labelProgress(job, book, goal), goal)}`);
  process.stdout.write(`labels   ${printable(file)}   (dataset.human_labels in a config takes them)\n`);
  return EXIT.passed;
}

function show(session: LabelSession, { tasks }: LabelJob, terminal: Terminal): void {
  const { current: task, left } = session;
  if (task === undefined) return;
  const field = (what: string, text: string) => `${dim(what.padEnd(10), terminal)} ${lines(text)}\n`;
  process.stdout.write(
    `\n${tasks.length - left + 1} of ${tasks.length}\n${field('question', task.question)}${task.reference === null ? '' : field('reference', task.reference)}${field('answer', task.answer)}`,
  );
}

/** Model output is hostile: only line ends are let through. */
function lines(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join(`\n${' '.repeat(11)}`);
}

function keysLine(words: readonly string[]): string {
  const own = words.slice(0, 9).map((word, at) => `${at + 1} ${printable(word)}`);
  return [...own, 's skip', 'u undo', 'q quit'].join('   ');
}

function progressText(progress: readonly LabelProgress[], goal: number): string {
  if (progress.length === 0) return 'no labels yet\n';
  const rows = progress.map(({ model, labelled, value, interval: [low, high], used, reached, missing }) => {
    const more = reached
      ? `within ± ${goal}`
      : missing === null
        ? `± ${goal} is not reachable with these samples`
        : `about ${missing} more labels to ± ${goal}`;
    const how = used === 'labels' ? 'labels alone' : 'corrected by the judge';
    return `${printable(model)}   ${value.toFixed(3)}   ${low.toFixed(3)} … ${high.toFixed(3)}   ${labelled} labels, ${how}; ${more}\n`;
  });
  return rows.join('');
}
