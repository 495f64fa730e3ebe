import { AssayError } from '@assay/core';

/** Packages that a light install leaves out, by what they are needed for. */
const NEEDED_FOR = {
  '@assay/runner-local': 'models on this machine',
  '@assay/runner-sagemaker': 'AWS',
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

/** @throws AssayError PACKAGE_MISSING with the command that adds it */
export async function optional<T>(name: OptionalPackage, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (thrown) {
    if (!isMissing(thrown, name)) throw thrown;
    throw new AssayError('PACKAGE_MISSING', `${NEEDED_FOR[name]} need the package ${name}, which is not installed`, {
      hint: `Add it: npm install ${name}`,
      cause: thrown,
    });
  }
}

function isMissing(thrown: unknown, name: string): boolean {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`);
}
