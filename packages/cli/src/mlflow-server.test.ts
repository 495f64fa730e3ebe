import { expect, test } from 'vitest';
import { mlflowServer } from './mlflow-server.ts';

test('the address is that of --to, else of the environment', () => {
  const env = { MLFLOW_TRACKING_URI: 'http://elsewhere:5000' };
  expect(mlflowServer('https://host/mlflow', env)).toEqual({ url: 'https://host/mlflow' });
  expect(mlflowServer(undefined, env)).toEqual({ url: 'http://elsewhere:5000/' });
  expect(() => mlflowServer(undefined, {})).toThrow('--format mlflow needs a server');
  expect(() => mlflowServer('mlruns', {})).toThrow('no address of an MLflow server');
});

test('credentials come from the environment alone', () => {
  expect(mlflowServer('http://h', { MLFLOW_TRACKING_TOKEN: 't' }).authorization).toBe('Bearer t');
  const named = { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'p:w' };
  expect(mlflowServer('http://h', named).authorization).toBe(`Basic ${btoa('me:p:w')}`);
  expect(() => mlflowServer('http://me:secret@h', {})).toThrow('holds a password');
  expect(() => mlflowServer('http://me:secret@h', {})).not.toThrow('secret@');
});
