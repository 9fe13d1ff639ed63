/**
 * Calls `refresh` soon after it was asked, never twice at once, and once more if it was asked meanwhile: a hundred
 * messages in a burst cost a few refreshes.
 *
 * @param delay milliseconds that requests are gathered for
 */
export function coalesce(refresh: () => Promise<unknown>, delay = 300): () => void {
  let state: 'idle' | 'gathering' | 'running' = 'idle';
  let again = false;
  function gather() {
    state = 'gathering';
    setTimeout(run, delay);
  }
  async function run() {
    state = 'running';
    again = false;
    try {
      await refresh();
    } finally {
      state = 'idle';
      if (again) gather();
    }
  }
  return () => {
    if (state === 'idle') gather();
    else if (state === 'running') again = true;
  };
}
