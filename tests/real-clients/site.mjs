// The site that the proxy hides behind: an HTTPS server of node. Its certificate is made by openssl; where that is missing,
// nobody listens, and the proxy answers as one whose site has never been seen.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

export const domain = 'localhost';

/** Starts it in a folder of its own files, on a port that is free. */
export async function startSite(folder, port) {
  const [key, cert] = [join(folder, 'site-key'), join(folder, 'site-cert')];
  const made = spawnSync('openssl', ['req', '-x509', '-nodes', '-days', '2', '-subj', `/CN=${domain}`, '-newkey',
    'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', key, '-out', cert]);
  if (made.status !== 0) {
    return null;
  }
  const site = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    response.end('hello\n');
  });
  site.listen(port, '127.0.0.1');
  await once(site, 'listening');
  return site;
}
