import type { Admission } from './admission.ts';

/** Upper ends of the buckets of a histogram, in seconds. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300];

interface Durations {
  readonly counts: number[];
  sum: number;
  count: number;
}

/**
 * What a server did, in Prometheus' text format.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export class ServerMetrics {
  /** By path and status. */
  readonly #requests = new Map<string, number>();
  /** By path. */
  readonly #durations = new Map<string, Durations>();
  #dropped = 0;

  /** @param path one of the server's own; anything else is `other`, so that clients cannot fill memory with names */
  finished(path: string, status: number, seconds: number): void {
    const key = `path="${path}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const known = this.#durations.get(path) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(path, known);
    for (const [at, limit] of BUCKETS.entries()) if (seconds <= limit) known.counts[at]! += 1;
    known.sum += seconds;
    known.count += 1;
  }

  /** A client went away before its answer was whole. */
  dropped(): void {
    this.#dropped += 1;
  }

  text(admission: Admission): string {
    const { working, waiting } = admission.load;
    return [
      ...family('assay_requests_working', 'gauge', 'Requests that the model works on.', [['', working]]),
      ...family('assay_requests_waiting', 'gauge', 'Requests that wait for a place.', [['', waiting]]),
      ...family('assay_requests_inside', 'gauge', 'Requests let in, those that still send their bodies included.', [
        ['', admission.inside],
      ]),
      ...family('assay_requests_total', 'counter', 'Answered requests.', [...this.#requests]),
      ...family('assay_requests_dropped_total', 'counter', 'Requests whose client went away.', [['', this.#dropped]]),
      '# HELP assay_request_seconds Time from a request to the end of its answer.',
      '# TYPE assay_request_seconds histogram',
      ...[...this.#durations].flatMap(([path, { counts, sum, count }]) => [
        ...BUCKETS.map((limit, at) => `assay_request_seconds_bucket{path="${path}",le="${limit}"} ${counts[at]}`),
        `assay_request_seconds_bucket{path="${path}",le="+Inf"} ${count}`,
        `assay_request_seconds_sum{path="${path}"} ${sum}`,
        `assay_request_seconds_count{path="${path}"} ${count}`,
      ]),
      '',
    ].join('\n');
  }
}

function family(name: string, type: string, help: string, values: readonly (readonly [string, number])[]): string[] {
  const lines = values.map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
