// The development server. The page lives on its own origin and reads the stream from another one, as a
// front end on a CDN would: nothing is proxied, so what is tried out here is CORS as it really is.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    // strictPort: headway.fcgi --allow-origin names this port. Another one would be another origin.
    port: Number(process.env.VITE_PORT ?? 5173),
    strictPort: true,
  },
});
