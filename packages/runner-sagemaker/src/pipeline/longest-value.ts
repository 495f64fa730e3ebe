import type { DefinitionStep, PipelineDefinition } from './definition.ts';

/** Parameters whose values a start makes or that are not known yet, at the longest that they can be. */
const LONGEST: Readonly<Record<string, string>> = {
  Bucket: 'b'.repeat(63),
  RoleArn: `arn:aws:iam::123456789012:role/${'r'.repeat(64)}`,
  ImageUri: `123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/${'i'.repeat(150)}`,
  Inputs: `inputs/${'0'.repeat(16)}`,
};
/** Of any other: an image or URI of a training that JumpStart does not know. */
const LONG_URI = `s3://${'b'.repeat(63)}/${'k'.repeat(100)}`;
const EXECUTION_ID = 'x'.repeat(12);
/** `pipelines-<execution>-<step>-<random>` */
const JOB_NAME = 'j'.repeat(63);
const PIPELINE_NAME = 'p'.repeat(120);

type Json = Readonly<Record<string, unknown>>;

/** What references of a definition stand for at their longest, so that lengths can be held before anything runs. */
export class LongestValues {
  readonly #parameters: ReadonlyMap<string, unknown>;
  readonly #steps: ReadonlyMap<string, DefinitionStep>;

  constructor({ Parameters }: PipelineDefinition, steps: readonly DefinitionStep[]) {
    this.#parameters = new Map(Parameters.map((each) => [each.Name, longestOf(each.Name, each.DefaultValue)]));
    this.#steps = new Map(steps.map((step) => [step.Name, step]));
  }

  /** The value with every Get and Std:Join in it replaced; undefined where a reference leads nowhere. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((member) => this.resolve(member));
    if (typeof value !== 'object' || value === null) return value;
    const { Get: path, 'Std:Join': join, 'Std:JsonGet': read } = value as Json;
    if (typeof path === 'string') return this.#get(path);
    if (read !== undefined) return '';
    if (join !== undefined) {
      const { On, Values } = join as { readonly On: string; readonly Values: readonly unknown[] };
      return Values.map((member) => String(this.resolve(member) ?? '')).join(On);
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.resolve(member)]));
  }

  #get(path: string): unknown {
    const [root, name = '', ...rest] = path.split('.');
    if (root === 'Parameters') return this.#parameters.get(name);
    if (path === 'Execution.PipelineExecutionId') return EXECUTION_ID;
    if (root === 'Execution') return PIPELINE_NAME;
    const given = this.#steps.get(name)?.Arguments;
    if (rest.join('.') === 'ModelArtifacts.S3ModelArtifacts') {
      const output = (given?.OutputDataConfig as Json | undefined)?.S3OutputPath;
      return `${String(this.resolve(output))}/${JOB_NAME}/output/model.tar.gz`;
    }
    return undefined;
  }
}

function longestOf(name: string, value: unknown): unknown {
  const longest = LONGEST[name];
  if (value === undefined) return longest ?? LONG_URI;
  return typeof value === 'string' && longest !== undefined && name === 'Inputs' && longest.length > value.length
    ? longest
    : value;
}
