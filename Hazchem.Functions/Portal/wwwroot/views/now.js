import { get } from '../api.js';
import { documentsChart, secondsChart } from '../charts.js';
import { h, trouble } from '../dom.js';
import { poll } from '../poll.js';
import { count, lengthOf, mark, timeOf, typeOf } from '../words.js';

const SecondsBetweenLooks = 5;

const Sending = {
  open: ['good', 'Not parked: what is dropped is sent'],
  'out-of-reach': ['bad', 'Parked: Hazchem is out of reach'],
  'wrong-key': ['bad', 'Parked: Hazchem refuses this depot’s key'],
  'too-many-requests': ['busy', 'Parked for a moment: Hazchem asks for fewer requests'],
  'unusable-key': ['bad', 'Parked: this depot’s key cannot be used'],
};

export const title = 'Now';

/** "Is anything stuck, and since when?" */
export function show(place, _, signal) {
  const message = h('div');
  const at = h('p', { class: 'lead' });
  const depots = h('div', { class: 'depots' });
  place.append(at, message, depots);
  let drawn = '';

  poll(SecondsBetweenLooks, async () => {
    try {
      const status = await get('status', signal);
      message.replaceChildren();
      at.replaceChildren('As of ', timeOf(status.at), ', and kept up by itself. ', pendingOf(status));
      // What has not changed stays, with the table that somebody may have opened.
      const text = JSON.stringify([status.atLeast, status.shadow, ...status.depots.map(depot => ({ ...depot, sync: { ...depot.sync, lagSeconds: Math.round((depot.sync.lagSeconds ?? 0) / 60) } }))]);
      if (text !== drawn) {
        drawn = text;
        const open = [...depots.querySelectorAll('details')].map(each => each.open);
        const focus = [...depots.querySelectorAll('summary')].indexOf(document.activeElement);
        depots.replaceChildren(...status.depots.map(depot => card(depot, status.atLeast ?? [])));
        depots.querySelectorAll('details').forEach((each, i) => {
          each.open = open[i] ?? false;
        });
        depots.querySelectorAll('summary')[focus]?.focus({ preventScroll: true });
      }
    } catch (error) {
      if (!signal.aborted) {
        message.replaceChildren(trouble(error));
      }
    }
  }, signal);
}

function pendingOf({ pending, unaddressed, shadow }) {
  return [
    shadow && 'Shadow mode is on: nothing is sent to Hazchem.',
    pending.count === 0 ? 'Nothing is in the drop box.' : `${count(pending.count, 'file is', 'files are')}${pending.orMore ? ' or more' : ''} in the drop box.`,
    unaddressed > 0 && `${count(unaddressed, 'file belongs', 'files belong')} to no depot: see Needs attention.`,
  ].filter(Boolean).join(' ');
}

function card(depot, atLeast) {
  const { sync, sending } = depot;
  const orMore = name => atLeast.includes(name) ? `${depot[name].toLocaleString('en-GB')} or more` : depot[name];
  const [look, words] = Sending[sending.state] ?? ['bad', sending.state];
  return h('section', { class: 'depot', 'aria-label': `Depot ${depot.depot}` },
    h('h2', {}, `Depot ${depot.depot}`),
    h('p', {}, mark(look, words)),
    sending.reason && h('p', { class: 'reason' }, sending.reason),
    sending.since && h('p', {}, 'Since ', timeOf(sending.since), sending.probeAt ? ', tried again ' : '', sending.probeAt ? timeOf(sending.probeAt) : ''),
    sending.closedTypes?.map(each => h('p', { class: 'reason' }, mark('bad', `${typeOf(each.documentType)} is parked`), ' until ', timeOf(each.until), `: ${each.reason}`)),
    sync.problem && h('p', { class: 'reason' }, mark('bad', 'The last sync had trouble:'), ' ', sync.problem),
    h('dl', { class: 'figures' },
      figure('Last sync', sync.endedAt ? timeOf(sync.endedAt) : sync.startedAt ? 'running' : 'not yet'),
      figure('Behind Hazchem', sync.lagSeconds === undefined ? 'not known' : lengthOf(sync.lagSeconds)),
      figure('Pending', orMore('pending')),
      figure('Waiting', orMore('waiting')),
      figure('Needs attention', depot.attention ? h('a', { href: '#/attention' }, String(orMore('attention'))) : 0),
      figure('Set aside', sync.setAside ?? 0),
      figure('Sent, last day', depot.sent),
      figure('Arrived, last day', depot.received),
      figure('Refused, last day', depot.notSent - depot.failed),
      figure('Failed, last day', depot.failed),
      figure('Drop to sent, median', depot.medianSeconds === undefined ? 'none sent' : lengthOf(depot.medianSeconds)),
      figure('Drop to sent, 95 of 100 within', depot.p95Seconds === undefined ? 'none sent' : lengthOf(depot.p95Seconds))),
    h('div', { class: 'charts' }, documentsChart(depot), secondsChart(depot)));
}

const figure = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, typeof value === 'number' ? value.toLocaleString('en-GB') : value));
