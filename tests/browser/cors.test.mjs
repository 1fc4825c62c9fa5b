/*
 * cors.test.mjs - pages of other origins, in a browser that enforces it: who may read, and who may not.
 */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { withPage } from './helper/browser.mjs';
import { Site } from './helper/site.mjs';
import { Stack } from './helper/stack.mjs';
import { until } from './helper/wait.mjs';

const LIMIT_MS = 90_000;
const PASSWORD = 'me:secret';

/**
 * A test with somebody else's site, and a Headway that allows `allow(site)`. edit is as in stack.mjs, and is
 * given the stack's folder too; flags are Chromium's.
 */
function corsTest(claim, { allow = () => [], edit, flags = () => [] }, use) {
  test(claim, { timeout: LIMIT_MS }, async () => {
    const site = await Site.start();
    const responder = allow(site).flatMap((origin) => ['--allow-origin', origin]);
    let stack;
    try {
      stack = await Stack.start({ broker: ['--demo'], responder, edit: edit && ((text) => edit(text, site)) });
      await withPage((page) => use({ page, site, url: stack.url, stack }), {}, flags(site));
    } catch (error) {
      error.message += `\n${stack?.log}`;
      throw error;
    } finally {
      await stack?.stop();
      await site.stop();
    }
  });
}

/* ---- what a page can do: both in the page or in a frame of it ---- */

/** The first record of a stream; or 'refused', if the browser gave up for good. */
const stream = (frame, url, withCredentials = false) => frame.evaluate(([to, options]) => new Promise((resolve) => {
  const source = new EventSource(to, options);
  source.onmessage = ({ data }) => { source.close(); resolve(JSON.parse(data)); };
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) resolve('refused'); };
}), [`${url}events`, { withCredentials }]);

/** What fetch() gave: { status, body }; or 'refused'. */
const ask = (frame, url, options = {}) => frame.evaluate(async ([to, how]) => {
  try {
    const response = await fetch(to, how);
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (error instanceof TypeError) return 'refused';
    throw error;
  }
}, [url, options]);

async function assertReads(frame, url, options = {}) {
  assert.equal((await stream(frame, url, options.credentials === 'include')).total, 100);
  const tasks = await ask(frame, `${url}tasks`, options);
  assert.equal(tasks.status, 200);
  assert.equal(tasks.body.tasks[0].total, 100);
  assert.equal((await ask(frame, `${url}healthz`, options)).body.status, 'ok');
}

async function assertRefused(frame, url, options = {}) {
  assert.equal(await stream(frame, url, options.credentials === 'include'), 'refused');
  for (const path of ['tasks', 'healthz', 'tasks/none']) {
    assert.equal(await ask(frame, url + path, options), 'refused', path);
  }
}

const becauseOfCors = (page) => page.errors.some((message) => /CORS policy/.test(message));

/* ---- by name, or everybody ---- */

corsTest('a page of an allowed origin reads the stream, the lists and the errors, on this host or another',
  { allow: (site) => [site.near, site.far] }, async ({ page, site, url }) => {
    for (const origin of [site.near, site.far]) {
      await page.goto(origin);
      await assertReads(page, url);
      assert.deepEqual(page.errors, []);
      const missing = await ask(page, `${url}tasks/none`);
      assert.equal(missing.status, 404);
      assert.match(missing.body.error, /none/);
      assert.match((await ask(page, `${url}tasks?since=now`)).body.error, /since=/);
      page.errors.length = 0;  // the console notes each 404
    }
  });

corsTest('a page of an origin that is not allowed reads nothing at all', {}, async ({ page, site, url }) => {
  for (const origin of [site.near, site.far]) {
    await page.goto(origin);
    await assertRefused(page, url);
    await assertRefused(page, url, { credentials: 'include' });
    assert.ok(becauseOfCors(page));
  }
});

corsTest('another port, scheme or host than the allowed one is another origin', {
  allow: (site) => [
    `http://127.0.0.1:${site.port + 1}`, 'http://127.0.0.1', `https://127.0.0.1:${site.port}`,
    `http://localhost:${site.port - 1}`, `http://sub.localhost:${site.port}`,
  ],
}, async ({ page, site, url }) => {
  for (const origin of [site.near, site.far]) {
    await page.goto(origin);
    await assertRefused(page, url);
  }
});

corsTest('an origin that an admin wrote in capitals is the same origin',
  { allow: (site) => [site.far.toUpperCase()] }, async ({ page, site, url }) => {
    await page.goto(site.far);
    await assertReads(page, url);
  });

// Two origins of one site, or the browser would keep two caches.
const TWINS = (site) => ['a.twins.localhost', 'b.twins.localhost'].map((host) => `http://${host}:${site.port}`);

corsTest('a cache never gives one origin what was meant for another', { allow: TWINS }, async ({ page, site, url }) => {
  for (const origin of [...TWINS(site), ...TWINS(site)]) {
    await page.goto(origin);
    // force-cache: whatever is there, however old
    assert.equal((await ask(page, `${url}tasks`, { cache: 'force-cache' })).status, 200, origin);
  }
});

/* ---- credentials ---- */

const WITH_COOKIE = (text) => `${text}
$HTTP["cookie"] !~ "session=good" { $HTTP["url"] =~ "^/(events|tasks|healthz)" { url.access-deny = ("") } }
server.modules += ("mod_access")
`;

corsTest('an origin allowed by name reads with the reader\'s cookie, and without it does not',
  { allow: (site) => [site.near, site.far], edit: WITH_COOKIE }, async ({ page, site, url }) => {
    await page.context().addCookies([{ name: 'session', value: 'good', url }]);
    await page.goto(site.near);
    await assertReads(page, url, { credentials: 'include' });
    await assertRefused(page, url, { credentials: 'omit' });
    await page.goto(site.far);  // a cookie that says nothing of other sites stays in its own
    await assertRefused(page, url, { credentials: 'include' });
  });

corsTest('* is for everybody, but never with credentials',
  { allow: () => ['*'] }, async ({ page, site, url }) => {
    await page.context().addCookies([{ name: 'session', value: 'good', url }]);
    for (const origin of [site.near, site.far]) {
      await page.goto(origin);
      await assertReads(page, url);
      await assertRefused(page, url, { credentials: 'include' });
      assert.ok(becauseOfCors(page));
    }
  });

corsTest('beside *, an origin allowed by name reads with credentials, and others without',
  { allow: (site) => ['*', site.near] }, async ({ page, site, url }) => {
    await page.context().addCookies([{ name: 'session', value: 'good', url }]);
    await page.goto(site.near);
    await assertReads(page, url, { credentials: 'include' });
    await page.goto(site.far);
    await assertReads(page, url);
    await assertRefused(page, url, { credentials: 'include' });
  });

/** The password of conf/, with users of our own; `preflights`: with the line that lets OPTIONS through. */
const withPassword = (preflights) => (text, site) => {
  const lines = text.replaceAll('#auth ', '')
    .replace('"htpasswd"', '"plain"')
    .replace('auth.backend.htpasswd.userfile = "/etc/lighttpd/headway.users"',
      `auth.backend.plain.userfile = "${site.dir}/users"`);
  return preflights ? lines : lines.replace('!= "OPTIONS"', '!= "NEVER"');
};

async function logIn(page, site, url) {
  await site.add('users', `${PASSWORD}\n`);
  await page.goto(url.replace('//', `//${PASSWORD}@`));
  assert.equal(await page.title(), 'Headway');
}

const ASKED_FIRST = { headers: { 'Last-Event-ID': '1-1' } };
const OWN_PASSWORD = { headers: { Authorization: `Basic ${btoa(PASSWORD)}` } };

corsTest('behind a password: who has typed it in reads across origins, of the same site; a page\'s own works from any',
  { allow: (site) => [site.near, site.far], edit: withPassword(true) }, async ({ page, site, url }) => {
    await logIn(page, site, url);
    await page.goto(site.near);
    await assertReads(page, url, { credentials: 'include' });
    assert.equal((await ask(page, `${url}tasks`, { credentials: 'include', ...ASKED_FIRST })).status, 200);
    await assertRefused(page, url, { credentials: 'omit' });
    assert.equal((await ask(page, `${url}tasks`, OWN_PASSWORD)).status, 200);
    assert.equal((await ask(page, `${url}tasks/none`, OWN_PASSWORD)).status, 404);

    await page.goto(site.far);  // Chromium keeps the password that was typed in to the site it was typed in for
    assert.equal(await stream(page, url, true), 'refused');
    assert.equal((await ask(page, `${url}tasks`, OWN_PASSWORD)).status, 200);
  });

corsTest('behind a password that is asked of OPTIONS too, whatever needs a preflight is refused',
  { allow: (site) => [site.near], edit: withPassword(false) }, async ({ page, site, url }) => {
    await logIn(page, site, url);
    await page.goto(site.near);
    await assertReads(page, url, { credentials: 'include' });  // a stream needs none
    assert.equal(await ask(page, `${url}tasks`, { credentials: 'include', ...ASKED_FIRST }), 'refused');
    assert.equal(await ask(page, `${url}tasks`, OWN_PASSWORD), 'refused');
    assert.ok(page.errors.some((message) => /preflight/.test(message)));
  });

/* ---- preflights ---- */

corsTest('headers that clients of streams send are allowed, others are not, and a 404 can be read after a preflight',
  { allow: (site) => [site.far] }, async ({ page, site, url }) => {
    await page.goto(site.far);
    for (const name of ['Last-Event-ID', 'Authorization', 'Cache-Control']) {
      assert.equal((await ask(page, `${url}tasks`, { headers: { [name]: 'x' } })).status, 200, name);
    }
    assert.equal(await ask(page, `${url}tasks`, { headers: { 'X-Other': 'x' } }), 'refused');
    assert.equal(await ask(page, `${url}tasks`, { method: 'DELETE' }), 'refused');
    for (const path of ['tasks/none', 'tasks/a!', 'events/a!', 'healthz/x']) {
      assert.equal((await ask(page, url + path, ASKED_FIRST)).status, 404, path);
    }
  });

corsTest('a stream of another origin that breaks is resumed after the last event, without a preflight',
  { allow: (site) => [site.far] }, async ({ page, site, url, stack }) => {
    await page.goto(site.far);
    const asked = [];
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.requestWillBeSentExtraInfo', ({ headers }) => asked.push(headers));
    await page.evaluate((to) => {
      window.seen = [];
      window.source = new EventSource(to);
      window.source.onmessage = ({ lastEventId }) => window.seen.push(lastEventId);
    }, `${url}events`);
    await until('it has begun', () => page.evaluate(() => window.seen.length > 2));
    await stack.killResponder();
    const count = await page.evaluate(() => window.seen.length);
    await until('it goes on', () => page.evaluate((n) => window.seen.length > n + 2, count));
    const resumed = asked.find((headers) => headers['Last-Event-ID']);
    assert.ok(resumed, 'Last-Event-ID was sent');
    assert.equal(resumed.Origin, site.far);
    assert.ok(!asked.some((headers) => headers['Access-Control-Request-Method']), 'and nothing was asked before');
  });

/* ---- the origin "null" ---- */

/** Frames and files that have no origin: each as something that ask() can run in. */
async function withoutOrigin(page, site, use) {
  await page.goto(site.near);
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.srcdoc = '<!doctype html><title>Sandboxed</title>';
    document.body.append(frame);
  });
  await until('the frame is there', () => page.frames().length === 2);
  assert.equal(await page.frames()[1].evaluate(() => self.origin), 'null');
  await use(page.frames()[1]);

  await writeFile(`${site.dir}/file.html`, '<!doctype html><title>A file</title>');
  await page.goto(`file://${site.dir}/file.html`);
  assert.equal(await page.evaluate(() => self.origin), 'null');
  await use(page);
}

corsTest('sandboxed frames and files, whose origin is "null", read nothing where origins are named',
  { allow: (site) => [site.near] }, ({ page, site, url }) =>
    withoutOrigin(page, site, (frame) => assertRefused(frame, url)));

corsTest('sandboxed frames and files read where everybody may',
  { allow: () => ['*'] }, ({ page, site, url }) =>
    withoutOrigin(page, site, (frame) => assertReads(frame, url)));

/* ---- from the internet to a loopback or local address ---- */

const FROM_OUTSIDE = (site) => [`--ip-address-space-overrides=127.0.0.1:${site.port}=public`];

corsTest('a page from the internet reads a local Headway once its reader has allowed that; no header can',
  { allow: (site) => [site.near], flags: FROM_OUTSIDE }, async ({ page, site, url }) => {
    const asked = [];
    await page.goto(site.near);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.requestWillBeSentExtraInfo', ({ headers }) => asked.push(...Object.keys(headers)));
    await assertRefused(page, url);
    assert.ok(page.errors.some((message) => /address space/.test(message)));
    assert.deepEqual(asked.filter((name) => /^access-control-request/i.test(name)), [], 'nothing was asked of us');
    await page.context().grantPermissions(['local-network-access']);
    await page.goto(site.near);
    await assertReads(page, url);
  });

/* ---- the element ---- */

const elementPage = (url, attributes = '') => `<!doctype html>
<title>Somebody else's page</title>
<link rel="icon" href="data:,">
<script type="module" src="${url}js/headway-progress.js"></script>
<headway-progress src="${url}events" ${attributes}></headway-progress>`;

const untilItMoves = async (page) => {
  const value = () => page.locator('headway-progress progress').evaluate((bar) => bar.value);
  await until('there is a bar', () => page.locator('headway-progress progress').count());
  const before = await value();
  await until('the bar moves', async () => await value() !== before);
};

corsTest('two tags in a page of another origin show a moving bar, if conf/ lets its files out',
  { allow: (site) => [site.far], edit: (text) => text.replaceAll('#cors ', '') }, async ({ page, site, url }) => {
    await site.add('element.html', elementPage(url));
    await page.goto(`${site.far}/element.html`);
    await untilItMoves(page);
    const styled = await page.locator('headway-progress').evaluate((element) =>
      getComputedStyle(element.shadowRoot.querySelector('.tasks')).listStyleType);
    assert.equal(styled, 'none', 'with its style');
    assert.deepEqual(page.errors, []);
  });

corsTest('unless conf/ lets its files out, the browser does not load the element from there',
  { allow: (site) => [site.far] }, async ({ page, site, url }) => {
    await site.add('element.html', elementPage(url));
    await page.goto(`${site.far}/element.html`);
    await until('the browser has refused', () => becauseOfCors(page));
    assert.equal(await page.evaluate(() => customElements.get('headway-progress')), undefined);
  });

corsTest('with crossorigin="use-credentials" the element reads with the reader\'s cookie, without it it does not', {
  allow: (site) => [site.near],
  edit: (text) => WITH_COOKIE(text.replaceAll('#cors ', '')),
}, async ({ page, site, url }) => {
  await page.context().addCookies([{ name: 'session', value: 'good', url }]);
  await site.add('with.html', elementPage(url, 'crossorigin="use-credentials"'));
  await site.add('without.html', elementPage(url));
  await page.goto(`${site.near}/with.html`);
  await untilItMoves(page);
  await page.goto(`${site.near}/without.html`);
  await until('it was refused', () => page.streams.filter((each) => !each.open).length >= 2);
  assert.equal(await page.locator('headway-progress progress').count(), 0);
});
