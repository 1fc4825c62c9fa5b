/*
 * wait.mjs - waiting for a named condition, never for luck.
 */

import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/** Asks again and again until `condition` gives something true, and returns it. */
export async function until(what, condition, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience;
  let lastError;
  for (;;) {
    try {
      const result = await condition();
      if (result) return result;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${patience} ms in vain for: ${what}`, { cause: lastError });
    }
    await pause(25);
  }
}
