/** What is known of the data of a pipeline before it runs. */
export interface DataSize {
  readonly bytes: number;
  /** Rows that are evaluated; null where nobody has counted them. */
  readonly rows: number | null;
  /** Whether the files are plain JSON lines, which are copied: packed ones and others are larger as lines. */
  readonly isPlain: boolean;
}

/** A model that a job asks on its own processors. */
export interface HeldModel {
  readonly bytes: number;
  /** It is not in the image: the job downloads it. */
  readonly isFetched: boolean;
}

export interface JobSize {
  readonly step: string;
  readonly instances: number;
  /** What it gets, and what it needs by the data and the models. */
  readonly diskGb: number;
  readonly needsGb: number;
  /** GiB that it holds at a time, about. */
  readonly memoryGib: number;
}

export interface JobSizes {
  /** Of all processing jobs. */
  readonly instanceType: string;
  readonly jobs: readonly JobSize[];
  /** Why another type than the usual one, and what the type or the disk that is named cannot hold. */
  readonly notes: readonly string[];
}
