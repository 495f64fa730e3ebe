// Run folders: a reader finds what was written, or says that something is damaged; a resume makes it whole again.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createScriptedRunner,
  loadConfig,
  planRun,
  readRun,
  requireValid,
  runEvaluation,
  runFolder,
} from '@assay/core';
import { mutateBytes, mutateValue } from '../mutate.mjs';
import { codedOr, Violation } from '../target.mjs';

const FILES = ['journal.jsonl', 'summary.json', 'manifest.json'];
const never = new AbortController().signal;

async function planned(folder, kind) {
  const rows = Array.from({ length: 20 }, (_, i) => ({
    q: `Question ${i}?`,
    a: `word${i}`,
    o: i % 3 ? `word${i}` : 'no',
  }));
  const model = kind === 'asked' ? '{ name: m, scripted: { answers: answers.jsonl } }' : '{ name: m, runner: outputs }';
  const keys = 'model_input_key: q, target_output_key: a, model_output_key: o';
  writeFileSync(join(folder, 'data.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  writeFileSync(
    join(folder, 'answers.jsonl'),
    rows.map(({ o }, index) => JSON.stringify({ index, text: o })).join('\n'),
  );
  const config = join(folder, 'c.yaml');
  writeFileSync(
    config,
    `dataset: { input_data_location: data.jsonl, ${keys} }\nmodels: [${model}]\nalgorithms: [{ algorithm: exact_match }]\n`,
  );
  const openRunner = () => createScriptedRunner({ answers: join(folder, 'answers.jsonl') });
  return planRun(requireValid(await loadConfig(config)), {
    openRunner,
    openHelper: () => Promise.reject(new Error('none')),
  });
}

const withoutTime = ({ timing: _, run: __, ...rest }) => JSON.stringify(rest);

async function seed(kind) {
  const place = mkdtempSync(join(tmpdir(), 'assay-fuzz-run-'));
  try {
    const { folder } = await runEvaluation(await planned(place, kind), join(place, 'run'), {}, never);
    const view = await readRun(folder);
    const rows = [];
    for await (const row of view.rows) rows.push(JSON.stringify(row));
    const files = Object.fromEntries(FILES.map((name) => [name, readFileSync(join(folder.path, name))]));
    return { files, rows, summary: withoutTime(view.summary) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const SEEDS = { asked: await seed('asked'), scored: await seed('scored') };

export function make(random) {
  const kind = random.pick(Object.keys(SEEDS));
  const name = random.pick(FILES);
  const bytes = SEEDS[kind].files[name];
  const asJson = name !== 'journal.jsonl' && random.chance(0.3);
  const changed = asJson
    ? Buffer.from(JSON.stringify(mutateValue(JSON.parse(bytes.toString('utf8')), random)) ?? '')
    : mutateBytes(bytes, random, [SEEDS.asked.files[name], SEEDS.scored.files[name]]);
  return { kind, name, bytes: changed, resumes: random.chance(0.03) };
}

export const freeze = ({ bytes, ...made }) => ({ ...made, base64: bytes.toString('base64') });
export const revive = ({ base64, ...made }) => ({ ...made, bytes: Buffer.from(base64, 'base64') });

export async function check({ kind, name, bytes, resumes }, place) {
  const path = join(place, 'run');
  mkdirSync(path);
  const { files, rows, summary } = SEEDS[kind];
  for (const [file, own] of Object.entries(files)) writeFileSync(join(path, file), file === name ? bytes : own);
  const found = await codedOr(async () => {
    const view = await readRun(runFolder(path), { onDamage: 'tell' });
    const read = [];
    for await (const row of view.rows) read.push(JSON.stringify(row));
    return { read, damage: view.damage, summary: withoutTime(view.summary) };
  });
  // Without any of its seal a file is one of an earlier version.
  const isSealed = name === 'journal.jsonl' || bytes.includes('"sealed"') || bytes.includes('"crc32"');
  if (found.value !== undefined && isSealed) {
    const { read, damage } = found.value;
    const other = read.find((row) => !rows.includes(row));
    if (other !== undefined) throw new Violation(`a row that nobody wrote: ${other.slice(0, 300)}`);
    if (found.value.summary !== summary) throw new Violation('a summary that nobody wrote');
    if (damage === undefined && read.length !== rows.length)
      throw new Violation(`${read.length} rows, and nothing said`);
    if (damage !== undefined && (await codedOr(() => readRun(runFolder(path)))).code !== 'RUN_DAMAGED')
      throw new Violation('a decision is not refused');
  }
  if (resumes && isSealed) await resumed(kind, place, path, summary);
}

async function resumed(kind, place, path, summary) {
  const plan = await planned(place, kind);
  const again = await codedOr(async () => {
    const { folder } = await runEvaluation(plan, path, {}, never);
    return (await readRun(folder)).summary;
  });
  if (again.value !== undefined && withoutTime(again.value) !== summary)
    throw new Violation('a resume ends with another summary');
}
