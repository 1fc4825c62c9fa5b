/*
 * process.mjs - programs that a test starts, and what it takes to leave none behind.
 *
 * Owns: starting, waiting for readiness, killing by pid. Never: kills by name, or a pid it was not given
 * by the kernel for a child of its own.
 */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { until } from './wait.mjs';

export const LIGHTTPD_PATH = `${process.env.PATH}:/usr/sbin`;  // Debian keeps servers out of a user's PATH

const alive = new Set();

// A test run that is interrupted must not leave daemons behind. SIGTERM, because a web server that is
// killed outright leaves its responders; SIGCONT, because a frozen one would not hear it.
process.on('exit', () => alive.forEach((program) => {
  program.signal('SIGTERM');
  program.signal('SIGCONT');
}));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

export class Program {
  output = '';

  /** options: as for child_process.spawn. Output is kept, to be shown when a test fails. */
  constructor(command, args, options = {}) {
    this.name = command.split('/').pop();
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => { this.output += error.message; resolve(); });
      this.child.once('exit', resolve);
    }).then(() => { this.dead = true; alive.delete(this); });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => { this.output += text; });
    }
    alive.add(this);
  }

  get pid() { return this.child.pid; }

  signal(name) { if (!this.dead) this.child.kill(name); }

  async kill(name = 'SIGKILL') {
    this.signal(name);
    await this.exited;
  }

  /** A clean stop, which a program has a few seconds for. */
  async stop() {
    this.signal('SIGTERM');
    const impatience = setTimeout(() => this.signal('SIGKILL'), 5_000);
    await this.exited;
    clearTimeout(impatience);
  }

  /** Waits for a condition, but not for longer than the program lives. */
  until(what, condition) {
    return until(`${this.name}: ${what}`, async () => {
      if (await condition()) return true;
      return this.dead;
    }).then(() => {
      if (this.dead) throw new Error(`${this.name} ended instead: ${what}\n${this.output}`);
    });
  }
}

/** The pids of a process's children, as the kernel has them. */
export function childrenOf(pid) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text ? text.split(/\s+/).map(Number) : [];
}

export function isRunning(pid) {
  try {
    // A zombie has died; it only waits for a parent that may never ask.
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A loopback port that nobody listened on a moment ago. */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
