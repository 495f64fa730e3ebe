import type { ObjectStore } from './object-store.ts';

type Json = Readonly<Record<string, unknown>>;

/** What references are looked up in. */
export interface ReferenceScope {
  readonly id: string;
  readonly pipeline: string;
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly steps: readonly {
    readonly Name: string;
    readonly PropertyFiles?: readonly { readonly PropertyFileName: string; readonly FilePath: string }[];
  }[];
  /** Arguments of steps that ran, as resolved. */
  readonly resolved: ReadonlyMap<string, Json>;
}

/** A value of a definition with every Get, Std:Join and Std:JsonGet in it replaced. */
export function resolveReferences(value: unknown, scope: ReferenceScope, store: ObjectStore): unknown {
  if (Array.isArray(value)) return value.map((member) => resolveReferences(member, scope, store));
  if (typeof value !== 'object' || value === null) return value;
  const { Get, 'Std:Join': join, 'Std:JsonGet': read } = value as Record<string, unknown>;
  if (typeof Get === 'string') return get(Get, scope);
  if (join !== undefined) {
    const { On, Values } = join as { On: string; Values: unknown[] };
    return Values.map((member) => String(resolveReferences(member, scope, store))).join(On);
  }
  if (read !== undefined) return readProperty(read as { PropertyFile: { Get: string }; Path: string }, scope, store);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolveReferences(member, scope, store)]),
  );
}

function get(path: string, { id, pipeline, parameters, resolved }: ReferenceScope): unknown {
  const [root, name = '', ...rest] = path.split('.');
  if (root === 'Parameters') return parameters.get(name);
  if (path === 'Execution.PipelineExecutionId') return id;
  if (path === 'Execution.PipelineName') return pipeline;
  let found: unknown = resolved.get(name);
  for (const key of rest) found = (found as Json | undefined)?.[key];
  if (found === undefined) throw new Error(`nothing at ${path}`);
  return found;
}

function readProperty(
  { PropertyFile, Path }: { PropertyFile: { Get: string }; Path: string },
  { steps, resolved }: ReferenceScope,
  store: ObjectStore,
): unknown {
  const [, name = '', , file] = PropertyFile.Get.split('.');
  const step = steps.find(({ Name }) => Name === name);
  const path = step?.PropertyFiles?.find(({ PropertyFileName }) => PropertyFileName === file)?.FilePath;
  const outputs = resolved.get(name)?.ProcessingOutputConfig as { Outputs: { S3Output: { S3Uri: string } }[] };
  const body = store.get(`${outputs.Outputs[0]!.S3Output.S3Uri}/${path}`);
  let found: unknown = JSON.parse(body?.toString('utf8') ?? 'null');
  for (const key of Path.split('.')) found = (found as Json | undefined)?.[key];
  if (found === undefined || found === null) throw new Error(`JsonGet finds nothing at ${Path}`);
  return found;
}
