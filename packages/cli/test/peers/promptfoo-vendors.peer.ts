import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { assay } from '../assay.ts';
import { assayHere } from '../assay-here.ts';
import { type PairedScore, pairedScores } from './paired-scores.ts';
import { BIN, HERE } from './peers.ts';
import { evaluatePromptfoo } from './promptfoo-peer.ts';
import { type AskedVendor, startVendors, TLS, type VendorServer } from './vendor-server.ts';

const KEYS = { ASSAY_PEER_KEY: 'any', GEMINI_API_KEY: 'any', ANTHROPIC_API_KEY: 'any', HF_TOKEN: 'any' };
// An environment that was set up before has none.
const PACKAGES = join(BIN, '../promptfoo/node_modules');
const hasSqlParser = existsSync(join(PACKAGES, 'node-sql-parser'));
let folder: string;
let vendors: VendorServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-vendors-'));
  vendors = await startVendors();
  await cp(join(HERE, 'promptfoo-vendors'), folder, { recursive: true });
  await cp(TLS, join(folder, 'tls'), { recursive: true });
});
afterAll(async () => {
  await vendors?.stop();
  await rm(folder, { recursive: true, force: true });
});

const TASKS = [
  ...['tools', 'schema', 'responses', 'gemini', 'messages', 'http', 'graded', 'code_inputs', 'conversation'],
  ...['echo', 'similar', 'context', 'rubric', 'encoders', 'classifier', 'derived', 'sql', 'secure', 'nunjucks'],
];

describe.each(TASKS)('promptfoo asks a vendor: %s', (task) => {
  test.skipIf(task === 'sql' && !hasSqlParser)(
    'imported and run here, the same is asked, and every sample and score is the same',
    async () => {
      const written = await readFile(join(HERE, 'promptfoo-vendors', `${task}.yaml`), 'utf8');
      const config = join(folder, `${task}.yaml`);
      await writeFile(config, written.replaceAll('ADDRESS', vendors.url).replaceAll('SECURE', vendors.secureUrl));
      const out = join(folder, `${task}-out.json`);
      const results = await evaluatePromptfoo(config, out, folder, KEYS);
      expect(
        results.map(({ failureReason, error }) => [failureReason === 2, failureReason === 2 ? error : null]),
      ).not.toContainEqual([true, expect.anything()]);
      const theirs = vendors.taken();
      const imported = await assayHere(['import', 'promptfoo', config, '--allow-code', '-o', task], folder);
      expect([imported.code, imported.code === 0 ? '' : imported.stderr]).toEqual([0, '']);
      const ran = await assay(
        [
          ...['run', `${task}/evaluation_config.yaml`, '--allow-env', Object.keys(KEYS).join(','), '--allow-code'],
          ...['--allow-file', join(folder, 'tls'), '--no-cache', '-o', `${task}/run`],
        ],
        folder,
        { ...KEYS, NODE_PATH: PACKAGES, ASSAY_HTTP_PASSPHRASE: 'assay' },
      );
      expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
      expect(questions(vendors.taken())).toEqual(questions(theirs));
      await compareDerived(written, out, join(folder, task, 'run'));
      const prompts = [...new Set(results.map(({ prompt }) => prompt.label))];
      const providers = [...new Set(results.map(({ provider }) => provider.label || provider.id))];
      for (const prompt of prompts) {
        for (const provider of providers) {
          // A variable by file stands in its output by the file's name, by which nothing pairs: what is asked shows it.
          const own = results.filter(
            (each) =>
              each.prompt.label === prompt &&
              (each.provider.label || each.provider.id) === provider &&
              !JSON.stringify(each.vars).includes('file://'),
          );
          const paired = await pairedScores(
            out,
            `${task}/run`,
            folder,
            prompts.length === 1 ? provider : `${provider} / ${prompt}`,
          );
          const named = new Map<string, number>();
          for (const name of own.flatMap(({ namedScores }) => Object.keys(namedScores)))
            named.set(name, (named.get(name) ?? 0) + 1);
          expect([provider, Object.fromEntries([...paired].map(([name, score]) => [name, rounded(score)]))]).toEqual([
            provider,
            {
              'promptfoo.pass': { n: own.length, difference: 0, changed: 0 },
              'promptfoo.score': { n: own.length, difference: 0, changed: 0 },
              ...Object.fromEntries(
                [...named].map(([name, n]) => [`metric.${name}`, { n, difference: 0, changed: 0 }]),
              ),
            },
          ]);
        }
      }
    },
    600_000,
  );
});

/** Figures over all rows stand in promptfoo's output by prompt; a figure that is no number stands in ours as none. */
async function compareDerived(config: string, out: string, run: string): Promise<void> {
  const { derivedMetrics = [] } = parse(config) as { readonly derivedMetrics?: readonly { readonly name: string }[] };
  if (derivedMetrics.length === 0) return;
  const { results } = JSON.parse(await readFile(out, 'utf8'));
  const theirs = results.prompts[0].metrics.namedScores as Readonly<Record<string, number | null>>;
  const { scores } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8')) as Summary;
  const own = derivedMetrics.map(({ name }) => [name, scores.find(({ score }) => score === name)?.value ?? null]);
  expect(own).toEqual(derivedMetrics.map(({ name }) => [name, theirs[name] ?? null]));
}

interface Summary {
  readonly scores: readonly { readonly score: string; readonly value?: number | null }[];
}

/** promptfoo adds scores up in the order in which its assertions end, so that the last bit may be another. */
const rounded = (score: PairedScore): PairedScore =>
  Math.abs(score.difference) < 1e-12 ? { ...score, difference: 0, changed: 0 } : score;

/** Requests in an order of their own; those to the judge are each tool's own. */
function questions(asked: readonly AskedVendor[]): readonly string[] {
  return asked
    .filter(({ path, body }) => body.model !== 'judge' && !/\/(?:embeddings|alike|classify)$/.test(path))
    .map(({ path, body }) => `${path} ${JSON.stringify(sorted(plain(body)), null, 1)}`)
    .sort();
}

/** Without what each API takes in two forms, or as its default; a seed is what we send besides. */
function plain({
  stream,
  seed,
  text,
  system_instruction: system,
  generationConfig,
  ...body
}: AskedVendor['body']): object {
  const { seed: _, ...generation } = (generationConfig ?? {}) as Record<string, unknown>;
  return {
    ...JSON.parse(JSON.stringify(body).replaceAll(/\[\{"type":"text","text":("(?:[^"\\]|\\.)*")\}\]/g, '$1')),
    ...(stream === true ? { stream } : {}),
    ...(JSON.stringify(text) === '{"format":{"type":"text"}}' || text === undefined ? {} : { text }),
    ...(system === undefined ? {} : { systemInstruction: system }),
    ...(generationConfig === undefined ? {} : { generationConfig: generation }),
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
