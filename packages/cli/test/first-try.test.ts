import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languageModel, publishModels } from '../../runner-sagemaker/test/jumpstart-documents.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay } from './assay.ts';
import { containers } from './run-container.ts';

const PAGE = new URL('../../../docs/tutorials/sagemaker.md', import.meta.url);

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  aws = await startStandIn({ createMs: 0 });
  aws.store.createBucket('my-bucket');
  // A new account has none: the page says to ask for them.
  aws.neighbours.quotas.set('ml.g5.2xlarge for endpoint usage', 2);
  // Ranked so that the config is taken that answers as the stand-in's endpoints do.
  const ranked = { inference_config_rankings: { overall: { description: 'default', rankings: ['tgi', 'lmi'] } } };
  const ids = ['huggingface-llm-falcon-7b-bf16', 'huggingface-llm-mistral-7b'];
  publishModels(
    aws.store,
    ids.map((id) => languageModel(id, '1.0.0', ranked)),
  );
  folder = await mkdtemp(join(tmpdir(), 'assay-first-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_REGION: 'us-east-1',
  };
  aws.pipelines.runJob = containers({ folder, env });
  const page = await readFile(PAGE, 'utf8');
  const config = /```yaml title="evaluation_config.yaml"\n([\s\S]*?)```/.exec(page)![1]!;
  await writeFile(join(folder, 'evaluation_config.yaml'), config);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

interface Command {
  readonly line: string;
  /** What it prints, or parts of that. */
  readonly prints: readonly string[];
}

/** Rows of the page's table of ten commands. */
async function commands(): Promise<Command[]> {
  const page = await readFile(PAGE, 'utf8');
  const rows = [...page.matchAll(/^\| \d+ \| `(.+?)`.*? \| (.*?) \| [^|]*\|$/gm)];
  return rows.map(([, line = '', prints = '']) => ({
    line,
    prints: [...prints.matchAll(/`(.+?)`/g)].map(([, part = '']) => part),
  }));
}

test('the ten commands of the page print what it says, and leave nothing that costs', async () => {
  const all = await commands();
  expect(all).toHaveLength(10);
  let execution = '';
  for (const { line, prints } of all) {
    // What AWS's and Docker's own commands do, the stand-in has done already; the docs' own check follows `run --local`.
    if (!line.startsWith('assay ') || line.includes('--local')) continue;
    const args = line.replace('assay ', '').replace('ARN', execution).split(' ');
    const { code, stdout, stderr } = await assay(args, folder, env);
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0);
    const said = `${stdout}${stderr}`.replaceAll(/ +/g, ' ');
    for (const part of prints) expect(said, line).toContain(part);
    if (line.includes(' start ')) execution = /arn:aws:sagemaker:\S+execution\/\S+/.exec(said)![0];
  }
  expect(aws.control.modelPackages.size).toBe(1);
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
}, 300_000);
