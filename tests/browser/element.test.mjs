/*
 * element.test.mjs - <headway-progress> as a guest in somebody else's page: it leaves nothing behind.
 */

import assert from 'node:assert/strict';
import { open, pageTest, spokenBars, untilMoving, untilState } from './helper/headway.mjs';
import { until } from './helper/wait.mjs';

const DEMO = { broker: ['--demo'] };
const TEN_MINUTES = '10:00';

const openStreams = (page) => page.streams.filter((stream) => stream.open).length;

pageTest('an element that leaves the page closes its stream and never comes back', DEMO,
  async ({ page, stack }) => {
    await page.clock.install();
    await open(page, stack);
    await untilMoving(page);
    await page.evaluate(() => {
      window.element = document.querySelector('headway-progress');
      window.element.remove();
    });
    await until('its stream is closed', () => openStreams(page) === 0);
    await until('the server knows that too', async () => (await stack.health()).streams === 0);
    const count = page.streams.length;
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await page.clock.fastForward(TEN_MINUTES);
    await page.evaluate(() => fetch('healthz').then((response) => response.text()));
    assert.equal(page.streams.length, count);
    assert.equal(await page.evaluate(() => window.element.state), 'closed');
  });

pageTest('an element that leaves while it waits to reconnect does not do it', DEMO, async ({ page, stack }) => {
  await page.clock.install();
  await open(page, stack);
  await untilMoving(page);
  await stack.killWeb();
  await stack.startWeb('none');
  await until('the browser gave up', () => page.streams.at(-1).status === 404);
  await page.evaluate(() => document.querySelector('headway-progress').remove());
  const count = page.streams.length;
  await page.clock.fastForward(TEN_MINUTES);
  await page.evaluate(() => fetch('healthz').then((response) => response.text()));
  assert.equal(page.streams.length, count);
});

pageTest('an element that is moved about has one stream, not two', DEMO, async ({ page, stack }) => {
  await open(page, stack);
  await untilMoving(page);
  await page.evaluate(() => {
    const element = document.querySelector('headway-progress');
    for (let i = 0; i < 5; i++) document.body.append(element);
  });
  await untilState(page, 'live');
  await untilMoving(page);
  await until('one stream is open', () => openStreams(page) === 1);
});

pageTest('another src is another stream, and the old tasks are gone', DEMO, async ({ page, stack }) => {
  await stack.publish({ task: 'other', moved: 1, total: 2 });
  await open(page, stack);
  await untilMoving(page);
  await page.locator('headway-progress').evaluate((element) => element.setAttribute('src', 'events/other'));
  await until('only the other task is shown', async () =>
    (await page.locator('headway-progress .title').allTextContents()).join() === 'other');
  await until('one stream is open', () => openStreams(page) === 1);
});

pageTest('a page that goes to the back/forward cache lets go, and is live when it returns', DEMO,
  async ({ page, stack }) => {
    await open(page, stack);
    await untilMoving(page);
    // Chromium keeps that cache switched off while it is driven; these are the events it would send.
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await until('its stream is closed', () => openStreams(page) === 0);
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await untilState(page, 'live');
    await untilMoving(page);
  });

pageTest('a host page hears of records and of the stream\'s state, and names the unnamed', DEMO,
  async ({ page, stack }) => {
    await open(page, stack);
    const heard = await page.evaluate(() => new Promise((resolve) => {
      const element = document.createElement('headway-progress');
      const states = [];
      element.setAttribute('label', 'Nightly');
      element.addEventListener('statechange', ({ detail }) => states.push(detail.state));
      element.addEventListener('progress', ({ detail }) => resolve({ states, detail }), { once: true });
      document.body.append(element);
    }));
    assert.deepEqual(heard.states, ['connecting', 'live']);
    assert.equal(heard.detail.task, '');
    assert.equal(heard.detail.subject, true);
    assert.equal(heard.detail.record.total, 100);
    await until('its bar is called by the label', async () => (await spokenBars(page)).includes('Nightly'));
  });
