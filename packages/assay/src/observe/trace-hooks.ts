import type { RunHooks, SampleRecord } from '@assay/core';
import type { Attributes, Span, Tracer } from '@opentelemetry/api';

/** The parts of OpenTelemetry's API that spans are made with; the package is loaded only when traces are asked for. */
export type TraceApi = Pick<typeof import('@opentelemetry/api'), 'ROOT_CONTEXT' | 'SpanStatusCode' | 'trace'>;

type Answer = Parameters<NonNullable<RunHooks['onAnswer']>>[0] & { readonly endedAt: number };

interface ModelTrace {
  readonly span: Span;
  /** Answers of samples that are not done yet. */
  readonly answers: Map<number, Answer[]>;
}

const OPERATIONS = { generate: 'chat', logProbability: 'log_probability', similarity: 'embeddings' } as const;

/** A run as spans: run → model → sample → question to the model. They hold figures and names, no texts. */
export function traceHooks(api: TraceApi, tracer: Tracer, now: () => number = Date.now): RunHooks {
  const { trace, ROOT_CONTEXT, SpanStatusCode } = api;
  const models = new Map<string, ModelTrace>();
  let run: Span | undefined;

  const fail = (span: Span, code: string): void => {
    span.setAttribute('error.type', code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  };
  const start = (name: string, parent: Span | undefined, startTime: number, attributes: Attributes): Span =>
    tracer.startSpan(
      name,
      { startTime, attributes },
      parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent),
    );

  const traceSample = ({ span: parent, answers }: ModelTrace, model: string, record: SampleRecord): void => {
    const own = answers.get(record.sample) ?? [];
    answers.delete(record.sample);
    const endedAt = now();
    const startedAt = Math.min(endedAt, ...own.map((answer) => answer.endedAt - answer.elapsedMs));
    const sample = start('sample', parent, startedAt, sampleAttributes(record));
    if (record.error !== undefined) fail(sample, record.error.code);
    for (const answer of own) {
      const operation = OPERATIONS[answer.kind];
      const question = start(`${operation} ${model}`, sample, answer.endedAt - answer.elapsedMs, {
        'gen_ai.operation.name': operation,
        'gen_ai.request.model': model,
        'assay.attempts': answer.attempts,
        ...(answer.promptTokens === null ? {} : { 'gen_ai.usage.input_tokens': answer.promptTokens }),
        ...(answer.newTokens === null ? {} : { 'gen_ai.usage.output_tokens': answer.newTokens }),
      });
      if (answer.error !== null) fail(question, answer.error);
      question.end(answer.endedAt);
    }
    sample.end(endedAt);
  };

  return {
    onRunStart: ({ run: id, dataset, total, seed, isResumed }) => {
      run = start('run', undefined, now(), {
        'assay.run': id,
        'assay.dataset': dataset,
        'assay.seed': seed,
        'assay.resumed': isResumed,
        ...(total === null ? {} : { 'assay.samples': total }),
      });
    },
    onModelStart: ({ model, alreadyDone }) => {
      const attributes = { 'gen_ai.request.model': model, 'assay.already_done': alreadyDone };
      const span = start(`model ${model}`, run, now(), attributes);
      models.set(model, { span, answers: new Map() });
    },
    onAnswer: (event) => {
      const answers = models.get(event.model)?.answers;
      if (answers === undefined) return;
      const answer = { ...event, endedAt: now() };
      const known = answers.get(event.index);
      if (known === undefined) answers.set(event.index, [answer]);
      else known.push(answer);
    },
    onSample: ({ model, record }) => {
      const traced = models.get(model);
      if (traced !== undefined) traceSample(traced, model, record);
    },
    onRange: ({ model, samples }) => void models.get(model)?.span.addEvent('range', { 'assay.samples': samples }),
    onModelEnd: ({ model, error }) => {
      const span = models.get(model)?.span;
      if (span !== undefined && error !== null) fail(span, error.code);
      span?.end(now());
      models.delete(model);
    },
    onWarning: ({ code }) => void run?.addEvent('warning', { 'assay.code': code }),
    onRunEnd: ({ error }) => {
      for (const { span } of models.values()) {
        if (error !== null) fail(span, error.code);
        span.end(now());
      }
      if (run !== undefined && error !== null) fail(run, error.code);
      run?.end(now());
    },
  };
}

function sampleAttributes({ sample, digest, state, attempts, cache, outcomes }: SampleRecord): Attributes {
  const scores = Object.entries(outcomes).flatMap(([algorithm, outcome]) =>
    'scores' in outcome
      ? Object.entries(outcome.scores).map(([score, value]) => [`assay.score.${algorithm}.${score}`, value] as const)
      : [],
  );
  return {
    'assay.sample': sample,
    'assay.digest': digest,
    'assay.state': state,
    ...(attempts === undefined ? {} : { 'assay.attempts': attempts }),
    ...(cache === undefined ? {} : { 'assay.cached': Object.values(cache).every((isHit) => isHit) }),
    ...Object.fromEntries(scores),
  };
}
