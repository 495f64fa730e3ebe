import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AnthropicVendor } from '../../core/test/batch/anthropic-vendor.ts';
import { OpenaiVendor } from '../../core/test/batch/openai-vendor.ts';
import { serveVendor } from '../../core/test/batch/serve-vendor.ts';
import type { Fate, VendorJobs } from '../../core/test/batch/vendor-jobs.ts';
import { randomBy } from '../../core/test/simulation/simulated-disk.ts';
import { startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const SAMPLES = 6;
/** Kills of each vendor's runs. */
const KILLS = Number(process.env.ASSAY_KILLS ?? 3);

let folder: string;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  closing = [];
  folder = await mkdtemp(join(tmpdir(), 'assay-batches-'));
  const rows = Array.from({ length: SAMPLES }, (_, i) => ({ q: `Question ${i}?`, a: `Question ${i}?` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterEach(async () => {
  for (const close of closing) await close();
  await rm(folder, { recursive: true, force: true });
});

type Vendor = VendorJobs & { readonly handle: (request: Request) => Promise<Response> };

/** Serves a vendor and writes the config that asks it. */
async function serve(vendor: Vendor, handle = vendor.handle): Promise<void> {
  const { url, close } = await serveVendor(handle);
  closing.push(close);
  const api = vendor instanceof AnthropicVendor ? ', api: messages' : '';
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: m, openai: { base_url: '${url}/v1', model: tiny, mode: batch${api} } }]
algorithms: [{ algorithm: factual_knowledge }]
prices: { currency: USD, tokens: { tiny: { input: 100000, output: 200000 } } }
`,
  );
}

const vendors = {
  openai: (fate?: (n: number) => Fate): Vendor => new OpenaiVendor({ looks: () => 1, ...(fate && { fate }) }),
  anthropic: (fate?: (n: number) => Fate): Vendor => new AnthropicVendor({ looks: () => 1, ...(fate && { fate }) }),
};
const NAMES = ['openai', 'anthropic'] as const;

test.each(NAMES)('%s: a run asks by a batch, says how far it is, and costs half', async (name) => {
  const vendor = vendors[name]();
  await serve(vendor);
  const { code, stdout, stderr } = await assayHere(['run', 'c.yaml', '--no-cache', '-o', 'out'], folder);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/m: batch \S+ is in_progress/);
  // 6 × (5 × 0.1 + 2 × 0.2), halved.
  expect(stdout + stderr).toContain('2.70 USD');
  expect(vendor.jobs.map(({ requests }) => requests.length)).toEqual([SAMPLES]);
  const summary = await readFile(join(folder, 'out/summary.json'), 'utf8');
  expect(JSON.parse(summary)).toMatchObject({ models: [{ states: { scored: SAMPLES } }] });
});

test('plan tells the saving, and sends no batch for it', async () => {
  const vendor = vendors.openai();
  const handle = async (request: Request): Promise<Response> => {
    if (!request.url.endsWith('/chat/completions')) return vendor.handle(request);
    const message = { role: 'assistant', content: 'x' };
    const usage = { prompt_tokens: 5, completion_tokens: 2 };
    return Response.json({ choices: [{ message, finish_reason: 'stop' }], usage });
  };
  await serve(vendor, handle);
  const { code, stdout, stderr } = await assayHere(['plan', 'c.yaml'], folder);
  expect(code, stderr).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('in batches, 2.70 USD less than 5.40 at once');
  expect(stdout).toContain('within a day');
  expect(vendor.jobs).toEqual([]);
});

test.each(NAMES)(
  '%s: a batch that was cancelled elsewhere ends the run by name; a resume sends the rest',
  async (name) => {
    const vendor = vendors[name]((n) => (n === 0 ? 'cancelled' : 'completed'));
    await serve(vendor);
    const first = await assayHere(['run', 'c.yaml', '--no-cache', '-o', 'out'], folder);
    expect(first.code).toBe(3);
    expect((first.stdout + first.stderr).replaceAll(/\s+/g, ' ')).toContain('3 of 6 requests');
    const second = await assayHere(['run', 'c.yaml', '--no-cache', '--resume', 'out'], folder);
    expect(second.code, second.stderr).toBe(0);
    expect(vendor.jobs.map(({ requests }) => requests.length)).toEqual([6, 3]);
    expect(vendor.chargedTwice).toEqual([]);
  },
);

test.each(NAMES)(
  '%s: killed at random requests and resumed, nothing is lost and nothing is charged twice',
  async (name) => {
    const random = randomBy(20);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const vendor = vendors[name]();
      const at = 1 + Math.floor(random() * 5);
      let calls = 0;
      let child: { kill(signal: 'SIGKILL'): void } | undefined;
      await serve(vendor, async (request) => {
        calls += 1;
        const response = await vendor.handle(request);
        // With its effect done, so that whoever goes on need not wait until it would be in sight.
        if (calls === at) child?.kill('SIGKILL');
        return response;
      });
      const output = join(folder, `run-${kill}`);
      const { child: started, finished } = startAssay(['run', 'c.yaml', '--no-cache', '-o', output], folder);
      child = started;
      await finished;
      const resumed = await assayHere(['run', 'c.yaml', '--no-cache', '--resume', output], folder);
      expect(resumed.code, `killed at request ${at}: ${resumed.stderr}`).toBe(0);
      const summary = JSON.parse(await readFile(join(output, 'summary.json'), 'utf8'));
      expect(summary).toMatchObject({ models: [{ states: { scored: SAMPLES } }] });
      vendor.endAll();
      expect([vendor.chargedTwice, vendor.charged.size], `killed at request ${at}`).toEqual([[], SAMPLES]);
    }
  },
);

test('a judge that would answer in batches is refused before anything is sent', async () => {
  await serve(vendors.openai());
  const text = await readFile(join(folder, 'c.yaml'), 'utf8');
  await writeFile(
    join(folder, 'c.yaml'),
    text
      .replace('- { algorithm', '')
      .replace('[{ algorithm: factual_knowledge }]', '[{ algorithm: llm_judge, judge: m }]'),
  );
  const { code, stderr, stdout } = await assayHere(['check', 'c.yaml'], folder);
  expect(code).toBe(2);
  expect(stdout + stderr).toContain('m answers in batches, and a judge must answer at once');
});
