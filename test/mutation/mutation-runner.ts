import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { RunnerTestSuite as Suite, RunnerTask as Task, RunnerTestCase as Test } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import { HangGuard } from './hang-guard.ts';
import { alone, chosen } from './mutated-code.ts';
import { type Line, parseCoverage, parseLine } from './stored-json.ts';

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

const globals = globalThis as { __stryker__?: Switchboard; __emptyCaches__?: (() => void)[] };
globals.__stryker__ ??= {};
const board = globals.__stryker__;
const FOLDER = process.env.ASSAY_MUTATION!;
const IS_FIRST = process.env.ASSAY_MUTATION_PHASE === 'coverage';
const CHOSEN: ReadonlySet<string> = new Set(alone === undefined ? chosen : [alone.mutant]);
/** A mutant may run a place so many times as often as the code does before it counts as endless. */
const PATIENCE = 100;
/** Milliseconds that a mutant may take beside four times those of the code. */
const GRACE_MS = Number(process.env.ASSAY_MUTATION_GRACE_MS ?? 4_000);
/**
 * CPU time of a test, in milliseconds, beyond which it is not repeated for every mutant (simulations, searches of thousands of
 * cases) but for as many as `LONG_BUDGET_MS` allows. What the others would have met there counts as survived.
 */
const TOO_LONG_MS = 1_500;
const LONG_BUDGET_MS = 20_000;
/** What the other process has found is read so often. */
const LOOK_MS = 300;
/** Among the hits of a test: its own time and CPU time in milliseconds. */
const ELAPSED = 'elapsedMs';
const CPU = 'cpuMs';
/** Kept before a test can put others in their place. */
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/**
 * Runs each test once more for every mutant that it reaches, in one process with the modules loaded once: Stryker's own runner
 * starts a process and loads them again for each, which takes a second where the test takes a millisecond. The first run tells
 * which test reaches which mutants; in the second a test is repeated with one after the other switched on, and at last with none,
 * which must pass: what a mutant leaves behind would else be counted for the next one. What modules keep from call to call is
 * emptied each time. Where the last run fails all the same, the process ends and the file goes on in a new one; what the test found
 * is tried once more at the end, one mutant in a process (`alone`).
 */
export default class MutationRunner extends VitestTestRunner {
  readonly #guard = new HangGuard();
  #results = '';
  #underWay = '';
  #file = '';
  #coverage: Record<string, Record<string, number>> = {};
  #killed = new Set<string>();
  #done = new Set<string>();
  #found: ReadonlySet<string> = new Set();
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #times: Record<string, { readonly [ELAPSED]: number; readonly [CPU]: number }> = {};
  /** Mutants that the test under way is repeated for. */
  #queue: readonly string[] = [];
  #mine: string[] = [];
  /** Whether the test fails without any mutant in a new process. */
  #isFlaky = false;

  override async onBeforeRunSuite(suite: Suite): Promise<void> {
    await super.onBeforeRunSuite(suite);
    if (!('filepath' in suite)) return;
    this.#file = String(suite.filepath);
    const file = `${FOLDER}/${basename(this.#file)}.${suite.id.replaceAll('-', '')}`;
    this.#results = alone === undefined ? `${file}.results.jsonl` : `${FOLDER}/alone.results.jsonl`;
    this.#underWay = `${this.#results.replace('.results.jsonl', '')}.underway`;
    if (IS_FIRST || !existsSync(`${file}.coverage.json`)) return;
    this.#coverage = parseCoverage(readFileSync(`${file}.coverage.json`, 'utf8'));
    // Quick tests leave the long ones little to try.
    suite.tasks.sort((a, b) => this.#cpuOf(a) - this.#cpuOf(b));
    if (alone !== undefined) return;
    for (const { mutant, how, test } of linesOf(this.#results)) {
      if (how === 'done') this.#done.add(test!);
      else if (how === 'doubtful') this.#killed.delete(mutant!);
      else this.#killed.add(mutant!);
    }
  }

  override async onAfterRunSuite(suite: Suite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (!('filepath' in suite)) return;
    if (!IS_FIRST) {
      if (alone === undefined) appendFileSync(`${FOLDER}/ended.jsonl`, `${JSON.stringify(suite.filepath)}\n`);
      return;
    }
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
    const id = this.#idOf(test);
    if (IS_FIRST) {
      board.currentTestId = id;
      return;
    }
    const found = this.#foundElsewhere();
    const hits = this.#coverage[id] ?? {};
    const cpuMs = hits[CPU] ?? 0;
    this.#queue = Object.keys(hits)
      .filter((mutant) => CHOSEN.has(mutant) && !this.#killed.has(mutant) && !found.has(mutant))
      .slice(0, cpuMs > TOO_LONG_MS ? LONG_BUDGET_MS / cpuMs : undefined);
    this.#mine = [];
    if (this.#queue.length === 0 || this.#done.has(id)) test.mode = 'skip';
    // One of the repeats is without any mutant.
    test.repeats = this.#queue.length;
  }

  override onBeforeTryTask(test: Task, { repeats }: { repeats: number } = { repeats: 0 }): void {
    super.onBeforeTryTask(test as never);
    for (const empty of globals.__emptyCaches__ ?? []) empty();
    if (IS_FIRST) return;
    const mutant = this.#mutantAt(repeats);
    board.activeMutant = mutant;
    board.hitCount = mutant === undefined ? undefined : 0;
    board.hitLimit = PATIENCE * (this.#coverage[this.#idOf(test)]?.[mutant ?? ''] ?? 1);
    writeFileSync(this.#underWay, JSON.stringify({ mutant, test: this.#idOf(test), file: this.#file }));
    this.#guard.watch(3 * this.#limitMs(test));
  }

  onAfterRetryTask(test: Task, { repeats }: { repeats: number }): void {
    board.activeMutant = undefined;
    if (IS_FIRST) return;
    this.#guard.rest();
    rmSync(this.#underWay, { force: true });
    const mutant = this.#mutantAt(repeats);
    const id = this.#idOf(test);
    const isFailed = test.result?.state === 'fail';
    const message = test.result?.errors?.[0]?.message ?? '';
    if (mutant === undefined && alone !== undefined) this.#isFlaky = isFailed;
    else if (mutant !== undefined && isFailed && !this.#isFlaky) {
      const how = /timed out (in|after)|Hit count limit/.test(message) ? 'timeout' : 'killed';
      this.#killed.add(mutant);
      this.#mine.push(mutant);
      this.#tell({ mutant, how, test: id });
    }
    if (mutant === undefined && alone === undefined) {
      // Something that a mutant left: none of this test's counts, and nothing more is tried in this process.
      const { name } = test;
      if (isFailed) for (const mutant of this.#mine) this.#tell({ mutant, how: 'doubtful', test: id, name, message });
      this.#tell({ how: 'done', test: id });
      if (isFailed) process.kill(process.pid, 'SIGKILL');
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
    const startedAt = now();
    const startedCpu = process.cpuUsage();
    if (IS_FIRST) await run();
    else await this.#inTime(run, this.#limitMs(test));
    if (!IS_FIRST) return;
    const { user, system } = process.cpuUsage(startedCpu);
    this.#times[this.#idOf(test)] = { [ELAPSED]: now() - startedAt, [CPU]: (user + system) / 1000 };
  }

  async #inTime(run: () => unknown, limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('timed out in a mutant')), limitMs);
    });
    late.catch(() => undefined);
    try {
      await Promise.race([this.#guard.start(run, limitMs), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  override onAfterRunTask(test: Task): void {
    super.onAfterRunTask(test as never);
    board.currentTestId = undefined;
    if (IS_FIRST) return;
    if (test.result !== undefined) test.result.state = 'pass';
  }

  /** None is on last, and where one is alone first: what it leaves behind is to be its own. */
  #mutantAt(repeat: number): string | undefined {
    return this.#queue[alone === undefined ? repeat : repeat - 1];
  }

  #idOf(test: Task): string {
    return test.name + test.id;
  }

  #limitMs(test: Task): number {
    return Math.ceil(GRACE_MS + 4 * (this.#coverage[this.#idOf(test)]?.[ELAPSED] ?? 0));
  }

  #cpuOf(task: Task): number {
    if (task.type !== 'suite') return this.#coverage[this.#idOf(task)]?.[CPU] ?? 0;
    return task.tasks.reduce((sum, task) => sum + this.#cpuOf(task), 0);
  }

  /** Mutants that the tests of other files have noticed by now. */
  #foundElsewhere(): ReadonlySet<string> {
    if (alone !== undefined || now() - this.#lookedAt < LOOK_MS) return this.#found;
    const found = new Set<string>();
    for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.results.jsonl'))) {
      if (`${FOLDER}/${name}` === this.#results) continue;
      for (const { mutant, how } of linesOf(`${FOLDER}/${name}`)) {
        if (how === 'doubtful') found.delete(mutant!);
        else if (how !== 'done') found.add(mutant!);
      }
    }
    this.#found = found;
    this.#lookedAt = now();
    return found;
  }

  #tell(line: Line & { readonly name?: string; readonly message?: string }): void {
    appendFileSync(this.#results, `${JSON.stringify({ ...line, file: this.#file })}\n`);
  }
}

function linesOf(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map(parseLine);
}
