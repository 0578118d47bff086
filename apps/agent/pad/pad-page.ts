/** The pad's page: what is to be paid, and ten keys in the order that the agent drew. */
export const PAD_PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>密码键盘 · PIN pad</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 16px; background: #f4f1ea; color: #1c1b18;
    font: 18px/1.4 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; text-align: center; }
  h1 { font-size: 22px; margin: 0; } p { margin: 0; }
  #amount { font-size: 40px; font-weight: 700; font-variant-numeric: tabular-nums; }
  #dots { letter-spacing: 8px; font-size: 30px; min-height: 42px; }
  #keys { display: grid; grid-template-columns: repeat(3, 96px); gap: 10px; justify-content: center; }
  button { min-height: 64px; font: inherit; font-size: 24px; border: 1px solid #b9b2a3; border-radius: 12px; background: #fff; }
  button:focus-visible { outline: 3px solid #33518f; outline-offset: 2px; }
  .wide { font-size: 17px; } #cancel { grid-column: 1 / -1; } #ok { background: #33518f; color: #fff; }
  [hidden] { display: none !important; }
</style>
</head>
<body>
  <h1 id="prompt" role="status">等待输入密码 · Waiting</h1>
  <p id="amount"></p>
  <p id="card"></p>
  <p id="dots" aria-live="polite"></p>
  <div id="keys" hidden></div>
  <p><small>仅用于演示，不要输入真实密码 · For demonstrations; never type a real PIN</small></p>
  <script src="/pad.js" type="module"></script>
</body>
</html>
`;

/** Asks the agent twice a second, and sends the places of the keys that were pressed. */
export const PAD_SCRIPT = `
const token = location.hash.slice(1);
const headers = { 'x-pad-token': token, 'content-type': 'application/json' };
const at = (id) => document.getElementById(id);
let number = null;
let places = [];

function draw(asked) {
  number = asked.number;
  places = [];
  at('dots').textContent = '';
  at('keys').hidden = number === null;
  at('keys').replaceChildren();
  at('prompt').textContent = number === null ? '等待输入密码 · Waiting' : asked.prompt.zh + ' · ' + asked.prompt.en;
  at('amount').textContent = number === null ? '' : asked.amount;
  at('card').textContent = number === null ? '' : asked.maskedPan;
  if (number === null) return;
  const digit = (place) => key(String(asked.layout[place]), () => press(place));
  [0, 1, 2, 3, 4, 5, 6, 7, 8].forEach(digit);
  key('清除 Clear', () => press(null), 'wide');
  digit(9);
  key('确认 OK', () => send(places.length === 0 ? { end: 'bypassed' } : { places }), 'wide').id = 'ok';
  key('取消 Cancel', () => send({ end: 'cancelled' }), 'wide').id = 'cancel';
}

function key(words, action, kind = '') {
  const button = document.createElement('button');
  button.textContent = words;
  button.className = kind;
  button.addEventListener('click', action);
  at('keys').append(button);
  return button;
}

function press(place) {
  places = place === null ? [] : [...places, place].slice(0, 12);
  at('dots').textContent = '●'.repeat(places.length);
}

async function send(entry) {
  await fetch('/pad/entry', { method: 'POST', headers, body: JSON.stringify({ number, ...entry }) });
  await look();
}

async function look() {
  const answer = await fetch('/pad/question', { headers }).catch(() => null);
  if (answer === null || !answer.ok) return draw({ number: null });
  const asked = await answer.json();
  if (asked.number !== number) draw(asked);
}

setInterval(look, 500);
`;
