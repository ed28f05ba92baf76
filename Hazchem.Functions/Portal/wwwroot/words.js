import { h } from './dom.js';

const Types = {
  'delivery-image': 'Delivery image',
  cop: 'Customer paperwork (COP)',
  pod: 'Proof of delivery (POD)',
  other: 'Other document',
};

/** What each state means to somebody who has never seen it, and how it looks. */
const States = {
  Outbound: {
    Sending: ['Being sent now', 'busy'],
    Sent: ['Sent', 'good'],
    Waiting: ['Waiting, sent again by itself', 'busy'],
    Rejected: ['Refused, not sent', 'bad'],
    Failed: ['Given up, not sent', 'bad'],
    Superseded: ['Replaced before it was sent', 'quiet'],
    Shadowed: ['Not sent, since shadow mode is on', 'quiet'],
  },
  Inbound: {
    Received: ['Arrived', 'good'],
    Flagged: ['Arrived, but look at it', 'bad'],
    Skipped: ['Not fetched', 'quiet'],
    Withdrawn: ['Taken back by Hazchem', 'quiet'],
    Waiting: ['Waiting, fetched again by itself', 'busy'],
    Failed: ['Given up, not fetched', 'bad'],
  },
};

const Signs = { good: '✓', bad: '!', busy: '…', quiet: '–' };

const Doings = { SentAgain: 'sent it again', Dismissed: 'took it off the list', Printed: 'said that it was printed' };

const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const shortWithYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
const hourOnly = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const decimal = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

export const typeOf = type => Types[type] ?? type;

export const directionOf = direction => direction === 'Outbound' ? 'To Hazchem' : 'From Hazchem';

export const doingOf = action => Doings[action] ?? action;

export const stateOf = document => States[document.direction]?.[document.state]?.[0] ?? document.state;

export const documentName = document => document.fileName ?? document.hazchemDocumentId ?? 'a document without a name';

/** A state by a word, a sign and a colour. */
export function stateMark(document) {
  const look = States[document.direction]?.[document.state]?.[1] ?? 'quiet';
  return mark(look, stateOf(document));
}

export const mark = (look, text) => h('span', { class: `mark ${look}` }, h('span', { 'aria-hidden': 'true' }, Signs[look]), ` ${text}`);

/** A time in the zone of whoever looks, with the exact one to point at. */
export function timeOf(text) {
  const time = new Date(text);
  const format = time.getFullYear() === new Date().getFullYear() ? short : shortWithYear;
  return h('time', { datetime: utcOf(text), title: exactTime(text) }, format.format(time));
}

/** As machines read it. */
export const utcOf = text => new Date(text).toISOString();

export const exactTime = text => exact.format(new Date(text));

export const hourOf = text => hourOnly.format(new Date(text));

export function sizeOf(bytes) {
  return bytes < 1000 ? `${bytes} bytes`
    : bytes < 1_000_000 ? `${decimal.format(bytes / 1000)} kB`
    : `${decimal.format(bytes / 1_000_000)} MB`;
}

/** A length of time as people say it. */
export function lengthOf(seconds) {
  return seconds < 90 ? `${decimal.format(seconds < 10 ? seconds : Math.round(seconds))} s`
    : seconds < 90 * 60 ? `${Math.round(seconds / 60)} min`
    : seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86400)} days`;
}

export const count = (number, one, several) => `${number.toLocaleString('en-GB')} ${number === 1 ? one : several}`;
