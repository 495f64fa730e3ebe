import { createRequire } from 'node:module';
import { AssayError } from '@assay/core';
import { assayVersion } from '../assay-version.ts';

/** Packages that a light install leaves out, by what they are needed for. */
const NEEDED_FOR = {
  '@assay/runner-local': 'models on this machine',
  '@assay/runner-sagemaker': 'models and services of AWS',
} as const;

type OptionalPackage = keyof typeof NEEDED_FOR;

/** Models, encoders and classifiers in process. @throws AssayError PACKAGE_MISSING */
export const localModels = (): Promise<typeof import('@assay/runner-local')> =>
  optional('@assay/runner-local', () => import('@assay/runner-local'));

/** Converts other exports to the layout that local models are fast with. @throws AssayError PACKAGE_MISSING */
export const localConversion = (): Promise<typeof import('@assay/runner-local/convert')> =>
  optional('@assay/runner-local', () => import('@assay/runner-local/convert'));

/** Endpoints, Bedrock, pipelines, S3. @throws AssayError PACKAGE_MISSING */
export const awsServices = (): Promise<typeof import('@assay/runner-sagemaker')> =>
  optional('@assay/runner-sagemaker', () => import('@assay/runner-sagemaker'));

/**
 * @param versionOf of an installed package
 * @throws AssayError PACKAGE_MISSING or PACKAGE_VERSION with the command that adds what fits
 */
export async function optional<T>(
  name: OptionalPackage,
  load: () => Promise<T>,
  versionOf: (name: OptionalPackage) => string = installedVersion,
): Promise<T> {
  try {
    const loaded = await load();
    requireSameVersion(name, versionOf(name));
    return loaded;
  } catch (thrown) {
    if (!isMissing(thrown, name)) throw thrown;
    throw new AssayError('PACKAGE_MISSING', `${NEEDED_FOR[name]} need the package ${name}, which is not installed`, {
      hint: `Add it: npm install ${name}`,
      cause: thrown,
    });
  }
}

/** The packages of assay are released together, and only tried together. */
function requireSameVersion(name: OptionalPackage, found: string): void {
  const version = assayVersion();
  if (found === version) return;
  throw new AssayError('PACKAGE_VERSION', `${name} is ${found}, and assay is ${version}`, {
    hint: `Take the same version: npm install ${name}@${version}`,
  });
}

function installedVersion(name: OptionalPackage): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string }).version;
}

function isMissing(thrown: unknown, name: string): boolean {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`);
}
