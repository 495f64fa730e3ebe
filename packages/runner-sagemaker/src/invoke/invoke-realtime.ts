import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type InvocationTarget, type Invoke, targetInput } from './invocation-target.ts';

/** InvokeEndpoint: the answer in one piece. */
export function invokeRealtime(client: SageMakerRuntimeClient, target: InvocationTarget): Invoke {
  return async (body, signal) => {
    const command = new InvokeEndpointCommand({ ...targetInput(target), Body: Buffer.from(body) });
    const { Body } = await client.send(command, { abortSignal: signal });
    return Buffer.from(Body ?? []).toString('utf8');
  };
}
