import { parse } from 'node:path';
import { defined, type ReachSettings, type StepConfig } from 'assay/internal';

/** What a step may reach: the leave that the pipeline was started with, and no more. */
export function stepReach({ settings }: StepConfig): ReachSettings {
  const { runner, localModel, allowCode, allowEnv, allowHost, allowFile = [], answers } = settings;
  // What lies in a container was put there by the start of the pipeline, which looked at each file.
  const files = settings.configFile === undefined ? [parse(process.cwd()).root] : allowFile;
  return defined({
    ...{ runner, localModel, allowCode, allowEnv, allowHost },
    allowFile: answers === undefined ? files : [...files, answers],
  });
}
