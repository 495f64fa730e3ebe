import { AssayError } from '@assay/core';
import type { FoundDocument, JumpStartDocument } from './jumpstart-document.ts';
import { checkDocument } from './jumpstart-document.ts';
import { isObject, type JsonObject } from './parse-document.ts';

/** The ranking by which JumpStart's own default is chosen. */
const RANKING = 'overall';
/** As a name of a config: the first of the ranking, whatever the instance type. */
export const FIRST_RANKED = 'first-ranked';

/** Members that a config cannot change. */
const FIXED: ReadonlySet<string> = new Set([
  'model_id',
  'url',
  'version',
  'min_sdk_version',
  'deprecated',
  'deprecated_message',
  'deprecate_warn_message',
  'resource_name_base',
  'gated_bucket',
  'training_supported',
  'incremental_training_supported',
]);

export interface ConfigChoice {
  /** Name of an inference config, or FIRST_RANKED. @default the first ranked that supports the instance type, else the first ranked */
  readonly config?: string | undefined;
  readonly instanceType?: string | undefined;
}

export interface ConfiguredDocument {
  readonly document: JumpStartDocument;
  /** In the document's order; empty for a document without configs. */
  readonly names: readonly string[];
  readonly defaultName: string | undefined;
  readonly name: string | undefined;
}

/**
 * The document with one of its inference configs merged in: objects deeply, lists replaced whole.
 * @throws AssayError MODEL_NOT_FOUND for a config that is not there; AWS_RESPONSE_SHAPE
 */
export function configured(found: FoundDocument, choice: ConfigChoice): ConfiguredDocument {
  const { modelId, version, document: raw } = found;
  const named = `${modelId} ${version}`;
  const base = checkDocument(raw, named);
  const names = Object.keys(base.inference_configs ?? {});
  if (names.length === 0) {
    if (choice.config !== undefined && choice.config !== FIRST_RANKED) throw noSuchConfig(named, choice.config, names);
    return { document: withoutPackagedEnvironment(base), names, defaultName: undefined, name: undefined };
  }
  const ranked = base.inference_config_rankings?.[RANKING]?.rankings ?? [];
  const defaultName = ranked[0] ?? [...names].sort()[0]!;
  const merge = (name: string): JumpStartDocument => merged(raw, base, name, named);
  const name = choose(choice, { names, ranked, defaultName, merge });
  if (!names.includes(name)) throw noSuchConfig(named, name, names);
  return { document: withoutPackagedEnvironment(merge(name)), names, defaultName, name };
}

function choose(
  { config, instanceType }: ConfigChoice,
  {
    names,
    ranked,
    defaultName,
    merge,
  }: {
    readonly names: readonly string[];
    readonly ranked: readonly string[];
    readonly defaultName: string;
    readonly merge: (name: string) => JumpStartDocument;
  },
): string {
  if (config !== undefined && config !== FIRST_RANKED) return config;
  if (config === FIRST_RANKED || instanceType === undefined) return defaultName;
  const supports = (name: string): boolean =>
    names.includes(name) && merge(name).supported_inference_instance_types?.includes(instanceType) === true;
  return ranked.find(supports) ?? defaultName;
}

function merged(raw: JsonObject, base: JumpStartDocument, name: string, named: string): JumpStartDocument {
  const components = isObject(raw.inference_config_components) ? raw.inference_config_components : {};
  let whole: JsonObject = withoutNulls(raw) as JsonObject;
  for (const componentName of base.inference_configs?.[name]?.component_names ?? []) {
    const component = components[componentName];
    if (!isObject(component))
      throw new AssayError(
        'AWS_RESPONSE_SHAPE',
        `JumpStart’s document of ${named} has no component ${componentName} of its config ${name}`,
      );
    const allowed = Object.fromEntries(Object.entries(component).filter(([key]) => !FIXED.has(key)));
    whole = mergeDeep(whole, allowed) as JsonObject;
  }
  return checkDocument(whole, `${named}, config ${name}`);
}

/** An empty object replaces like a list does; so does null. */
function mergeDeep(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over) || Object.keys(over).length === 0) return over;
  const members = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) members.set(key, mergeDeep(members.get(key), value));
  return Object.fromEntries(members);
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}

/** A model package brings its own environment. */
function withoutPackagedEnvironment(document: JumpStartDocument): JumpStartDocument {
  const isPackaged = Object.keys(document.hosting_model_package_arns ?? {}).length > 0;
  return isPackaged ? { ...document, inference_environment_variables: [] } : document;
}

function noSuchConfig(named: string, config: string, names: readonly string[]): AssayError {
  return new AssayError('MODEL_NOT_FOUND', `JumpStart’s ${named} has no inference config "${config}"`, {
    hint: names.length === 0 ? 'it has none: leave sagemaker.config out' : `it has ${names.join(', ')}`,
  });
}
