import type { SpecPlace } from './hosting-spec.ts';
import type { TrainingSpec } from './model-source.ts';
import { defaultsOf, propertiesOfInstance, readSpec, type Spec } from './spec-document.ts';

/** Names to a training script where the artefacts of a gated model lie. */
const GATED_MODEL_VARIABLE = 'SageMakerGatedModelS3Uri';

/**
 * What a JumpStart document says of fine-tuning: image, artefacts, script and the defaults of its hyperparameters, those of
 * the container among them. Undefined for a model that cannot be trained, or whose image only the Python SDK's tables know.
 */
export function readTrainingSpec(document: Spec, place: SpecPlace): TrainingSpec | undefined {
  const { spec, text } = readSpec(document);
  const instanceType = place.instanceType ?? text('defaulttraininginstancetype');
  const variant = propertiesOfInstance(spec.get('traininginstancetypevariants'), instanceType, place.region);
  const imageUri = text('trainingecruri') ?? variant.imageUri;
  if (spec.get('trainingsupported') === false || imageUri === undefined) return undefined;
  const at = (uri: string, key: string): string | undefined => {
    const found = text(key);
    return text(uri) ?? (found === undefined ? undefined : `s3://${place.bucket}/${found}`);
  };
  const modelUri = at('trainingartifacturi', 'trainingartifactkey');
  const scriptUri =
    at('trainingprepackedscripturi', 'trainingprepackedscriptkey') ?? at('trainingscripturi', 'trainingscriptkey');
  const eula = text('hostingeulauri') ?? text('hostingeulakey');
  const gated = variant.gatedKey === undefined ? undefined : `s3://${place.gatedBucket}/${variant.gatedKey}`;
  return {
    imageUri,
    ...(modelUri === undefined ? {} : { modelUri }),
    ...(scriptUri === undefined ? {} : { scriptUri }),
    hyperparameters: defaultsOf(spec.get('hyperparameters')),
    environment: gated === undefined ? {} : { [GATED_MODEL_VARIABLE]: gated },
    ...(eula === undefined ? {} : { eula: /^(s3|https?):/.test(eula) ? eula : `s3://${place.bucket}/${eula}` }),
  };
}
