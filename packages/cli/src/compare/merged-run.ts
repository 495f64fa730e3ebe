import {
  alignRuns,
  type Comparison,
  type Manifest,
  type RunView,
  type SampleRow,
  type Side,
  type Sides,
  type Summary,
} from 'assay/internal';

/**
 * The sides of a comparison as one run, for a page: models under the names by which the comparison has them, samples
 * numbered as in the baseline, those that it lacks after them.
 * @param comparisons between the sides, by the names of their scores
 */
export async function mergedRun({ sides, scores }: Sides, comparisons: readonly Comparison[]): Promise<RunView> {
  const wanted = new Set(scores.map(({ algorithm, score }) => `${algorithm}.${score}`));
  const summaries = sides.map((side) => labelled(side, wanted));
  const first = sides[0]!.run;
  const runs = [...new Set(sides.map(({ run }) => run.manifest.run))].join(' and ');
  const summary: Summary = {
    ...first.summary,
    run: runs,
    models: summaries.flatMap(({ models }) => models),
    scores: summaries.flatMap((each) => each.scores),
    comparisons,
    timing: {
      startedAt: summaries.map(({ timing }) => timing.startedAt).sort()[0]!,
      endedAt: summaries
        .map(({ timing }) => timing.endedAt)
        .sort()
        .at(-1)!,
      elapsedMs: [...new Set(summaries.map(({ timing }) => timing.elapsedMs))].reduce((sum, ms) => sum + ms, 0),
      latencyMs: Object.assign({}, ...summaries.map(({ timing }) => timing.latencyMs)),
      newTokensPerSecond: Object.assign({}, ...summaries.map(({ timing }) => timing.newTokensPerSecond)),
    },
  };
  return { manifest: manifestOf(sides, runs), summary, rows: rowsOf(sides) };
}

/** A side's figures under its name in the comparison. */
function labelled({ run: { summary }, model, scores: { model: name } }: Side, wanted: ReadonlySet<string>): Summary {
  const own = <T>(figures: Readonly<Record<string, T>>): Record<string, T> =>
    model in figures ? { [name]: figures[model]! } : {};
  const { timing } = summary;
  return {
    ...summary,
    models: summary.models.map((each) => ({ ...each, name })),
    scores: summary.scores
      .filter(({ algorithm, score }) => wanted.has(`${algorithm}.${score}`))
      .map((score) => ({ ...score, model: name })),
    timing: { ...timing, latencyMs: own(timing.latencyMs), newTokensPerSecond: own(timing.newTokensPerSecond) },
  };
}

function manifestOf(sides: readonly Side[], run: string): Manifest {
  const manifests = sides.map((side) => side.run.manifest);
  const configs = new Map(sides.map(({ name, run: { manifest } }) => [name, manifest.configText]));
  const algorithms = new Map(
    manifests.flatMap((manifest) => manifest.algorithms.map((each) => [`${each.name} ${each.signature}`, each])),
  );
  return {
    ...manifests[0]!,
    run,
    command: ['assay', 'compare', ...configs.keys(), '--format', 'html'],
    configText: [...configs].map(([name, text]) => `# ${name}\n${text}`).join('\n'),
    models: sides.map(({ run: { manifest }, model, scores }) => ({
      ...manifest.models.find(({ name }) => name === model)!,
      name: scores.model,
    })),
    algorithms: [...algorithms.values()],
  };
}

async function* rowsOf(sides: readonly Side[]): AsyncGenerator<SampleRow> {
  const { runs } = await alignRuns(sides.map(({ source }) => source));
  const baseline = sides[0]!.scores;
  const beyond = (baseline.rows.at(-1) ?? -1) + 1;
  for (const [at, { model, scores }] of sides.entries()) {
    const indices = new Map<number, number>();
    for (const [key, place] of scores.places) {
      const there = baseline.places.get(key);
      indices.set(scores.rows[place]!, there === undefined ? beyond + scores.rows[place]! : baseline.rows[there]!);
    }
    for await (const row of runs[at]!.rows)
      if (row.model === model) yield { ...row, model: scores.model, index: indices.get(row.index) ?? row.index };
  }
}
