/** The page that shows what a stream is about; undefined where there is none. */
export function placeOf(stream: string): string | undefined {
  const dash = stream.indexOf('-');
  const id = encodeURIComponent(stream.slice(dash + 1));
  switch (dash > 0 ? stream.slice(0, dash) : '') {
    case 'document':
      return `/documents/${id}`;
    case 'case':
      return `/cases/${id}/timeline`;
    case 'projection':
      return `/projections/${id}`;
    default:
      return undefined;
  }
}
