/**
 * Does something now and again and again, but not while nobody looks.
 * @param {number} seconds Between the end of one time and the beginning of the next.
 * @param {() => Promise<void>} work Shows its own trouble.
 * @param {AbortSignal} signal Ends it.
 */
export function poll(seconds, work, signal) {
  let timer = null;
  let working = false;

  const next = async () => {
    clearTimeout(timer);
    if (working || signal.aborted || document.hidden) {
      return;
    }

    working = true;
    await work();
    working = false;
    if (!signal.aborted) {
      timer = setTimeout(next, seconds * 1000);
    }
  };

  document.addEventListener('visibilitychange', next, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  return next();
}
