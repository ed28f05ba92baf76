import { get, getIfChanged } from '../api.js';
import { combobox } from '../combobox.js';
import { documentCard } from '../document.js';
import { h, say, trouble } from '../dom.js';
import { poll } from '../poll.js';
import { count, timeOf } from '../words.js';

const SecondsBetweenLooks = 5;

/** Addresses with anything else do not reach the app. */
const Plain = /^[\w.~-]+$/;

export const title = 'Consignment';

/** "Did the picture go, and can I see it?" */
export function show(place, [number], signal) {
  const find = combobox(number ?? '', chosen => {
    location.hash = `#/consignments/${encodeURIComponent(chosen)}`;
  }, signal);
  const list = h('div', { class: 'found' });
  place.append(find, list);
  if (number && !Plain.test(number)) {
    list.append(trouble(new Error('The consignment number has a character that none has; only letters A to Z, digits, “-”, “_” and “.” are allowed.')));
  } else if (number) {
    showDocuments(list, number, signal);
  } else {
    list.append(h('p', { class: 'empty' }, 'Write a consignment’s number: its documents of both directions appear here, with what became of them.'));
  }
}

function showDocuments(place, number, signal) {
  const path = `consignments/${encodeURIComponent(number)}/documents`;
  const message = h('div');
  const documents = h('div');
  place.append(message, documents);
  let eTag = null;
  let older = [];
  let told = false;

  const look = async () => {
    try {
      const answer = await getIfChanged(path, eTag, signal);
      eTag = answer.eTag;
      message.replaceChildren();
      if (answer.body) {
        await draw(answer.body);
      }
    } catch (error) {
      if (!signal.aborted) {
        message.replaceChildren(trouble(error, look));
      }
    }
  };

  const lookAgain = () => {
    eTag = null;
    look();
  };

  const draw = async body => {
    const next = older.length ? null : body.next;
    const all = [...body.documents, ...older];
    const focus = focused(documents);
    documents.replaceChildren(
      h('h2', {}, body.consignment === '~unaddressed' ? 'Files whose name does not fit' : body.consignment),
      ...all.length ? [summary(all), section('To Hazchem', all.filter(each => each.direction === 'Outbound')), section('From Hazchem', all.filter(each => each.direction === 'Inbound'))] : [nothing()],
      next ? h('button', { type: 'button', onclick: () => showOlder(next, body) }, 'Show more documents') : '');
    restore(documents, focus);
    if (!told) {
      told = true;
      say(all.length ? `${count(all.length, 'document', 'documents')} of ${body.consignment}.` : `Nothing is known of ${body.consignment}.`, { seen: false });
    }
  };

  const section = (name, those) => those.length ? h('section', {},
    h('h2', { class: 'part' }, `${name} `, h('span', { class: 'count' }, String(those.length))),
    h('ul', { class: 'documents' }, those.map(each => h('li', { 'data-id': each.id }, documentCard(each, lookAgain))))) : '';

  const showOlder = async (next, body) => {
    try {
      for (let cursor = next; cursor;) {
        const page = await get(`${path}?next=${encodeURIComponent(cursor)}`, signal);
        older.push(...page.documents);
        cursor = page.next;
      }

      draw(body);
    } catch (error) {
      older = [];
      message.replaceChildren(trouble(error, () => showOlder(next, body)));
    }
  };

  poll(SecondsBetweenLooks, look, signal);
}

/** The answer to the question, before all the rest. */
function summary(all) {
  const of = (direction, ...states) => all.filter(each => each.direction === direction && states.includes(each.state));
  const sent = of('Outbound', 'Sent');
  const lines = [
    sent.length && h('li', {}, `${count(sent.length, 'document went', 'documents went')} to Hazchem, the last one `, timeOf(sent.map(each => each.sentAt ?? each.updatedAt).sort().at(-1)), '.'),
    ...[
      [of('Outbound', 'Sending', 'Waiting'), 'is on its way.', 'are on their way.'],
      [of('Outbound', 'Rejected', 'Failed'), 'was not sent: see the reason.', 'were not sent: see the reasons.'],
      [of('Inbound', 'Received', 'Flagged'), 'came from Hazchem.', 'came from Hazchem.'],
      [of('Inbound', 'Waiting', 'Failed'), 'could not be fetched.', 'could not be fetched.'],
    ].map(([those, one, several]) => those.length && h('li', {}, `${count(those.length, 'document', 'documents')} ${those.length === 1 ? one : several}`)),
  ].filter(Boolean);
  return h('ul', { class: 'summary' }, lines);
}

const nothing = () => h('p', { class: 'empty' },
  'Nothing is known of this consignment. What the TMS drops appears here within seconds, and what Hazchem has within ten minutes. See whether the number is right: it may also have been erased.');

/** Which button of which document has the focus, so that it keeps it when the list is drawn anew. */
function focused(place) {
  const element = place.contains(document.activeElement) ? document.activeElement : null;
  return element && { id: element.closest('[data-id]')?.dataset.id, what: element.dataset.do };
}

function restore(place, focus) {
  if (focus) {
    const again = [...place.querySelectorAll('[data-id]')].find(each => each.dataset.id === focus.id);
    (again?.querySelector(`[data-do="${focus.what}"]`) ?? again?.querySelector('[data-do]') ?? document.getElementById('main')).focus({ preventScroll: true });
  }
}
