import { IMPORTED_DATA } from '../write-imported.ts';
import type { TaskAlgorithms } from './task-algorithms.ts';
import type { OutputType } from './task-settings.ts';

export interface ConfigShape {
  readonly name: string;
  readonly type: OutputType;
  /** The model that the config names. */
  readonly model: string;
  readonly scored: TaskAlgorithms;
  /** Of a generation. */
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  /** Whether a filter looks for the choices of a row in the answer. */
  readonly hasChoices: boolean;
  /** Whether the choices are inputs, which one target follows. */
  readonly areInputs: boolean;
  /** Keys of the dataset. @default those of a task that is scored by its own metrics */
  readonly keys?: Readonly<Record<string, string>>;
  /** Whether each model_input is a conversation. @default false */
  readonly isChat?: boolean;
}

/** The config of a task whose rows are whole prompts. */
export function importedConfig(shape: ConfigShape): Record<string, unknown> {
  const { name, type, model, scored, parameters, hasChoices, areInputs, isChat = false } = shape;
  const { algorithms, scores } = scored;
  const keys =
    shape.keys ??
    (type === 'multiple_choice'
      ? {
          ...{ choices_key: 'choices', answer_index_key: 'answer_index' },
          ...(areInputs ? { target_output_key: 'target_output' } : {}),
        }
      : type === 'loglikelihood_rolling'
        ? {}
        : { target_output_key: 'target_output', ...(hasChoices ? { choices_key: 'choices' } : {}) });
  return {
    dataset: { dataset_name: name, input_data_location: IMPORTED_DATA, model_input_key: 'model_input', ...keys },
    // The rows are whole prompts: no chat template is put around them.
    prompt: { template: '$model_input', chat: isChat ? 'json' : 'never' },
    models: [
      {
        name: model,
        runner: 'local',
        model_id: model,
        // lm-evaluation-harness cuts what does not fit into the context on the left; a text by itself it reads in windows.
        ...(type === 'loglikelihood_rolling'
          ? {}
          : {
              evaluation_config: {
                overflow: 'left',
                ...(parameters === undefined ? {} : { inference_parameters: parameters }),
              },
            }),
      },
    ],
    algorithms: areInputs ? algorithms.map((each) => ({ ...each, choices_are: 'inputs' })) : algorithms,
    imported_from: { tool: 'lm-eval', scores },
  };
}
