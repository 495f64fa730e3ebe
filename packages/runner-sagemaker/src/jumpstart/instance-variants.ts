import type { Hyperparameter, InstanceVariants, Resources, VariantProperties } from './jumpstart-document.ts';

/** `g5` of `ml.g5.48xlarge`; empty for what is no instance type of SageMaker. */
export const instanceFamily = (instanceType: string): string =>
  /^ml[._]([a-z0-9-]+)\.?\w*$/.exec(instanceType)?.[1] ?? '';

type Single =
  | 'artifact_key'
  | 'prepacked_artifact_key'
  | 'training_artifact_uri'
  | 'training_artifact_key'
  | 'gated_model_key_env_var_value'
  | 'gated_model_env_var_uri'
  | 'default_inference_instance_type';

/** What a table of variants says for one instance type: its own entry first, then its family's. */
export class VariantOf {
  readonly #table: InstanceVariants | null | undefined;
  readonly #keys: readonly string[];
  readonly #region: string;

  constructor(table: InstanceVariants | null | undefined, instanceType: string, region: string) {
    this.#table = table;
    this.#keys = [instanceType, instanceFamily(instanceType)].filter((key) => key !== '');
    this.#region = region;
  }

  get image(): string | undefined {
    return this.#regional('image_uri');
  }

  get modelPackage(): string | undefined {
    return this.#regional('model_package_arn');
  }

  /** Through the aliases of the region where the table has any; plain otherwise. */
  #regional(property: 'image_uri' | 'model_package_arn'): string | undefined {
    const { regional_aliases: aliases, aliases: plain } = this.#table ?? {};
    if (aliases == null) {
      const value = this.#all.map((properties) => properties[property]).find((found) => Boolean(found)) ?? undefined;
      return value?.startsWith('$') === true ? plain?.[value.slice(1)] : value;
    }
    const alias = this.#keys
      .map((key) => this.#table?.variants?.[key]?.regional_properties?.[property])
      .find((found) => found?.startsWith('$') === true);
    return alias == null ? undefined : aliases[this.#region]?.[alias.slice(1)];
  }

  single(property: Single): string | undefined {
    return this.#all.map((properties) => properties[property]).find((found) => Boolean(found)) ?? undefined;
  }

  /** The family's, and the instance type's own over them. */
  get environment(): Readonly<Record<string, string | number | boolean>> {
    return Object.assign({}, ...this.#familyFirst.map((properties) => properties.environment_variables ?? {}));
  }

  get resources(): Resources {
    return Object.assign({}, ...this.#familyFirst.map((properties) => properties.resource_requirements ?? {}));
  }

  get hyperparameters(): readonly Hyperparameter[] {
    return ownFirst(
      this.#all.map(({ hyperparameters }) => hyperparameters ?? []),
      ({ name }) => name,
    );
  }

  get metrics(): readonly { readonly Name: string; readonly Regex: string }[] {
    return ownFirst(
      this.#all.map(({ metrics }) => metrics ?? []),
      ({ Name }) => Name,
    );
  }

  /** Undefined where the table has none for it. */
  get supportedInferenceTypes(): readonly string[] | undefined {
    const all = this.#all.flatMap(({ supported_inference_instance_types: types }) => types ?? []);
    return all.length === 0 ? undefined : [...new Set(all)].sort();
  }

  get #all(): readonly VariantProperties[] {
    return this.#keys.map((key) => this.#table?.variants?.[key]?.properties ?? {});
  }

  get #familyFirst(): readonly VariantProperties[] {
    return [...this.#all].reverse();
  }
}

function ownFirst<T>(lists: readonly (readonly T[])[], nameOf: (entry: T) => string): readonly T[] {
  const [own = [], family = []] = lists;
  const names = new Set(own.map(nameOf));
  return [...own, ...family.filter((entry) => !names.has(nameOf(entry)))];
}
