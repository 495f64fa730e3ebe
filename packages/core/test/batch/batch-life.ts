import { parseConfig, requireValid } from '../../src/config/load-config.ts';
import { resolveRunners } from '../../src/config/resolve-runners.ts';
import { isAssayError } from '../../src/errors/assay-error.ts';
import { createOpenaiBatches } from '../../src/openai/create-openai-batches.ts';
import type { OpenaiModel } from '../../src/openai/openai-model.ts';
import type { Completion, RunnerWith } from '../../src/runner/runner.ts';
import type { Clock } from '../../src/storage/clock.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { randomBy } from '../simulation/simulated-disk.ts';
import { AnthropicVendor } from './anthropic-vendor.ts';
import { Disk, Killed, type Lost, Mortal } from './mortal.ts';
import { OpenaiVendor } from './openai-vendor.ts';
import type { Fate, VendorJobs, VendorOptions } from './vendor-jobs.ts';

export type VendorName = 'openai' | 'anthropic';

export function modelOf(vendor: VendorName, further = ''): OpenaiModel {
  const text = `dataset: { input_data_location: d.jsonl }
algorithms: [{ algorithm: toxicity }]
models: [{ name: m, openai: { vendor: ${vendor}, base_url: 'https://vendor.test/v1', api_key_env: KEY, model: tiny, mode: batch }${further} }]`;
  return resolveRunners(requireValid(parseConfig(text, '/c.yaml')))[0] as OpenaiModel;
}

/** What a trial saw. */
export interface Trial {
  readonly kills: number;
  readonly lives: number;
  /** What is wrong; undefined where nothing is. */
  readonly broken: string | undefined;
}

/** One process of a trial. */
export interface Life {
  readonly mortal: Mortal;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly settlesMs: number;
  /** Whether the network loses a request, though the process lives. */
  readonly lose: () => Lost | undefined;
}

/** A server of batches, and how a process asks it. */
export interface BatchWorld {
  readonly jobs: VendorJobs;
  open(life: Life): Promise<RunnerWith<'generate' | 'close'>>;
  /** Told at each wait. @param requests of the run */
  onSleep?(requests: number): void;
  close?(): Promise<void>;
}

export type MakeWorld = (
  options: VendorOptions,
  clock: Clock,
  random: () => number,
) => BatchWorld | Promise<BatchWorld>;

const FATES: readonly Fate[] = ['completed', 'completed', 'completed', 'expired', 'cancelled', 'failed', 'errors'];
const HIDDEN_MS = 30_000;
const SETTLES_MS = 60_000;
const MOST_LIVES = 200;

/** OpenAI's or Anthropic's batches. @param settlesMs as of `liveThrough` */
export const trial = (vendor: VendorName, seed: number, settlesMs?: number): Promise<Trial> =>
  liveThrough(seed, vendorWorld(vendor), settlesMs);

const vendorWorld =
  (vendor: VendorName): MakeWorld =>
  (options, _, random) => {
    const server = vendor === 'openai' ? new OpenaiVendor(options) : new AnthropicVendor(options);
    return {
      jobs: server,
      open: ({ mortal, lose, ...life }) =>
        createOpenaiBatches(modelOf(vendor), {
          ...{ ...life, ledgerFile: '/run/batches.jsonl', env: { KEY: 'k' } },
          fetch: mortal.fetch(server.handle, lose),
        }),
      onSleep: (requests) => {
        if (server instanceof AnthropicVendor && random() < 0.05) server.addForeign(requests);
      },
    };
  };

/**
 * One run by its seed: processes that are killed at any step, lose power, and whose network loses requests before and after
 * their effect, until every prompt has its answer in the journal. @param settlesMs shorter than the vendor hides a batch: a
 * fault that trials must find
 */
export async function liveThrough(seed: number, make: MakeWorld, settlesMs = SETTLES_MS): Promise<Trial> {
  const random = randomBy(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  let now = 1_800_000_000_000;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
      world.onSleep?.(prompts.length);
    },
  };
  const prompts = Array.from({ length: 2 + below(8) }, (_, i) => ({ id: `${i}/q`, text: `Question ${i}` }));
  const fate = (n: number): Fate => (n < 3 ? FATES[below(FATES.length)]! : 'completed');
  const options = { now: () => now, key: 'k', fate, looks: () => below(4), hiddenMs: random() < 0.5 ? 0 : HIDDEN_MS };
  const world = await make(options, clock, random);
  const disk = new Disk();
  const journal = new Map<string, Completion>();
  const failures = random() < 0.5 ? 0 : 0.1;
  const lose = (): Lost | undefined => {
    const drawn = random();
    return drawn < failures ? 'before' : drawn < 2 * failures ? 'after' : drawn < 2.5 * failures ? 'busy' : undefined;
  };
  let kills = 0;
  try {
    for (let life = 1; life <= MOST_LIVES; life += 1) {
      const mortal = new Mortal(life > 40 ? Number.POSITIVE_INFINITY : 1 + below(60), random);
      try {
        const runner = await world.open({ mortal, storage: mortal.storage(disk, clock), clock, settlesMs, lose });
        const left = prompts.filter(({ id }) => !journal.has(id));
        for await (const answer of runner.generate(left, {})) {
          if (journal.has(answer.id)) return { kills, lives: life, broken: `${answer.id} was answered again` };
          // The journal's line may not get to disk.
          mortal.step();
          journal.set(answer.id, answer);
        }
        await runner.close();
      } catch (thrown) {
        if (thrown instanceof Killed || mortal.isDead) kills += 1;
        else if (!isAssayError(thrown)) throw thrown;
        if (random() < 0.3) disk.losePower(random);
        // A process begins when someone starts it: at once, or days later.
        now += random() < 0.5 ? 0 : below(200_000);
      }
      if (journal.size === prompts.length) return { kills, lives: life, broken: wrong(world.jobs, journal) };
    }
    return { kills, lives: MOST_LIVES, broken: `${prompts.length - journal.size} prompts never had an answer` };
  } finally {
    await world.close?.();
  }
}

function wrong(server: VendorJobs, journal: ReadonlyMap<string, Completion>): string | undefined {
  server.endAll();
  const [twice] = server.chargedTwice.filter((customId) => !customId.startsWith('theirs'));
  if (twice !== undefined) return `${twice} was charged twice`;
  for (const [id, answer] of journal) {
    if (answer.ok && answer.text !== `echo: Question ${Number.parseInt(id, 10)}`) return `${id} has another's answer`;
    if (!answer.ok && answer.error.code !== 'RUNNER_FAILED') return `${id} failed as ${answer.error.code}`;
  }
  const paid = [...server.charged.keys()].filter((customId) => !customId.startsWith('theirs')).length;
  const answered = [...journal.values()].filter(({ ok }) => ok).length;
  return paid === answered ? undefined : `${paid} requests were charged, and ${answered} answers are there`;
}
