// A worker process for sharp: works on one file and measures itself, as the program's own workers do. The order comes as
// JSON on the command line, the report goes as JSON to the output.
import { readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';

const lowest = 5;
const highest = 92;
const enough = 0.95;
const warmUps = 2;

const contenders = {
  'sharp': { mozjpeg: false, stops: false },
  'sharp-stops-early': { mozjpeg: false, stops: true },
  'sharp-mozjpeg': { mozjpeg: true, stops: false },
};

const order = JSON.parse(process.argv[2]);
sharp.cache(false);
sharp.concurrency(order.threads);

async function work(original, limit) {
  const { mozjpeg, stops } = contenders[order.contender];
  const { data, info } = await sharp(original, { failOn: 'error' })
    .autoOrient()
    .resize({ width: order.longSide, height: order.longSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };

  let best = null;
  let found = null;
  for (let low = lowest, high = highest; low <= high;) {
    const quality = Math.floor((low + high) / 2);
    const jpeg = await sharp(data, { raw }).jpeg({ quality, mozjpeg }).toBuffer();
    if (jpeg.length <= limit) {
      best = jpeg;
      found = quality;
      low = quality + 1;
      if (stops && jpeg.length >= limit * enough) {
        break;
      }
    } else {
      high = quality - 1;
    }
  }

  return { content: best, quality: found, refusal: best === null ? `Over the limit even at quality ${lowest}.` : null };
}

function peakBytes() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

const report = { refusal: null, wallMilliseconds: [], cpuMilliseconds: [], peakBytes: 0, quality: null, pages: null };
try {
  if (order.warmUp) {
    const small = readFileSync(order.warmUp);
    for (let i = 0; i < warmUps; i++) {
      await work(small, order.warmUpLimit);
    }
  }

  const original = readFileSync(order.file);
  for (let i = 0; i < order.repeats; i++) {
    const cpuBefore = process.cpuUsage();
    const started = process.hrtime.bigint();
    const product = await work(original, order.limit);
    report.wallMilliseconds.push(Number(process.hrtime.bigint() - started) / 1e6);
    const cpu = process.cpuUsage(cpuBefore);
    report.cpuMilliseconds.push((cpu.user + cpu.system) / 1e3);
    if (i === 0) {
      report.peakBytes = peakBytes();
    }
    report.refusal = product.refusal;
    report.quality = product.quality;
    if (i === order.repeats - 1 && product.content) {
      writeFileSync(order.output, product.content);
    }
  }
} catch (e) {
  report.refusal = e.message;
}

console.log(JSON.stringify(report));
