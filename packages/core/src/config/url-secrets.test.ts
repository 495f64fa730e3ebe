import { expect, test } from 'vitest';
import { maskUrls, urlSecrets, withoutUrlSecrets } from './url-secrets.ts';

test('user, password and keys of a query are struck out, the rest stays', () => {
  expect(withoutUrlSecrets('https://user:hunter2@host.example/v1?api_key=abc&n=1#x')).toBe(
    'https://…@host.example/v1?api_key=…&n=1#x',
  );
  expect(withoutUrlSecrets('https://host.example/a?X-Amz-Signature=ff&X-Amz-Credential=AK%2F1&page=2')).toBe(
    'https://host.example/a?X-Amz-Signature=…&X-Amz-Credential=…&page=2',
  );
  expect(withoutUrlSecrets('s3://bucket/key@2/file')).toBe('s3://bucket/key@2/file');
});

test('what is secret is named', () => {
  expect(urlSecrets('https://u:p@host.example/?key=1&n=2')).toEqual(['user', 'key']);
  expect(urlSecrets('https://host.example/v1?n=2')).toEqual([]);
  expect(urlSecrets('no url')).toEqual([]);
});

test('URLs in a text lose their secrets, and the text nothing else', () => {
  const text = `openai: { base_url: "https://me:pw@h.example/v1" } # see https://h.example/?token=t&x=1\nkey=5`;
  expect(maskUrls(text)).toBe(
    `openai: { base_url: "https://…@h.example/v1" } # see https://h.example/?token=…&x=1\nkey=5`,
  );
});
