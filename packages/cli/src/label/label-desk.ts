import { existsSync } from 'node:fs';
import {
  appendLabel,
  LabelBook,
  type LabelJob,
  type LabelProgress,
  LabelSession,
  labelJob,
  labelProgress,
  type RunFolder,
  readLabels,
  readRun,
} from 'assay/internal';
import { ApiError } from '../serve/api-error.ts';

/** What the page shows: the output to be labelled, and how far one has come. */
export interface LabelView {
  readonly who: string;
  readonly rubric: string;
  readonly words: readonly string[];
  /** null when all are labelled or skipped. */
  readonly task: {
    readonly id: string;
    readonly question: string;
    readonly reference: string;
    readonly answer: string;
  } | null;
  readonly total: number;
  readonly left: number;
  /** Labels given in this session. */
  readonly said: number;
  /** A line a model, after each batch; models are numbered, not named. */
  readonly progress: readonly string[];
  readonly isEnough: boolean;
}

/** A key that was pressed. */
export interface LabelKey {
  /** The output that was shown: another one is not labelled by mistake. */
  readonly task: string | null;
  readonly does: 'undo' | 'skip' | { readonly label: string };
}

interface Seat {
  readonly job: LabelJob;
  readonly book: LabelBook;
  readonly session: LabelSession;
  progress: readonly LabelProgress[];
  reachedInARow: number;
  /** Keys are taken one after another. */
  turn: Promise<unknown>;
}

const BATCH = 20;
/** Half-width that labelling aims at. */
const GOAL = 0.05;

/** Who labels which run, over one labels file; what counts is on the disk before the page is told. */
export class LabelDesk {
  readonly #file: string;
  readonly #seats = new Map<string, Promise<Seat>>();

  /** @param file the labels file, which is continued */
  constructor(file: string) {
    this.#file = file;
  }

  async view(run: RunFolder, who: string): Promise<LabelView> {
    return viewOf(await this.#seat(run, who), who);
  }

  /** @throws ApiError 409 where another output is shown, 400 for a word that is none */
  async press(run: RunFolder, who: string, key: LabelKey): Promise<LabelView> {
    const seat = await this.#seat(run, who);
    const taken = seat.turn.then(() => press(seat, key));
    seat.turn = taken.catch(() => {});
    await taken;
    return viewOf(seat, who);
  }

  #seat(run: RunFolder, who: string): Promise<Seat> {
    const key = JSON.stringify([run.path, who]);
    const known = this.#seats.get(key) ?? this.#open(run, who);
    this.#seats.set(key, known);
    known.catch(() => this.#seats.delete(key));
    return known;
  }

  async #open(run: RunFolder, who: string): Promise<Seat> {
    const job = await labelJob(await readRun(run));
    const book = new LabelBook(existsSync(this.#file) ? await readLabels(this.#file) : []);
    const session = new LabelSession(job, book, who, (said) => appendLabel(this.#file, said));
    return { job, book, session, progress: labelProgress(job, book, GOAL), reachedInARow: 0, turn: Promise.resolve() };
  }
}

async function press(seat: Seat, { task, does }: LabelKey): Promise<void> {
  const { session, job, book } = seat;
  if (does === 'undo') return void (await session.undo());
  if (taskId(session) !== task) throw new ApiError(409, 'another output is to be labelled now');
  if (does === 'skip') return session.skip();
  if (!Object.hasOwn(job.values, does.label)) throw new ApiError(400, 'that is none of the labels');
  await session.label(does.label);
  if (session.said % BATCH !== 0) return;
  seat.progress = labelProgress(job, book, GOAL);
  seat.reachedInARow = seat.progress.every(({ reached }) => reached) ? seat.reachedInARow + 1 : 0;
}

function taskId({ current }: LabelSession): string | null {
  return current === undefined ? null : `${current.sample} ${current.output}`;
}

function viewOf({ job, session, progress, reachedInARow }: Seat, who: string): LabelView {
  const { current } = session;
  return {
    who,
    rubric: job.rubric.text,
    words: Object.keys(job.values).slice(0, 9),
    task:
      current === undefined
        ? null
        : {
            id: taskId(session)!,
            question: current.question,
            reference: current.reference ?? '',
            answer: current.answer,
          },
    total: job.tasks.length,
    left: session.left,
    said: session.said,
    progress: progress.map(progressLine),
    isEnough: reachedInARow >= 2,
  };
}

/** Who labels is not to know whose answers these are. */
function progressLine({ value, interval: [low, high], labelled, reached, missing }: LabelProgress, at: number): string {
  const more = reached
    ? `within ± ${GOAL}`
    : missing === null
      ? `± ${GOAL} is not reachable with these samples`
      : `about ${missing} more labels to ± ${GOAL}`;
  return `model ${at + 1}: ${value.toFixed(3)} (${low.toFixed(3)} … ${high.toFixed(3)}), ${labelled} labels; ${more}`;
}
