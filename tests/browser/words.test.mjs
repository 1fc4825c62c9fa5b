/*
 * words.test.mjs - what a publisher wrote is what a reader gets, whatever it looks like.
 *
 * In SSE LF, CR and CRLF each end a line: a message that could smuggle one in could forge an event.
 */

import assert from 'node:assert/strict';
import { open, pageTest, row, text } from './helper/headway.mjs';
import { until } from './helper/wait.mjs';

const WORDS = {
  'a line feed': 'one\ntwo',
  'a carriage return': 'one\rtwo',
  'both': 'one\r\ntwo',
  'an event of its own': 'x\n\ndata: {"moved":1}\n\nevent: resync\ndata: {}\n\n',
  'an id of its own': 'x\rid: 0-0\r\r',
  'Unicode line separators': 'one\u2028two\u2029three\u0085four',
  'an emoji of several parts': '👩‍🚀 🏳️‍🌈 é',
  'a script from right to left': 'שלום עולם',
  'what JSON escapes': 'tab\t quote" slash/ back\\ nul-ish\u0001 del\u007f',
  'a byte order mark': '\ufeffstart',
  'spaces at both ends': '  x  ',
};

pageTest('EventSource gives back each message exactly as it went in', {}, async ({ page, stack }) => {
  await page.goto(stack.url);
  await page.evaluate(() => {
    window.messages = {};
    window.events = [];
    const source = new EventSource('events');
    source.addEventListener('task', (event) => {
      const { task, message } = JSON.parse(event.data);
      window.messages[task] = message;
    });
    for (const type of ['message', 'resync']) source.addEventListener(type, () => window.events.push(type));
  });
  const names = Object.keys(WORDS).map((_, n) => `w${n}`);
  const wanted = Object.fromEntries(Object.values(WORDS).map((message, n) => [names[n], message]));
  const answers = await stack.publish(...names.map((task) => ({ task, moved: 1, message: wanted[task] })));
  assert.deepEqual(answers.filter((answer) => answer.error), []);
  await until('all messages have come', () => page.evaluate(
    (count) => Object.keys(window.messages).length === count, names.length));
  assert.deepEqual(await page.evaluate(() => window.messages), wanted);
  assert.deepEqual(await page.evaluate(() => window.events), [], 'no message became an event');
});

pageTest('the page shows each message and title as text', {}, async ({ page, stack }) => {
  await open(page, stack);
  const html = '<img src=x onerror="window.hacked=1"><b>bold</b>&amp;';
  await stack.publish({ task: 'html', moved: 1, message: html, title: html });
  for (const [what, message] of Object.entries(WORDS)) {
    await stack.publish({ task: 'words', moved: 1, message });
    await until(`${what} is shown as published`, async () =>
      await row(page, 'words').count() && await text(page, 'words', 'message') === message);
  }
  const shown = page.locator('headway-progress .task', { hasText: 'onerror' });
  assert.equal(await shown.locator('.message').textContent(), html);
  assert.equal(await shown.locator('.title').textContent(), html);
  assert.equal(await page.locator('headway-progress :is(img, b)').count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.deepEqual(page.errors, []);
});
