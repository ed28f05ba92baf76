/** What turns the direction of writing, so that a name, or what stands behind it, could be read as another. */
const Turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const straight = text => text.replace(Turns, '\ufffd');

/**
 * Makes an element. A string becomes text, whatever is in it: nothing here reads markup.
 * @param {string} name
 * @param {object} [properties] Attributes; a function is a listener of the event that its name ends with, such as `onclick`.
 * @param {...(Node|string|number|null|undefined|false)} children What is null, undefined or false is left out.
 */
export function h(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for a drawing. */
export function svg(name, properties = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), properties, children);
}

function fill(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') {
      element.addEventListener(key.slice('on'.length), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }

  element.append(...children.flat()
    .filter(child => child !== null && child !== undefined && child !== false)
    .map(child => typeof child === 'string' ? straight(child) : child));
  return element;
}

/** In milliseconds: long enough to read, and then it covers nothing any more. What it says can be seen in the view too. */
const StatusLasts = 12_000;

let statusTimer = null;

/**
 * Tells everybody, those who cannot see the page too, without moving them from where they are.
 * @param {string} text
 * @param {object} [how]
 * @param {boolean} [how.seen] Not for what whoever sees the page sees anyway.
 */
export function say(text, { seen = true } = {}) {
  const status = document.getElementById('status');
  clearTimeout(statusTimer);
  status.textContent = '';
  status.className = seen ? 'status' : 'unseen';
  // A region that says the same twice is read twice only if it was empty between.
  requestAnimationFrame(() => {
    status.textContent = straight(text);
  });
  statusTimer = setTimeout(() => {
    status.textContent = '';
  }, StatusLasts);
}

/** What went wrong, with a way to try again. */
export function trouble(error, tryAgain) {
  return h('div', { class: 'trouble', role: 'alert' },
    h('p', {}, error.message),
    tryAgain && h('button', { type: 'button', onclick: tryAgain }, 'Try again'));
}

let ids = 0;

/** An id that nothing else on the page has. */
export const newId = () => `id-${++ids}`;
