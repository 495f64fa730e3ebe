import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { RunnerTestSuite as Suite, RunnerTask as Task, RunnerTestCase as Test } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';

/** Stryker's switchboard: which mutant is on, who ran which, and the end of endless loops. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: {
    readonly perTest: Record<string, Record<string, number>>;
    readonly static: Record<string, number>;
  };
}

const globals = globalThis as { __stryker__?: Switchboard };
globals.__stryker__ ??= {};
const board = globals.__stryker__;
const FOLDER = process.env.ASSAY_MUTATION!;
const IS_FIRST = process.env.ASSAY_MUTATION_PHASE === 'coverage';
const CHOSEN: ReadonlySet<string> = new Set(
  (JSON.parse(readFileSync(`${FOLDER}/plan.json`, 'utf8')) as { readonly chosen: readonly string[] }).chosen,
);
/** A mutant may run a place so many times as often as the code does before it counts as endless. */
const PATIENCE = 100;
/**
 * CPU time of a test, in milliseconds, beyond which it is not repeated for every mutant: simulations and searches of thousands
 * of cases. What they alone hold counts as survived.
 */
const TOO_LONG_MS = 1_500;
/** Among the hits of a test: its own time and CPU time in milliseconds. */
const ELAPSED = 'elapsedMs';
const CPU = 'cpuMs';
/** Kept before a test can put others in their place. */
const { setTimeout, clearTimeout } = globalThis;

/**
 * Runs each test once more for every mutant that it reaches, in one process with the modules loaded once: Stryker's own runner
 * starts a process and loads them again for each, which takes a second where the test takes a millisecond. The first run tells
 * which test reaches which mutants; in the second a test is repeated with one after the other switched on, and at last with none,
 * which must pass: what a mutant leaves behind would else be counted for the next one.
 */
export default class MutationRunner extends VitestTestRunner {
  #results = '';
  #coverage: Record<string, Record<string, number>> = {};
  #killed = new Set<string>();
  readonly #times: Record<string, { readonly [ELAPSED]: number; readonly [CPU]: number }> = {};
  /** Mutants that the test under way is repeated for. */
  #queue: readonly string[] = [];
  #mine: string[] = [];

  override async onBeforeRunSuite(suite: Suite): Promise<void> {
    await super.onBeforeRunSuite(suite);
    if (!('filepath' in suite)) return;
    const file = `${FOLDER}/${basename(String(suite.filepath))}.${suite.id.replaceAll('-', '')}`;
    this.#results = `${file}.results.jsonl`;
    if (!IS_FIRST && existsSync(`${file}.coverage.json`)) {
      this.#coverage = JSON.parse(readFileSync(`${file}.coverage.json`, 'utf8'));
    }
  }

  override async onAfterRunSuite(suite: Suite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (!IS_FIRST || !('filepath' in suite)) return;
    const { perTest = {}, static: atLoad = {} } = board.mutantCoverage ?? {};
    const coverage = Object.fromEntries(
      Object.entries(perTest).map(([test, hits]) => [test, { ...hits, ...this.#times[test] }]),
    );
    const totalMs = Object.values(this.#times).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
    appendFileSync(`${FOLDER}/elapsed.jsonl`, `${JSON.stringify([suite.filepath, totalMs])}\n`);
    writeFileSync(this.#results.replace('results.jsonl', 'coverage.json'), JSON.stringify({ ...coverage, '': atLoad }));
  }

  override async onBeforeRunTask(test: Task & { repeats?: number }): Promise<void> {
    await super.onBeforeRunTask(test as never);
    if (IS_FIRST) {
      board.currentTestId = this.#idOf(test);
      return;
    }
    const found = this.#foundElsewhere();
    const hits = this.#coverage[this.#idOf(test)] ?? {};
    const reached = (hits[CPU] ?? 0) > TOO_LONG_MS ? [] : Object.keys(hits);
    this.#queue = reached.filter((mutant) => CHOSEN.has(mutant) && !this.#killed.has(mutant) && !found.has(mutant));
    this.#mine = [];
    if (this.#queue.length === 0) test.mode = 'skip';
    test.repeats = this.#queue.length;
  }

  override onBeforeTryTask(test: Task, { repeats }: { repeats: number } = { repeats: 0 }): void {
    super.onBeforeTryTask(test as never);
    const mutant = this.#queue[repeats];
    board.activeMutant = mutant;
    board.hitCount = mutant === undefined ? undefined : 0;
    board.hitLimit = PATIENCE * (this.#coverage[this.#idOf(test)]?.[mutant ?? ''] ?? 1);
  }

  onAfterRetryTask(test: Task, { repeats }: { repeats: number }): void {
    board.activeMutant = undefined;
    if (IS_FIRST) return;
    const mutant = this.#queue[repeats];
    const isFailed = test.result?.state === 'fail';
    const message = test.result?.errors?.[0]?.message ?? '';
    if (mutant !== undefined && isFailed) {
      const how = /timed out in|Hit count limit/.test(message) ? 'timeout' : 'killed';
      this.#killed.add(mutant);
      this.#mine.push(mutant);
      this.#tell({ mutant, how });
    }
    if (mutant === undefined && isFailed) {
      // Something that a mutant left: none of this test's counts.
      for (const doubtful of this.#mine) {
        this.#killed.delete(doubtful);
        this.#tell({ mutant: doubtful, how: 'doubtful', test: test.name, message });
      }
    }
    if (test.result !== undefined) {
      test.result.state = 'run';
      test.result.errors = [];
    }
  }

  /** A mutant that takes much longer than the code hangs. */
  async runTask(test: Test): Promise<void> {
    if (board.activeMutant !== undefined && this.#foundElsewhere().has(board.activeMutant)) return;
    const run = VitestTestRunner.getTestFn(test);
    const startedAt = performance.now();
    const startedCpu = process.cpuUsage();
    let timer: NodeJS.Timeout | undefined;
    const isMutated = board.activeMutant !== undefined;
    const late = new Promise<never>((_, reject) => {
      const limitMs = 5_000 + 4 * (this.#coverage[this.#idOf(test)]?.[ELAPSED] ?? 0);
      if (isMutated) timer = setTimeout(() => reject(new Error('timed out in a mutant')), limitMs);
    });
    try {
      await Promise.race([run(), late]);
    } finally {
      clearTimeout(timer);
    }
    if (!IS_FIRST) return;
    const { user, system } = process.cpuUsage(startedCpu);
    this.#times[this.#idOf(test)] = { [ELAPSED]: performance.now() - startedAt, [CPU]: (user + system) / 1000 };
  }

  #idOf(test: Task): string {
    return test.name + test.id;
  }

  override onAfterRunTask(test: Task): void {
    super.onAfterRunTask(test as never);
    board.currentTestId = undefined;
    if (IS_FIRST) return;
    if (test.result !== undefined) test.result.state = 'pass';
  }

  /** Mutants that the tests of other files have noticed by now. */
  #foundElsewhere(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.results.jsonl'))) {
      if (`${FOLDER}/${name}` === this.#results) continue;
      for (const line of readFileSync(`${FOLDER}/${name}`, 'utf8').split('\n').slice(0, -1)) {
        const { mutant, how } = JSON.parse(line) as { readonly mutant: string; readonly how: string };
        if (how === 'doubtful') found.delete(mutant);
        else found.add(mutant);
      }
    }
    return found;
  }

  #tell(event: object): void {
    appendFileSync(this.#results, `${JSON.stringify(event)}\n`);
  }
}
