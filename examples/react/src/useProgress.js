// useProgress(url): the newest record of the task that a Headway stream is about, as React state.
//
// Owns: one EventSource, from mount to unmount. Never: how it looks.
//
//   const { progress, state } = useProgress('http://localhost:3000/events');
//
// progress is null until the first record; state is 'connecting', 'live' or 'reconnecting'.

import { useEffect, useState } from 'react';

export function useProgress(url) {
  const [progress, setProgress] = useState(null);
  const [state, setState] = useState('connecting');

  useEffect(() => {
    let source;
    let timer;
    let cursor = '';

    function connect() {
      const address = new URL(url, window.location.href);
      // Only the browser's own reconnect sends Last-Event-ID; a new EventSource says it in the URL.
      if (cursor) address.searchParams.set('since', cursor);
      source = new EventSource(address);
      source.onopen = () => setState('live');

      // Plain messages are the stream's own subject, so one bar needs no more than this handler.
      source.onmessage = (event) => {
        cursor = event.lastEventId;
        setProgress(JSON.parse(event.data)); // the whole record: replace, never merge
      };

      source.onerror = () => {
        setState('reconnecting');
        // CONNECTING: the browser tries again by itself. CLOSED: it never will (a 502 while the web
        // server restarts is enough), so do it here, each page at a moment of its own.
        if (source.readyState === EventSource.CLOSED) {
          timer = setTimeout(connect, 1000 + 2000 * Math.random());
        }
      };
    }

    connect();
    // StrictMode mounts twice in development: without this, the first stream would stay open.
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [url]);

  return { progress, state };
}
