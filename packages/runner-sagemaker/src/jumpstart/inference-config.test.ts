import { expect, test } from 'vitest';
import { languageModel } from '../../test/jumpstart-documents.ts';
import { configured, FIRST_RANKED } from './inference-config.ts';
import { readDocument } from './jumpstart-document.ts';
import { jumpStartHosting } from './jumpstart-hosting.ts';
import { parseDocument, pythonText } from './parse-document.ts';

const found = (more: Readonly<Record<string, unknown>> = {}, lmi: Readonly<Record<string, unknown>> = {}) => {
  const document = languageModel('m', '1.0.0', more) as { inference_config_components: Record<string, object> };
  const components = { ...document.inference_config_components };
  components.lmi = { ...components.lmi, ...lmi };
  const text = JSON.stringify({ ...document, inference_config_components: components });
  return {
    kind: 'spec' as const,
    modelId: 'm',
    version: '1.0.0',
    region: 'us-east-1',
    document: readDocument(text, 'spec', 'm', 'us-east-1'),
  };
};
const host = (from: ReturnType<typeof found>, instanceType = 'ml.g5.48xlarge') =>
  jumpStartHosting(from, { config: FIRST_RANKED, instanceType });

test('objects of a config are merged deeply into the document’s, lists replace them whole', () => {
  const base = { deploy_kwargs: { inference_ami_version: 'al2-x', model_data_download_timeout: 9 } };
  const hosting = host(found(base));
  expect(hosting).toMatchObject({ amiVersion: 'al2-x', downloadTimeoutS: 1200 });
  expect(hosting.environment).not.toHaveProperty('STALE');
});

test('an empty object and null in a config blank what the document has', () => {
  const base = { deploy_kwargs: { inference_ami_version: 'al2-x' } };
  expect(host(found(base, { deploy_kwargs: {} })).amiVersion).toBeUndefined();
  expect(
    host(found({ inference_volume_size: 99 }, { inference_volume_size: null }), 'ml.m5.xlarge').volumeGb,
  ).toBeUndefined();
});

test('a config cannot lift the licence of its document', () => {
  expect(host(found({ gated_bucket: true }, { gated_bucket: false })).isGated).toBe(true);
});

test('an entry of an instance type that has no image takes its family’s, with its own environment over the family’s', () => {
  const variants = {
    regional_aliases: { 'us-east-1': { a: 'image-a' } },
    variants: {
      g5: {
        regional_properties: { image_uri: '$a' },
        properties: { environment_variables: { A: 'family', B: 'family' } },
      },
      'ml.g5.48xlarge': { properties: { environment_variables: { A: 'own' } } },
    },
  };
  const hosting = host(found({}, { hosting_instance_type_variants: variants }));
  expect(hosting.imageUri).toBe('image-a');
  expect(hosting.environment).toMatchObject({ A: 'own', B: 'family' });
  expect(host(found({}, { hosting_instance_type_variants: variants }), 'ml.p5.48xlarge').imageUri).toBeUndefined();
});

test('without a ranking the first name is the default; a component that is not there is said', () => {
  expect(configured(found({ inference_config_rankings: null }), {}).name).toBe('lmi');
  const broken = found({ inference_configs: { lmi: { component_names: ['gone'] } } });
  expect(() => configured(broken, {})).toThrow('no component gone of its config lmi');
});

test('a document that is not as expected is refused with the place', () => {
  expect(() => configured(found({ inference_configs: 'none' }), {})).toThrow(/inference_configs: /);
  expect(() => parseDocument('{"a": ', 'm')).toThrow('m is not JSON');
  expect(() => parseDocument('[1]', 'm')).toThrow('not a JSON object');
});

test('defaults are the text that Python makes of them', () => {
  const document = parseDocument('{"default": 0.0, "list": [{"Default": 5.00}], "text": "1.0", "other": 2.0}', 'm');
  expect(document).toEqual({ default: '0.0', list: [{ Default: '5.0' }], text: '1.0', other: 2 });
  expect([true, 0.0001, 0.00001, 1e-10, 3600].map(pythonText)).toEqual(['True', '0.0001', '1e-05', '1e-10', '3600']);
});
