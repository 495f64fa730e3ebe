import type { ModelArtefacts } from './model-source.ts';

type Spec = Readonly<Record<string, unknown>>;

export interface SpecPlace {
  readonly modelId: string;
  readonly version: string;
  readonly region: string;
  readonly instanceType: string | undefined;
  /** Bucket of artefacts that the document names by key. */
  readonly bucket: string;
  readonly gatedBucket: string;
}

/**
 * Artefacts out of a JumpStart document: the public manifest's spec (snake case) or a hub content document (Pascal
 * case). Undefined when it names no image that can be used without the Python SDK's tables.
 */
export function readHostingSpec(document: Spec, place: SpecPlace): ModelArtefacts | undefined {
  const spec = new Map(Object.entries(document).map(([key, value]) => [canonical(key), value]));
  const text = (key: string): string | undefined => {
    const value = spec.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const instanceType = place.instanceType ?? text('defaultinferenceinstancetype');
  const imageUri =
    text('hostingecruri') ?? imageOfInstance(spec.get('hostinginstancetypevariants'), instanceType, place.region);
  if (imageUri === undefined) return undefined;
  const isGated = spec.get('gatedbucket') === true;
  const bucket = isGated ? place.gatedBucket : place.bucket;
  const key = text('hostingprepackedartifactkey') ?? text('hostingartifactkey');
  const uri = text('hostingartifacturi') ?? (key === undefined ? undefined : `s3://${bucket}/${key}`);
  const eula = text('hostingeulauri') ?? text('hostingeulakey');
  const defaultInstanceType = text('defaultinferenceinstancetype');
  return {
    pinnedAs: `${place.modelId}@${text('version') ?? place.version}`,
    imageUri,
    environment: environmentOf(spec.get('inferenceenvironmentvariables')),
    ...(uri === undefined
      ? {}
      : {
          modelData: {
            uri,
            isPrefix: text('hostingartifacts3datatype') !== 'S3Object' && !uri.endsWith('.tar.gz'),
            compression: uri.endsWith('.tar.gz') ? ('Gzip' as const) : ('None' as const),
          },
        }),
    ...(defaultInstanceType === undefined ? {} : { defaultInstanceType }),
    ...(eula === undefined ? {} : { eula: /^(s3|https?):/.test(eula) ? eula : `s3://${bucket}/${eula}` }),
  };
}

const canonical = (key: string): string => key.replaceAll('_', '').toLowerCase();

/** `[{name, default, scope}]` in either case. */
function environmentOf(variables: unknown): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const variable of Array.isArray(variables) ? (variables as Spec[]) : []) {
    const entry = new Map(Object.entries(variable).map(([key, value]) => [canonical(key), value]));
    const value = entry.get('default');
    if (typeof entry.get('name') === 'string' && value !== undefined && value !== null)
      environment[String(entry.get('name'))] = String(value);
  }
  return environment;
}

interface Variants {
  readonly aliases?: Readonly<Record<string, string>>;
  readonly regional_aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly variants?: Readonly<Record<string, { readonly regional_properties?: Spec; readonly properties?: Spec }>>;
}

/** The image of an instance type or of its family, through the aliases of the region. */
function imageOfInstance(table: unknown, instanceType: string | undefined, region: string): string | undefined {
  if (typeof table !== 'object' || table === null || instanceType === undefined) return undefined;
  const { aliases, regional_aliases: regional, variants } = lowerKeys(table) as Variants;
  const family = instanceType.replace(/^ml\./, '').split('.')[0]!;
  const found = variants?.[instanceType] ?? variants?.[family];
  const uri = { ...found?.properties, ...found?.regional_properties }.image_uri;
  if (typeof uri !== 'string') return undefined;
  return uri.startsWith('$') ? (regional?.[region]?.[uri.slice(1)] ?? aliases?.[uri.slice(1)]) : uri;
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
