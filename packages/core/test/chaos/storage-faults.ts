import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { ModelProgress } from '../../src/engine/model-progress.ts';
import { restoreProgress } from '../../src/engine/restore-progress.ts';
import { runEvaluation } from '../../src/engine/run-evaluation.ts';
import { isAssayError } from '../../src/errors/assay-error.ts';
import { writeCheckpoint } from '../../src/journal/checkpoint.ts';
import { compactionDraft } from '../../src/journal/compact-journal.ts';
import { type RunFolder, runFolder } from '../../src/storage/run-folder.ts';
import { openSealed } from '../../src/storage/sealed-json.ts';
import { right, runnerOf } from '../made-up-run.ts';
import { type Chaos, expectWhole, few, never, smallPlan, trials } from './chaos.ts';

/** A folder in which a process was killed while it wrote one of its files, and what the journal held by then. */
type Killed = (folder: RunFolder, whole: RunFolder, journal: Buffer) => Promise<void>;

/** The files that are written whole: beside, and renamed into place. */
export function storageFaults(chaos: Chaos): void {
  /** The beginning of a file, where it is written before it takes its place. */
  const halfDraft = async (of: string, beside: string) => {
    const bytes = await readFile(of);
    await writeFile(`${beside}.${process.pid}.tmp`, bytes.subarray(0, chaos.below(bytes.length)));
  };
  const writeAll: Killed = async (folder, whole, journal) => {
    await copyFile(whole.manifest, folder.manifest);
    await writeFile(folder.journal, journal);
  };
  const kills: Readonly<Record<string, Killed>> = {
    'killed while the first manifest was written': async (folder, whole, journal) => {
      await halfDraft(whole.manifest, folder.manifest);
      await writeFile(folder.journal, journal.subarray(0, journal.indexOf('\n') + 1));
    },
    'killed while the last manifest was written': async (folder, whole, journal) => {
      const begun = openSealed(await readFile(whole.manifest, 'utf8')) as object;
      await writeFile(folder.manifest, JSON.stringify({ ...begun, models: [{ name: 'one', runner: 'test:v1' }] }));
      await halfDraft(whole.manifest, folder.manifest);
      await writeFile(folder.journal, journal);
    },
    'killed while the summary was written': async (folder, whole, journal) => {
      await writeAll(folder, whole, journal);
      await halfDraft(whole.summary, folder.summary);
    },
    'killed while a checkpoint was written': async (folder, whole, journal) => {
      await writeAll(folder, whole, journal);
      await halfDraft(whole.summary, folder.checkpoint);
    },
    'a checkpoint of which a byte is another': async (folder, whole, journal) => {
      await writeAll(folder, whole, journal);
      await checkpointHalf(folder, journal);
      const checkpoint = await readFile(folder.checkpoint);
      checkpoint[chaos.below(checkpoint.length)]! ^= 1 << chaos.below(8);
      await writeFile(folder.checkpoint, checkpoint);
    },
    'a checkpoint of a journal that was cut': async (folder, whole, journal) => {
      await writeAll(folder, whole, journal);
      await checkpointHalf(folder, journal);
      await writeFile(folder.journal, journal.subarray(0, chaos.below(journal.length >> 1)));
    },
    'killed while the journal was rewritten': async (folder, whole, journal) => {
      await writeAll(folder, whole, journal.subarray(0, chaos.below(journal.length)));
      await writeFile(compactionDraft(folder.journal), journal.subarray(0, chaos.below(journal.length)));
    },
  };

  test('a checkpoint that is not whole is told, and the journal read from its beginning', async () => {
    const { whole, summary } = await chaos.undisturbed();
    const folder = runFolder(chaos.newFolder());
    await mkdir(folder.path, { recursive: true });
    await kills['a checkpoint of which a byte is another']!(
      folder,
      runFolder(whole),
      await readFile(join(whole, 'journal.jsonl')),
    );
    const told: string[] = [];
    const hooks = {
      onWarning: ({ code, message }: { code: string; message: string }) => told.push(`${code} ${message}`),
    };
    await runEvaluation(smallPlan(runnerOf(right)), folder.path, hooks, never);
    expect(told.filter((line) => line.startsWith('RUN_DAMAGED') && line.includes(folder.checkpoint))).toHaveLength(1);
    await expectWhole(folder.path, summary, few.length);
  });

  test('killed while it writes manifest, summary, checkpoint or a new journal, a run ends as a whole one', async () => {
    const { whole, summary } = await chaos.undisturbed();
    const journal = await readFile(join(whole, 'journal.jsonl'));
    const faults = Object.entries(kills);
    await trials(10 * faults.length, async (number) => {
      const [fault, kill] = faults[number % faults.length]!;
      const folder = runFolder(chaos.newFolder());
      await mkdir(folder.path, { recursive: true });
      await kill(folder, runFolder(whole), journal);
      chaos.inject(fault);
      await runEvaluation(smallPlan(runnerOf(right)), folder.path, {}, never);
      await expectWhole(folder.path, summary, few.length);
    });
  }, 60_000);

  test.skipIf(!canMount())(
    'a full disk stops the run with what was scored on it (needs root, to mount a small tmpfs)',
    async () => {
      const { summary } = await chaos.undisturbed();
      for (let kilobytes = 4; kilobytes <= 64; kilobytes += 4) {
        const place = chaos.place(`disk-${kilobytes}`);
        await mkdir(place, { recursive: true });
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', place]);
        try {
          const run = join(place, 'run');
          const full = await runEvaluation(smallPlan(runnerOf(right)), run, {}, never).then(
            () => false,
            (thrown) => isAssayError(thrown) && thrown.code === 'RUN_DISK_FULL',
          );
          // From some size on there is room for everything.
          expect(full, `${kilobytes} KB`).toBe(kilobytes <= 20 || full);
          if (full) chaos.inject('a full disk');
          execFileSync('mount', ['-o', 'remount,size=8m', place]);
          await runEvaluation(smallPlan(runnerOf(right)), run, {}, never);
          await expectWhole(run, summary, few.length);
        } finally {
          execFileSync('umount', [place]);
        }
      }
    },
    60_000,
  );
}

/** A checkpoint over the first half of a journal. */
async function checkpointHalf(folder: RunFolder, journal: Buffer): Promise<void> {
  const half = journal.subarray(0, journal.indexOf('\n', journal.length >> 1) + 1);
  const place = `${folder.journal}.half`;
  await writeFile(place, half);
  const { algorithms, digest } = smallPlan(runnerOf(right));
  const progress = new Map([['one', new ModelProgress(algorithms)]]);
  const own = { journal: place, checkpoint: `${place}.none` };
  await restoreProgress(own, progress, {}, () => {}, { planDigest: digest });
  await rm(place);
  await writeCheckpoint(folder.checkpoint, { bytes: half.length, checksum: crc32(half) }, progress, 0, []);
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const place = join(tmpdir(), `assay-mount-${process.pid}`);
  try {
    execFileSync('mkdir', ['-p', place]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'pipe' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  }
}
