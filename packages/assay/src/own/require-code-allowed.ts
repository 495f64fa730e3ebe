import { AssayError, resolveRunners, type ValidConfig } from '@assay/core';
import type { PlanSettings } from '../settings/run-settings.ts';

/** Variables that a config may send without being asked: nobody else's begin so. */
const FREE_VARIABLES = /^ASSAY_HTTP_/;

/** Before any work: a config that runs code or reads variables of others needs leave. @throws AssayError CONFIG_CODE_NOT_ALLOWED */
export function requireCodeAllowed(config: ValidConfig, settings: PlanSettings): void {
  if (settings.allowCode === true) return;
  for (const model of resolveRunners(config, settings)) {
    if (settings.models !== undefined && !settings.models.includes(model.name)) continue;
    const at = config.placeOf(['models', model.index]);
    const refuse = (what: string, hint: string): never => {
      throw new AssayError('CONFIG_CODE_NOT_ALLOWED', `the config wants to ${what}`, { at, hint });
    };
    if (model.runner === 'exec')
      refuse(`run the command ${model.exec.command.join(' ')}`, 'Look at it; pass --allow-code to run it.');
    if (model.runner === 'module')
      refuse(`run the code in ${model.module.file}`, 'Read that file; pass --allow-code to run it.');
    if (model.runner !== 'http') continue;
    const variable = Object.values(model.http.headers_env ?? {}).find((name) => !FREE_VARIABLES.test(name));
    if (variable !== undefined)
      refuse(
        `send the variable ${variable} to ${new URL(model.http.url).host}`,
        `Name it ASSAY_HTTP_…, or pass --allow-code where you trust the config.`,
      );
  }
}
