import { definePreference } from './preference.ts';

/** What a cue says: a thing was taken, money came, look here, nothing found, refused. */
export type Cue = 'good' | 'paid' | 'attention' | 'not-found' | 'bad';

interface Tone {
  readonly hertz: number;
  readonly startMs: number;
  readonly durationMs: number;
}

/** The cues, told apart by melody and length so that they are understood without looking. */
export const CUES: Readonly<Record<Cue, readonly Tone[]>> = {
  good: [{ hertz: 880, startMs: 0, durationMs: 160 }],
  paid: [
    { hertz: 660, startMs: 0, durationMs: 110 },
    { hertz: 880, startMs: 110, durationMs: 110 },
    { hertz: 1320, startMs: 220, durationMs: 260 },
  ],
  attention: [
    { hertz: 587, startMs: 0, durationMs: 140 },
    { hertz: 587, startMs: 220, durationMs: 140 },
  ],
  'not-found': [
    { hertz: 330, startMs: 0, durationMs: 140 },
    { hertz: 247, startMs: 160, durationMs: 240 },
  ],
  bad: [{ hertz: 220, startMs: 0, durationMs: 350 }],
};

const VOLUME = 0.22;
const RAMP_S = 0.008;

/** Whether this device makes sounds. */
export const soundOn = definePreference('zg.sound', true);

let context: AudioContext | undefined;

/** Plays a cue, unless sound is off or the browser has not yet been touched and so forbids it. */
export function playCue(cue: Cue): void {
  if (!soundOn.get()) return;
  context ??= new AudioContext();
  if (context.state === 'suspended') context.resume();
  for (const tone of CUES[cue]) playTone(context, tone);
}

function playTone(audio: AudioContext, tone: Tone): void {
  const from = audio.currentTime + tone.startMs / 1000;
  const until = from + tone.durationMs / 1000;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = 'triangle';
  oscillator.frequency.value = tone.hertz;
  // A short ramp at both ends, or each tone starts and ends with a click.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(VOLUME, from + RAMP_S);
  gain.gain.setValueAtTime(VOLUME, until - RAMP_S);
  gain.gain.linearRampToValueAtTime(0, until);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(until);
}
