import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createGenerator } from '@assay/metrics';
import { isAssayError, readStepConfig, runStep, stepFolders } from 'assay/internal';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compare } from '../src/commands/compare.ts';
import { report } from '../src/commands/report.ts';
import { run } from '../src/commands/run.ts';
import { score } from '../src/commands/score.ts';
import { select } from '../src/commands/select.ts';
import { assay } from './assay.ts';

/** `ASSAY_DAMAGE_TRIALS=1000 npx vitest run packages/cli/test/damage-trials.test.ts` for all of them. */
const TRIALS = Number(process.env.ASSAY_DAMAGE_TRIALS ?? 120);
const SEED = 20261129;
const SAMPLES = 60;
const random = createGenerator(SEED);
const below = (end: number): number => Math.floor(random.random() * end);
const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)]!;

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

let base: string;
let stderr = '';
let stdout = '';

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  base = await mkdtemp(join(tmpdir(), 'assay-damage-'));
  vi.stubEnv('ASSAY_CACHE', join(base, 'cache'));
  await writeFile(
    join(base, 'data.jsonl'),
    lines((i) => ({ q: `Question ${i}?`, a: `word${i}`, o: i % 4 === 0 ? 'no idea' : `word${i} it is` })),
  );
  for (const [name, share] of [
    ['one', 3],
    ['two', 5],
  ] as const) {
    const text = lines((index) => ({ index, text: index % share === 0 ? 'no idea' : `It is word${index}.` }));
    await writeFile(join(base, `${name}.jsonl`), text);
  }
  await writeFile(
    join(base, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - { name: one, scripted: { answers: one.jsonl } }
  - { name: two, scripted: { answers: two.jsonl } }
algorithms: [{ algorithm: factual_knowledge }, { algorithm: qa_accuracy }]
`,
  );
  expect(await runInto(join(base, 'run')), stderr).toBe(0);
  expect(await scoreInto(join(base, 'scored')), stderr).toBe(0);
  await makeShards();
  for (const folder of ['run', 'scored', 'shard'])
    await writeFile(join(base, folder, 'checkpoint.json'), await checkpointOf(join(base, folder, 'journal.jsonl')));
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(base, { recursive: true, force: true });
});

/** The run as a local pipeline made it, in two shards; one of them is what is damaged. */
async function makeShards(): Promise<void> {
  const text = await readFile(join(base, 'c.yaml'), 'utf8');
  await writeFile(join(base, 'sharded.yaml'), `${text}sharding: { shards: 2, instances: 1 }\n`);
  const { code, stderr: said } = await assay(['pipeline', 'run', '--local', 'sharded.yaml', '-o', 'all'], base);
  expect(code, said).toBe(0);
  const step = join(base, 'all', 'evaluations', 'evaluate-one');
  await cp(join(step, (await readdir(step))[0]!), join(base, 'shard'), { recursive: true });
}

/** Merges the shards of the pipeline, with a folder in place of the first. */
async function mergeWith(folder: string): Promise<void> {
  const root = `${folder}.root`;
  const folders = stepFolders(root);
  for (const step of await readdir(join(base, 'all', 'evaluations'))) {
    const place = join(folders.input('evaluations'), step);
    await mkdir(place, { recursive: true });
    for (const shard of await readdir(join(base, 'all', 'evaluations', step))) {
      const own = step === 'evaluate-one' && shard === (await readdir(join(base, 'all', 'evaluations', step)))[0];
      await symlink(own ? folder : join(base, 'all', 'evaluations', step, shard), join(place, shard), 'junction');
    }
  }
  for (const [input, artefact] of [
    ['config', 'config'],
    ['index', 'prepared/index'],
  ] as const)
    await symlink(join(base, 'all', artefact), folders.input(input), 'junction');
  const none = () => Promise.reject(new Error('a merge asks nobody'));
  const hooks = { onWarning: ({ message }: { readonly message: string }) => void process.stderr.write(message) };
  const context = { folders, config: await readStepConfig(folders), hooks, signal: new AbortController().signal };
  await runStep('merge', { runId: 'merged' }, { ...context, openRunner: none, openHelper: none });
}

function lines(of: (index: number) => object): string {
  return Array.from({ length: SAMPLES }, (_, i) => `${JSON.stringify(of(i))}\n`).join('');
}

const runInto = (output: string): Promise<number> =>
  run(join(base, 'c.yaml'), { output, display: 'plain', cache: false } as Parameters<typeof run>[1]);
const scoreInto = (output: string): Promise<number> =>
  score([join(base, 'data.jsonl')], {
    algorithms: 'qa_accuracy',
    modelInputKey: 'q',
    targetOutputKey: 'a',
    modelOutputKey: 'o',
    output,
    display: 'plain',
  });

/** One of no journal bytes: what a resume may take over, and nothing that it changes. Long journals alone have their own. */
async function checkpointOf(_journal: string): Promise<string> {
  const body = '{"format":1,"bytes":0,"checksum":0,"corruptLines":0,"badRows":[],"models":{}';
  return `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`;
}

type Damage = (bytes: Buffer) => Buffer | undefined;

const DAMAGES: Readonly<Record<string, Damage>> = {
  'a bit flipped': (bytes) => {
    const at = below(bytes.length);
    bytes[at]! ^= 1 << below(8);
    return bytes;
  },
  'a byte written over': (bytes) => {
    bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  'a digit written over': (bytes) => {
    const digits = [...bytes.keys()].filter((at) => bytes[at]! >= 48 && bytes[at]! <= 57);
    bytes[pick(digits)] = 48 + below(10);
    return bytes;
  },
  'a block zeroed': (bytes) => {
    const at = below(bytes.length);
    return bytes.fill(0, at, Math.min(bytes.length, at + 64));
  },
  'cut anywhere': (bytes) => bytes.subarray(0, below(bytes.length)),
  'cut at a line': (bytes) => {
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10 && at < bytes.length - 1);
    return ends.length === 0 ? undefined : bytes.subarray(0, pick(ends) + 1);
  },
  'a line lost': (bytes) => withoutLine(bytes),
  'a piece lost': (bytes) => {
    const at = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(200))]);
  },
  'a piece repeated': (bytes) => {
    const at = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at + 1 + below(200)), bytes.subarray(at)]);
  },
  'bytes at its end': (bytes) => Buffer.concat([bytes, Buffer.from(Array.from({ length: 40 }, () => below(256)))]),
  'the file gone': () => undefined,
};

function withoutLine(bytes: Buffer): Buffer | undefined {
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 10);
  const nth = below(ends.length);
  const from = nth === 0 ? 0 : ends[nth - 1]! + 1;
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(ends[nth]! + 1)]);
}

type Figures = string;

/** A reader: what it shows of a run in figures, once it has ended well. Decisions are refused on a damaged run. */
interface Reader {
  readonly decides: boolean;
  read(folder: string): Promise<Figures>;
}

async function summaryOf(folder: string): Promise<string> {
  const { timing: _, run: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

const READERS: Readonly<Record<string, Reader>> = {
  resume: {
    decides: false,
    read: async (folder) => {
      await (folder.includes('scored') ? scoreInto(folder) : runInto(folder));
      return summaryOf(folder);
    },
  },
  report: {
    decides: false,
    read: async (folder) => {
      await report(folder, { format: 'md', output: `${folder}.md` });
      const text = await readFile(`${folder}.md`, 'utf8');
      // Without the line that tells, and the samples that it quotes: of those some may be lost.
      const figures = text.replace(/\n<details><summary>Some samples[\s\S]*?<\/details>\n/, '');
      return figures.replace(/^(> )?This run is damaged.*\n\n/m, '');
    },
  },
  page: {
    decides: false,
    read: async (folder) => {
      await report(folder, { format: 'html', output: `${folder}.html` });
      const page = await readFile(`${folder}.html`, 'utf8');
      return (/<section id="scores"[\s\S]*?<\/section>/.exec(page) ?? [''])[0];
    },
  },
  compare: {
    decides: true,
    read: async (folder) => {
      await compare([join(base, folder.includes('scored') ? 'scored' : 'run'), folder], { json: true } as const);
      return stdout;
    },
  },
  select: {
    decides: true,
    read: async (folder) => {
      await select(folder, { output: `${folder}.best.json` });
      return stdout;
    },
  },
  gate: {
    decides: true,
    read: async (folder) => {
      await report(folder, { format: 'md', output: `${folder}.md`, failOn: ['qa_accuracy.f1_score >= 0.1'] });
      return stderr;
    },
  },
  merge: {
    decides: false,
    read: async (folder) => {
      await mergeWith(folder);
      return summaryOf(stepFolders(`${folder}.root`).output);
    },
  },
  csv: {
    decides: false,
    read: async (folder) => {
      await report(folder, { format: 'csv', output: `${folder}.csv` });
      return (await readFile(`${folder}.csv`, 'utf8')).split('\n').sort().join('\n');
    },
  },
};

/** What a reader shows of the undamaged run; places of files set aside. */
async function shown(reader: Reader, folder: string): Promise<{ readonly figures: string; readonly said: string }> {
  stdout = '';
  stderr = '';
  const figures = await reader.read(folder);
  return { figures: figures.replaceAll(folder, 'RUN'), said: stderr };
}

const FILES = ['journal.jsonl', 'checkpoint.json', 'summary.json', 'manifest.json'] as const;
const TOLD =
  /damaged|is gone|is no run folder|not whole|does not hold|ends after|has not finished|no run at|has format|holds another run|begun by another|are missing/;

test(`damage is told every time, and never makes a wrong number (${TRIALS} trials, seed ${SEED})`, async () => {
  const sound = new Map<string, string>();
  for (const kind of ['run', 'scored', 'shard']) {
    for (const [name, reader] of Object.entries(READERS)) {
      if ((kind === 'shard') !== (name === 'merge')) continue;
      const folder = join(base, `${kind}-${name}`);
      await cp(join(base, kind), folder, { recursive: true });
      const { figures, said } = await shown(reader, folder);
      expect(said, `${name} of a sound ${kind}`).not.toMatch(/damaged|not whole/);
      sound.set(`${kind} ${name}`, figures);
    }
  }
  const names = Object.keys(READERS);
  const counts = { refused: 0, told: 0 };
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const name = names[trial % names.length]!;
    const kind = name === 'merge' ? 'shard' : pick(['run', 'scored'] as const);
    const file = pick(FILES);
    const [damage, inflict] = pick(Object.entries(DAMAGES));
    const folder = join(base, `trial-${trial}-${kind}`);
    await cp(join(base, kind), folder, { recursive: true });
    const place = join(folder, file);
    const before = await readFile(place);
    const after = inflict(Buffer.from(before));
    // A checkpoint that is gone is one that a short run never had; without its manifest a folder is no run to go on with.
    const isNothing =
      after?.equals(before) ?? (file === 'checkpoint.json' || (file === 'manifest.json' && name === 'resume'));
    if (!isNothing && !(after === undefined && damage !== 'the file gone')) {
      await (after === undefined ? rm(place) : writeFile(place, after));
      const what = `trial ${trial}: ${damage} in ${file} of a ${kind}, then ${name}`;
      counts[await tried(READERS[name]!, folder, sound.get(`${kind} ${name}`)!, what, file)] += 1;
    }
    for (const end of ['', '.md', '.html', '.csv', '.best.json', '.root'])
      await rm(`${folder}${end}`, { recursive: true, force: true });
    trial -= isNothing ? 1 : 0;
  }
  expect(existsSync(join(base, 'run'))).toBe(true);
  expect(counts.refused).toBeGreaterThan(0);
  expect(counts.told).toBeGreaterThan(0);
  vi.restoreAllMocks();
  process.stdout.write(`damage trials: ${counts.refused} refused, ${counts.told} told with right figures\n`);
});

async function tried(
  reader: Reader,
  folder: string,
  sound: string,
  what: string,
  file: (typeof FILES)[number],
): Promise<'refused' | 'told'> {
  let result: Awaited<ReturnType<typeof shown>>;
  try {
    result = await shown(reader, folder);
  } catch (thrown) {
    expect(isAssayError(thrown), `${what}: ${(thrown as Error).stack}`).toBe(true);
    expect((thrown as Error).message, what).toMatch(TOLD);
    return 'refused';
  }
  expect(result.said, what).toMatch(TOLD);
  // What is decided by figures decides nothing on what is left of them.
  if (reader.decides) expect(file, what).toBe('checkpoint.json');
  if (reader === READERS.csv || reader === READERS.page) {
    const own = new Set(sound.split('\n'));
    for (const line of reader === READERS.csv ? result.figures.split('\n') : [])
      expect(own.has(line), `${what}: a row that is not the run's: ${line}`).toBe(true);
    if (reader === READERS.page) expect(result.figures, what).toBe(sound);
  } else if (reader === READERS.gate || reader === READERS.compare) {
    expect(result.figures, what).toMatch(reader === READERS.gate ? /gate passed/ : /"comparisons"/);
  } else expect(result.figures, what).toBe(sound);
  return 'told';
}
