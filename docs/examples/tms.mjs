// A TMS that reads the queue document-events and attaches each document to its job. Node.js 22 (20 works too), no packages.
//
//   node docs/examples/tms.mjs --queues URL --blobs URL --folder DIR [--once]   with SIGNATURE='?sv=…' in the environment
//
// The local host prints both addresses and the signature. Attaching means here: the file and a line in DIR. See docs/events.md.
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { queues: { type: 'string' }, blobs: { type: 'string' }, folder: { type: 'string' }, once: { type: 'boolean' } },
});
const signature = process.env.SIGNATURE;
if (!options.queues || !options.blobs || !options.folder || !signature) {
  console.error("Usage: SIGNATURE='?sv=…' node tms.mjs --queues URL --blobs URL --folder DIR [--once]");
  process.exit(2);
}

// Longer than one document takes: a message that is not deleted by then comes again.
const invisibleFor = 120;
// After so many deliveries it is this program that is at fault: the message is put aside for a person.
const mostDeliveries = 5;
const messages = `${options.queues}/document-events/messages`;
const journal = join(options.folder, 'attached.jsonl');
const aside = join(options.folder, 'put-aside.jsonl');

await mkdir(options.folder, { recursive: true });
// What was done is remembered by the message's id, which is the same in every repeat.
const journaled = await readFile(journal, 'utf8').catch(() => '');
const done = new Set(journaled.split('\n').map(idOf).filter(Boolean));
if (journaled && !journaled.endsWith('\n')) {
  // The last line was cut by a crash: what it spoke of is done again, on a line of its own.
  await appendFile(journal, '\n');
}

for (;;) {
  const batch = await take().catch((error) => {
    // The queue is out of reach for now. Nothing is lost meanwhile.
    console.error(`The queue: ${error.message}`);
    process.exitCode = options.once ? 1 : 0;
    return [];
  });
  for (const message of batch) {
    await handle(message);
  }

  if (batch.length === 0) {
    if (options.once) {
      break;
    }

    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

function idOf(line) {
  try {
    return JSON.parse(line).id;
  } catch {
    return undefined;
  }
}

async function take() {
  const answer = await ask(`${messages}${signature}&numofmessages=32&visibilitytimeout=${invisibleFor}`);
  const xml = await answer.text();
  return [...xml.matchAll(/<QueueMessage>(.*?)<\/QueueMessage>/gs)].map(([, part]) => ({
    id: element(part, 'MessageId'),
    receipt: element(part, 'PopReceipt'),
    deliveries: Number(element(part, 'DequeueCount')),
    text: element(part, 'MessageText'),
  }));
}

async function handle(message) {
  try {
    const event = JSON.parse(message.text);
    if (event.version !== 1) {
      throw new Error(`Version ${event.version} is not known here.`);
    }

    if (!done.has(event.id)) {
      await attach(event);
      // After the work and before the deletion: a crash between repeats the message, and not the work.
      await appendFile(journal, `${JSON.stringify({ id: event.id, outcome: event.outcome, blob: event.blob, reference: event.reference })}\n`);
      done.add(event.id);
    }

    await remove(message);
  } catch (error) {
    console.error(`Message ${message.id}, delivery ${message.deliveries}: ${error.message}`);
    if (message.deliveries >= mostDeliveries) {
      await putAside(message, error).catch((again) => console.error(`Message ${message.id} could not be put aside: ${again.message}`));
    }
  }
}

async function putAside(message, error) {
  await appendFile(aside, `${JSON.stringify({ text: message.text, error: error.message })}\n`);
  await remove(message);
}

async function attach(event) {
  switch (event.outcome) {
    case 'Received': {
      // The claim check: the message has the address, the container has the file.
      const [container, ...name] = event.blob.split('/');
      const answer = await ask(`${options.blobs}/${container}/${name.map(encodeURIComponent).join('/')}${signature}`);
      const content = Buffer.from(await answer.arrayBuffer());
      if (createHash('sha256').update(content).digest('hex') !== event.sha256) {
        throw new Error('The file is not the one that the message speaks of.');
      }

      // A name of our own making: what comes from outside is never a path. Written beside and renamed, so that it is whole.
      const file = join(options.folder, `${event.id}${/\.(jpg|tif)$/.exec(event.fileName)?.[0] ?? '.bin'}`);
      await writeFile(`${file}.part`, content);
      await rename(`${file}.part`, file);
      console.log(`Consignment ${event.consignment}: attached ${event.documentType} as ${file}${event.state === 'Flagged' ? ', to be looked at' : ''}.`);
      break;
    }

    case 'Sent':
      console.log(`Consignment ${event.consignment}: Hazchem has ${event.documentType} as ${event.hazchemDocumentId ?? 'one whose id is lost'}${event.reference ? `, for ${event.reference}` : ''}.`);
      break;
    case 'NotSent':
      console.log(`Consignment ${event.consignment ?? '?'}: not sent. ${event.reason}`);
      break;
    default:
      // Later outcomes may be added within version 1.
      break;
  }
}

async function remove(message) {
  await ask(`${messages}/${message.id}${signature}&popreceipt=${encodeURIComponent(message.receipt)}`, 'DELETE');
}

async function ask(url, method = 'GET') {
  const answer = await fetch(url, { method, headers: { 'x-ms-version': '2021-12-02' } });
  // 404 to a deletion: another reader has the message by now, and finds its id done.
  if (!answer.ok && !(method === 'DELETE' && answer.status === 404)) {
    throw new Error(`${method} ${new URL(url).pathname} was answered ${answer.status}.`);
  }

  return answer;
}

function element(xml, name) {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '';
  return text.replaceAll(/&(#x?[0-9a-fA-F]+|lt|gt|quot|apos|amp);/g, (_, entity) => {
    const named = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[entity];
    return named ?? String.fromCodePoint(entity[1] === 'x' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1)));
  });
}
