/**
 * `fetch` takes no address with a name and password in it: they go into a header (RFC 7617).
 *
 * @returns the address without them, and without a slash at its end
 */
export function splitAddress(address: string): { url: string; headers: Record<string, string> } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return {
    url: url.href.replace(/\/$/, ''),
    headers: username === '' ? {} : { Authorization: `Basic ${credentials.toString('base64')}` },
  };
}
