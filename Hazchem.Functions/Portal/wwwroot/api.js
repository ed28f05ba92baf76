const Attempts = 4;
const LongestIds = 100;

/** An answer that says what is wrong; its message is a sentence for a person. */
export class Problem extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * What is at an address under `v1`, or at a link of an answer.
 * @returns {Promise<object>}
 */
export async function get(path, signal) {
  return (await request(path, { signal })).json();
}

/**
 * The same for what is asked again and again.
 * @param {string|null} eTag Of the last answer.
 * @returns {Promise<{body: object|null, eTag: string|null}>} No body where nothing has changed.
 */
export async function getIfChanged(path, eTag, signal) {
  const answer = await request(path, { signal, headers: eTag ? { 'If-None-Match': eTag } : {} });
  return answer.status === 304 ? { body: null, eTag } : { body: await answer.json(), eTag: answer.headers.get('ETag') };
}

/** A change. It carries the header without which the app takes none. */
export async function post(path, body) {
  const answer = await request(path, {
    method: 'POST',
    headers: { 'X-Portal': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  return answer.json();
}

/**
 * A change of several documents, as many at once as the app takes.
 * @returns {Promise<{id: string, done: boolean, detail: string?}[]>}
 */
export async function postEach(path, ids, more = {}) {
  const results = [];
  for (let from = 0; from < ids.length; from += LongestIds) {
    results.push(...(await post(path, { ids: ids.slice(from, from + LongestIds), ...more })).results);
  }

  return results;
}

/** Makes a picture load, where the app has no memory to draw it just now a little later. */
export async function load(image, address) {
  image.src = address;
  try {
    await image.decode();
  } catch {
    await loadAgain(image, address);
    await image.decode();
  }
}

/** The same for a picture that did not load. An error says why it cannot. */
export async function loadAgain(image, address) {
  await request(address, {});
  image.src = `${address}${address.includes('?') ? '&' : '?'}again=1`;
}

async function request(path, options) {
  for (let attempt = 1; ; attempt++) {
    let answer;
    try {
      answer = await fetch(path.startsWith('/') ? path : `v1/${path}`, options);
    } catch (error) {
      if (error.name === 'AbortError') {
        throw error;
      }

      throw new Problem('The app does not answer. See whether you are online, and load the page again if you have to sign in.', 0, 'unreachable');
    }

    if (answer.ok || answer.status === 304) {
      return answer;
    }

    const changes = options.method === 'POST';
    if (answer.status === 503 && !changes && attempt < Attempts) {
      await new Promise(resolve => setTimeout(resolve, Number(answer.headers.get('Retry-After') ?? 1) * 1000));
      continue;
    }

    throw await problemOf(answer);
  }
}

async function problemOf(answer) {
  try {
    const body = await answer.json();
    return new Problem(body.detail ?? body.title, answer.status, body.code);
  } catch {
    return new Problem(`The app answered with ${answer.status} and no explanation. Try again in a moment.`, answer.status, 'unknown');
  }
}
