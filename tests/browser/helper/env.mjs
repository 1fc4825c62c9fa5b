/*
 * env.mjs - where things are, as tests/browser/run says. Owns no defaults of its own but the source tree.
 */

import { fileURLToPath } from 'node:url';

export const SRC_DIR = process.env.SRC_DIR ?? fileURLToPath(new URL('../../..', import.meta.url));
export const BUILD_DIR = process.env.BUILD_DIR ?? `${SRC_DIR}/build`;
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
