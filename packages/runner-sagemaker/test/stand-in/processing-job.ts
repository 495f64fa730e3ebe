/** One instance of a processing job, with its inputs and what it leaves, by path below the folders. */
export interface JobInstance {
  readonly step: string;
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly instance: number;
  readonly instances: number;
  /** Input's name → path below it → content. */
  readonly inputs: Readonly<Record<string, ReadonlyMap<string, Buffer>>>;
  /** Where the request says that the container finds each input. */
  readonly inputPaths: Readonly<Record<string, string>>;
  /** Where it leaves its files; undefined where the job has no output. */
  readonly outputPath: string | undefined;
}

/** Runs a container; resolves with the files of its output folder, rejects with its exit message, or with a LostContainer. */
export type RunJob = (job: JobInstance) => Promise<ReadonlyMap<string, Buffer>>;

/** The instance under a container is gone: SageMaker's own fault, which a retry policy may answer. */
export class LostContainer extends Error {
  /** What lay in the output folder: uploaded so far where the output is a continuous one. */
  readonly left: ReadonlyMap<string, Buffer>;

  constructor(left: ReadonlyMap<string, Buffer>) {
    super('InternalServerError: We encountered an internal error. Please try again.');
    this.left = left;
  }
}
