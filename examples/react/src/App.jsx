// Owns: what one task looks like. Never: the connection (useProgress.js).

import { useProgress } from './useProgress.js';

const EVENTS_URL = import.meta.env.VITE_EVENTS_URL ?? 'http://localhost:3000/events';

const STATE_TEXT = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Not connected, trying again…',
};

export default function App() {
  const { progress, state } = useProgress(EVENTS_URL);

  // A task that does not know its total has no percent: a <progress> without a value shows just that.
  const percent = progress?.percent === undefined ? undefined : Number(progress.percent);

  return (
    <main>
      <h1>Headway and React</h1>
      <label htmlFor="bar">{progress?.title ?? 'Progress'}</label>
      <progress id="bar" max="100" value={percent} />
      <p className="figures">
        {percent !== undefined && <strong>{Math.floor(percent)}&thinsp;%</strong>}
        {progress && <span>{progress.moved} of {progress.total ?? 'an unknown number'}</span>}
      </p>
      {progress?.message && <p>{progress.message}</p>}
      <p role="status" data-state={state}>{STATE_TEXT[state]}</p>
    </main>
  );
}
