export type Spec = Readonly<Record<string, unknown>>;

/** A JumpStart document with its keys in one spelling: `hosting_ecr_uri` and `HostingEcrUri` are `hostingecruri`. */
export function readSpec(document: Spec): {
  readonly spec: ReadonlyMap<string, unknown>;
  /** Undefined for what is missing, empty or no text. */
  readonly text: (key: string) => string | undefined;
} {
  const spec = new Map(Object.entries(document).map(([key, value]) => [canonical(key), value]));
  const text = (key: string): string | undefined => {
    const value = spec.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return { spec, text };
}

const canonical = (key: string): string => key.replaceAll('_', '').toLowerCase();

/** `[{name, default, scope}]` in either case: what has a default, as text; booleans as Python spells them. */
export function defaultsOf(variables: unknown): Record<string, string> {
  const defaults: Record<string, string> = {};
  for (const variable of Array.isArray(variables) ? (variables as Spec[]) : []) {
    const { spec } = readSpec(variable);
    const value = spec.get('default');
    if (typeof spec.get('name') !== 'string' || value === undefined || value === null) continue;
    defaults[String(spec.get('name'))] = typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
  }
  return defaults;
}

interface Variants {
  readonly aliases?: Readonly<Record<string, string>>;
  readonly regional_aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly variants?: Readonly<Record<string, { readonly regional_properties?: Spec; readonly properties?: Spec }>>;
}

export interface InstanceProperties {
  readonly imageUri: string | undefined;
  /** Key of a gated model's artefacts, which training scripts read from the environment. */
  readonly gatedKey: string | undefined;
}

/** What a table of variants says for an instance type or its family, images through the aliases of the region. */
export function propertiesOfInstance(
  table: unknown,
  instanceType: string | undefined,
  region: string,
): InstanceProperties {
  if (typeof table !== 'object' || table === null || instanceType === undefined)
    return { imageUri: undefined, gatedKey: undefined };
  const { aliases, regional_aliases: regional, variants } = lowerKeys(table) as Variants;
  const family = instanceType.replace(/^ml\./, '').split('.')[0]!;
  const all: Spec = Object.assign(
    {},
    ...[variants?.[family], variants?.[instanceType]].map((found) => ({
      ...found?.properties,
      ...found?.regional_properties,
    })),
  );
  const { image_uri: uri, gated_model_key_env_var_value: key } = all;
  const gatedKey = typeof key === 'string' ? key : undefined;
  if (typeof uri !== 'string') return { imageUri: undefined, gatedKey };
  const imageUri = uri.startsWith('$') ? (regional?.[region]?.[uri.slice(1)] ?? aliases?.[uri.slice(1)]) : uri;
  return { imageUri, gatedKey };
}

/** Pascal case of hub documents as the snake case of the manifest; instance families stay as they are. */
function lowerKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      /^[A-Z]/.test(key) ? key.replaceAll(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase() : key,
      lowerKeys(member),
    ]),
  );
}
