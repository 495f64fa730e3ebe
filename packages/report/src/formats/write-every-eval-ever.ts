import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { type ModelSummary, pinOf, type RunView, type SampleRow, type ScoreSpec, type ScoreSummary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { fileNameOf } from '../files/file-name.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { splitScoreKey } from '../rows/score-key.ts';
import { wellFormed } from '../text/well-formed.ts';
import { pythonJson } from './python-json.ts';
import { sha256 } from './short-digest.ts';
import { wellFormedJson } from './well-formed-json.ts';

const SCHEMA_VERSION = '0.3.0';

/** A UUID (version 4 in form) that is the same whenever the same run is written. */
function stableUuid(text: string): string {
  const hex = sha256(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `org/model` → both; `unknown` for a name without an owner. */
function splitModelId(id: string): readonly [developer: string, model: string] {
  const slash = id.indexOf('/');
  return slash < 0 ? ['unknown', id] : [id.slice(0, slash), id.slice(slash + 1)];
}

function bound(value: number): number | string {
  return Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';
}

function bestOf(spec: ScoreSpec): number {
  const range = declaredRange(spec);
  const { better } = spec;
  return better === 'higher' ? range[1] : better === 'lower' ? range[0] : better.target;
}

function uncertainty(score: ScoreSummary): object {
  return {
    ...(score.standardError !== null && { standard_error: { value: score.standardError } }),
    ...(score.interval !== null && {
      confidence_interval: {
        lower: score.interval[0],
        upper: score.interval[1],
        confidence_level: score.confidence,
        ...(score.intervalMethod !== null && { method: score.intervalMethod }),
      },
    }),
    num_samples: score.n,
  };
}

function resultOf({ summary, manifest }: RunView, score: ScoreSummary): object {
  const { spec } = score;
  return {
    evaluation_result_id: resultId(score.algorithm, score.score),
    evaluation_name: `${summary.dataset.name}.${score.algorithm}`,
    source_data: {
      dataset_name: summary.dataset.name,
      source_type: 'other',
      additional_details: Object.fromEntries(manifest.dataset.files.map((file) => [file.path, pinOf(file)])),
    },
    evaluation_timestamp: summary.timing.startedAt,
    metric_config: {
      evaluation_description: spec.summary,
      metric_id: `assay.${score.algorithm}.${score.score}`,
      metric_name: score.score,
      lower_is_better: spec.better === 'lower',
      score_type: spec.kind === 'binary' ? 'binary' : 'continuous',
      min_score: bound(declaredRange(spec)[0]),
      max_score: bound(declaredRange(spec)[1]),
      additional_details: { signature: score.signature, from: score.from },
    },
    score_details: { score: score.value, uncertainty: uncertainty(score) },
    generation_config: {
      generation_args: { execution_command: manifest.command.join(' ') },
      additional_details: { seed: String(summary.seed) },
    },
  };
}

function resultId(algorithm: string, score: string): string {
  return `${algorithm}.${score}`;
}

/** One line for each score of a sample, as the format asks. */
function instancesOf(
  row: SampleRow,
  dataset: string,
  evaluationId: string,
  specs: ReadonlyMap<string, ScoreSpec>,
): string[] {
  const input = {
    raw: wellFormed(row.input),
    reference:
      row.target === null
        ? []
        : wellFormed(row.target)
            .split('<OR>')
            .map((target) => target.trim()),
  };
  const output = row.output ?? '';
  return Object.entries(row.scores).map(([key, score]) => {
    const spec = specs.get(key);
    return `${wellFormedJson({
      schema_version: SCHEMA_VERSION,
      evaluation_id: evaluationId,
      model_id: row.model,
      evaluation_name: `${dataset}.${splitScoreKey(key)[0]}`,
      evaluation_result_id: key,
      sample_id: String(row.index),
      sample_hash: sha256(pythonJson({ raw: input.raw, reference: input.reference }, [',', ':'])),
      interaction_type: 'single_turn',
      input,
      output: { raw: [output] },
      messages: null,
      answer_attribution: [
        {
          turn_idx: 0,
          source: 'output.raw',
          extracted_value: output,
          extraction_method: splitScoreKey(key)[0],
          is_terminal: true,
        },
      ],
      evaluation: { score, is_correct: spec !== undefined && score === bestOf(spec) },
      performance: row.elapsedMs === null ? null : { latency_ms: row.elapsedMs },
      error: row.error,
      metadata: { digest: row.digest, state: row.state, ...(row.category !== null && { category: row.category }) },
    })}\n`;
  });
}

interface ModelFiles {
  readonly evaluationId: string;
  readonly samplesFile: string;
  readonly checksum: Hash;
  rows: number;
}

function logOf(run: RunView, model: ModelSummary, files: ModelFiles): object {
  const { summary, manifest } = run;
  const scores = summary.scores.filter(
    (score) => score.model === model.name && score.category === null && score.value !== null,
  );
  const local = model.runner.startsWith('local:');
  return {
    schema_version: SCHEMA_VERSION,
    evaluation_id: files.evaluationId,
    evaluation_timestamp: summary.timing.startedAt,
    retrieved_timestamp: String(Date.parse(manifest.createdAt) / 1000),
    source_metadata: {
      source_name: 'assay',
      source_type: 'evaluation_run',
      source_organization_name: 'unknown',
      evaluator_relationship: 'other',
      additional_details: { run: manifest.run },
    },
    eval_library: { name: 'assay', version: manifest.versions.assay ?? 'unknown' },
    model_info: {
      name: model.name,
      id: model.name,
      inference_platform: local ? 'local' : 'unknown',
      additional_details: {
        deployment_type: local ? 'self_deployed' : 'unknown',
        model_availability: local ? 'open_weights' : 'unknown',
        runner: model.runner,
      },
    },
    evaluation_results: scores.map((score) => resultOf(run, score)),
    detailed_evaluation_results: {
      format: 'jsonl',
      file_path: files.samplesFile.replaceAll('\\', '/'),
      hash_algorithm: 'sha256',
      checksum: files.checksum.digest('hex'),
      total_rows: files.rows,
    },
  };
}

/**
 * Every Eval Ever, schema 0.3.0: `data/<dataset>/<developer>/<model>/<uuid>.json` with intervals, and `<uuid>_samples.jsonl` beside
 * it, below `folder`. What a run does not know (who asks, who made the model) is `unknown` or left out.
 * @see https://github.com/evaleval/every_eval_ever
 */
export function writeEveryEvalEver(run: RunView, folder: string): Promise<Written> {
  const { summary, manifest } = run;
  const specs = new Map(summary.scores.map((score) => [`${score.algorithm}.${score.score}`, score.spec]));
  const seconds = Date.parse(manifest.createdAt) / 1000;
  const folderOf = (model: string) => {
    const [developer, name] = splitModelId(model);
    return join('data', fileNameOf(summary.dataset.name), fileNameOf(developer), fileNameOf(name));
  };
  return writeTextFiles(async (open) => {
    const known = new Map(
      summary.models.map(({ name }): [string, ModelFiles & { readonly logFile: string }] => {
        const uuid = stableUuid(`${manifest.run}\n${name}`);
        const base = join(folderOf(name), uuid);
        const evaluationId = `${summary.dataset.name}/${name}/${seconds}`;
        open(join(folder, `${base}.json`));
        return [
          name,
          {
            evaluationId,
            logFile: `${base}.json`,
            samplesFile: `${base}_samples.jsonl`,
            checksum: createHash('sha256'),
            rows: 0,
          },
        ];
      }),
    );
    for await (const row of run.rows) {
      const files = known.get(row.model);
      if (files === undefined) continue;
      for (const line of instancesOf(row, summary.dataset.name, files.evaluationId, specs)) {
        files.checksum.update(line);
        files.rows += 1;
        await open(join(folder, files.samplesFile)).write(line);
      }
    }
    for (const model of summary.models) {
      const files = known.get(model.name);
      if (files !== undefined)
        await open(join(folder, files.logFile)).write(`${wellFormedJson(logOf(run, model, files))}\n`);
    }
  });
}
