import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeHtml, html, trustedHtml } from './html.ts';

test('text put into a template is escaped', () => {
  expect(html`<p title="${'"<'}">${'<b>&'}</p>`.markup).toBe('<p title="&quot;&lt;">&lt;b&gt;&amp;</p>');
});

test('markup put into a template stays markup', () => {
  expect(html`<p>${[html`<b>${'<'}</b>`, trustedHtml('<i></i>')]}</p>`.markup).toBe('<p><b>&lt;</b><i></i></p>');
});

test('null, undefined and false leave nothing', () => {
  expect(html`a${null}${undefined}${false}${0}b`.markup).toBe('a0b');
});

test('no escaped text holds a character that could end text or an attribute', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(escapeHtml(text))));
});
