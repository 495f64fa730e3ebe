import type { ModelArtefacts } from './model-source.ts';
import { defaultsOf, propertiesOfInstance, readSpec, type Spec } from './spec-document.ts';

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
  const { spec, text } = readSpec(document);
  const instanceType = place.instanceType ?? text('defaultinferenceinstancetype');
  const imageUri =
    text('hostingecruri') ??
    propertiesOfInstance(spec.get('hostinginstancetypevariants'), instanceType, place.region).imageUri;
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
    environment: defaultsOf(spec.get('inferenceenvironmentvariables')),
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
