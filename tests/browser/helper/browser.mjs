/*
 * browser.mjs - one Chromium for the whole run (and one for each set of flags), one fresh profile for each test.
 *
 * Owns: the browser's life, and a record of what a page asked for and complained about.
 * Never: talks to anything but loopback.
 */

import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM } from './env.mjs';

const FLAGS = [
  '--no-sandbox',  // tests may run as root, in a container
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const browsers = new Map();  // flags -> a browser

after(() => Promise.all([...browsers.values()].map((browser) => browser.close())));

async function browserWith(flags) {
  const key = flags.join(' ');
  if (!browsers.has(key)) {
    browsers.set(key, await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] }));
  }
  return browsers.get(key);
}

/**
 * Opens a page in a fresh context, runs `use(page)`, closes it. page.errors holds what it complained about,
 * page.streams the requests for a stream, newest last, each { url, status, open }.
 */
export async function withPage(use, contextOptions = {}, flags = []) {
  const browser = await browserWith(flags);
  const context = await browser.newContext({ locale: 'en-GB', ...contextOptions });
  try {
    const page = await context.newPage();
    watch(page);
    await use(page);
  } finally {
    await context.close();
  }
}

function watch(page) {
  page.errors = [];
  page.streams = [];
  page.on('pageerror', (error) => page.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') page.errors.push(message.text());
  });

  const streams = new Map();
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') return;
    const stream = { url: request.url(), status: 0, open: true };
    streams.set(request, stream);
    page.streams.push(stream);
  });
  page.on('response', (response) => {
    const stream = streams.get(response.request());
    if (stream) stream.status = response.status();
  });
  for (const end of ['requestfinished', 'requestfailed']) {
    page.on(end, (request) => {
      const stream = streams.get(request);
      if (stream) stream.open = false;
    });
  }
}
