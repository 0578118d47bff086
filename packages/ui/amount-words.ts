const DIGITS = '零一二三四五六七八九';
const PLACES = ['', '十', '百', '千'];
const GROUPS = ['', '万', '亿', '万亿'];

const ONES = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen',
  'sixteen seventeen eighteen nineteen',
]
  .join(' ')
  .split(' ');
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion'];

/**
 * An amount of yuan as a person says it in Chinese: 1005 fen → 十元零五分, 200 → 两元, 6220 → 六十二元二角.
 * @param minor whole fen, not negative.
 * @throws RangeError when it is not.
 */
export function amountInChinese(minor: number): string {
  const fen = checked(minor);
  const yuan = Math.floor(fen / 100);
  const jiao = Math.floor((fen % 100) / 10);
  const rest = fen % 10;
  if (fen === 0) return '零元';
  const parts: string[] = [];
  if (yuan > 0) parts.push(`${spokenChinese(yuan)}元`);
  if (jiao > 0) parts.push(`${jiao === 2 && yuan === 0 ? '两' : DIGITS[jiao]}角`);
  if (rest > 0) parts.push(`${yuan > 0 && jiao === 0 ? '零' : ''}${rest === 2 && fen === 2 ? '两' : DIGITS[rest]}分`);
  return parts.join('');
}

/**
 * An amount of yuan as a person says it in English: 1005 fen → ten yuan and five fen; 6220 → sixty-two yuan twenty.
 * @param minor whole fen, not negative.
 * @throws RangeError when it is not.
 */
export function amountInEnglish(minor: number): string {
  const fen = checked(minor);
  const yuan = Math.floor(fen / 100);
  const rest = fen % 100;
  if (rest === 0) return `${spokenEnglish(yuan)} yuan`;
  if (yuan === 0) return `${spokenEnglish(rest)} fen`;
  return rest < 10
    ? `${spokenEnglish(yuan)} yuan and ${spokenEnglish(rest)} fen`
    : `${spokenEnglish(yuan)} yuan ${spokenEnglish(rest)}`;
}

function checked(minor: number): number {
  if (!Number.isSafeInteger(minor) || minor < 0) throw new RangeError('only a whole, positive amount can be said');
  return minor;
}

/** A whole number above zero. 2 alone, and 2 before 百, 千, 万, 亿 at the front, is 两; 10 to 19 drop their 一. */
function spokenChinese(value: number): string {
  if (value === 2) return '两';
  const groups: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 10_000)) groups.push(rest % 10_000);
  let words = '';
  let gap = false;
  for (let index = groups.length - 1; index >= 0; index -= 1) {
    const group = groups[index] ?? 0;
    if (group === 0) {
      gap = true;
      continue;
    }
    if (words !== '' && (gap || group < 1000)) words += '零';
    words += (group === 2 && index > 0 ? '两' : fourDigits(group)) + (GROUPS[index] ?? '');
    gap = false;
  }
  return words.replace(/^一十/, '十').replace(/^二(?=[百千])/, '两');
}

function fourDigits(group: number): string {
  let words = '';
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) {
      gap = words !== '';
      continue;
    }
    if (gap) words += '零';
    words += (DIGITS[digit] ?? '') + (PLACES[place] ?? '');
    gap = false;
  }
  return words;
}

function spokenEnglish(value: number): string {
  if (value === 0) return 'zero';
  const groups: string[] = [];
  for (let rest = value, scale = 0; rest > 0; rest = Math.floor(rest / 1000), scale += 1) {
    const group = rest % 1000;
    if (group > 0) groups.unshift(`${belowThousand(group)}${SCALES[scale] ?? ''}`);
  }
  return groups.join(' ');
}

function belowThousand(value: number): string {
  if (value >= 100) {
    const rest = value % 100;
    return `${ONES[Math.floor(value / 100)]} hundred${rest > 0 ? ` and ${belowThousand(rest)}` : ''}`;
  }
  if (value < 20) return ONES[value] ?? '';
  const one = value % 10;
  return `${TENS[Math.floor(value / 10)]}${one > 0 ? `-${ONES[one]}` : ''}`;
}
