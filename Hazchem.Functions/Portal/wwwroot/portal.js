import { get } from './api.js';
import { h } from './dom.js';
import { poll } from './poll.js';
import * as attention from './views/attention.js';
import * as consignments from './views/consignments.js';
import * as now from './views/now.js';
import * as print from './views/print.js';

const Views = { consignments, print, attention, now };
const SecondsBetweenCounts = 30;

const main = document.getElementById('main');
const links = [...document.querySelectorAll('#views a')];
let shown = null;

/** Where somebody is stands behind the `#`: `#/consignments/HZ0012345678`. */
function show() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const known = Object.hasOwn(Views, name);
  const view = known ? Views[name] : consignments;
  const isFirst = shown === null;
  shown?.abort();
  shown = new AbortController();

  for (const link of links) {
    const isHere = Views[link.hash.slice('#/'.length)] === view;
    if (isHere) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }

  const heading = h('h1', { tabindex: '-1' }, view.title);
  const place = h('div', { class: `view ${known ? name : 'consignments'}` });
  main.replaceChildren(heading, place);
  document.title = `${view.title} · Hazchem documents`;
  if (!isFirst) {
    heading.focus();
    scrollTo(0, 0);
  }

  view.show(place, known ? rest.map(decode) : [], shown.signal);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How much there is to do, beside the name of where to do it. */
async function count() {
  try {
    const status = await get('status');
    const attentionCount = status.unaddressed + status.depots.reduce((sum, depot) => sum + depot.attention, 0);
    const link = links.find(each => each.hash === '#/attention');
    link.replaceChildren('Needs attention', attentionCount > 0 ? h('span', { class: 'count' }, ` ${attentionCount}`) : '');
  } catch {
    // The view says what is wrong.
  }
}

async function tellWho() {
  try {
    const me = await get('me');
    const who = document.getElementById('who');
    who.textContent = me.name === 'local' ? 'On this machine, nobody is asked who they are' : `Signed in as ${me.name}`;
  } catch {
    // The view says what is wrong.
  }
}

document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', show);
show();
tellWho();
poll(SecondsBetweenCounts, count, new AbortController().signal);
