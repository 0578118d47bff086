import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** A browser that can be started: its program, and the environment that it needs. */
export interface Chromium {
  readonly executablePath: string;
  readonly env: Record<string, string>;
  readonly source: 'given' | 'system' | 'npm';
}

const SYSTEM_PATHS: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/**
 * Flags for any browser of the tests. Nothing but this machine can be found, so that not even a background service of the
 * browser leaves it.
 */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  // Else a window behind another is drawn once a second, and each click in it waits for that.
  '--disable-frame-rate-limit',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
];

/**
 * Finds a Chromium: the one that CHROMIUM_PATH names, else one that the system has, else the one inside the npm package
 * `@sparticuz/chromium`, unpacked once. With ZHANGGUI_E2E_BROWSER=npm only the last is taken.
 * @throws Error when CHROMIUM_PATH names a file that does not exist.
 */
export async function findChromium(environment: NodeJS.ProcessEnv = process.env): Promise<Chromium> {
  const env = textsOf(environment);
  if (env.ZHANGGUI_E2E_BROWSER === 'npm') return npmChromium(env);
  const given = env.CHROMIUM_PATH;
  if (given !== undefined && given !== '') {
    if (!fs.existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, which does not exist`);
    return { executablePath: given, env, source: 'given' };
  }
  const executablePath = SYSTEM_PATHS.find((file) => fs.existsSync(file));
  return executablePath === undefined ? npmChromium(env) : { executablePath, env, source: 'system' };
}

function textsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The package brings its own shared libraries and one font; both are used from the folder into which they are unpacked. */
async function npmChromium(env: Record<string, string>): Promise<Chromium> {
  const packageFolder = path.join(path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const name = `chromium-${version}`;
  const unpacked = [BESIDE_PACKAGES, ownCache()].map((cache) => path.join(cache, name)).find((at) => fs.existsSync(at));
  const folder = unpacked ?? path.join(writableCache(), name);
  if (unpacked === undefined) await unpack(path.join(packageFolder, 'bin'), folder);
  return {
    executablePath: path.join(folder, 'chromium'),
    source: 'npm',
    env: {
      ...env,
      LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: path.join(folder, FONTS_CONF),
    },
  };
}

const BESIDE_PACKAGES = path.resolve(import.meta.dirname, '../../node_modules/.cache');
const FONTS_CONF = 'zhanggui-fonts.conf';

/** For an account that may not write beside the packages. */
function ownCache(): string {
  return path.join(os.tmpdir(), `zhanggui-cache-${process.getuid?.() ?? 0}`);
}

function writableCache(): string {
  try {
    fs.mkdirSync(BESIDE_PACKAGES, { recursive: true });
    fs.accessSync(BESIDE_PACKAGES, fs.constants.W_OK);
    return BESIDE_PACKAGES;
  } catch {
    fs.mkdirSync(ownCache(), { recursive: true, mode: 0o700 });
    return ownCache();
  }
}

/** Unpacks under another name and renames at the end, so that an interrupted run leaves nothing that looks complete. */
async function unpack(bin: string, folder: string): Promise<void> {
  const unfinished = fs.mkdtempSync(`${folder}-`);
  const before = process.env.TMPDIR;
  // The package unpacks into the folder for temporary files, whichever that is at the moment.
  process.env.TMPDIR = unfinished;
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    await chromium.executablePath(bin);
    await inflate(path.join(bin, 'al2023.tar.br'));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  fs.chmodSync(path.join(unfinished, 'chromium'), 0o755);
  fs.chmodSync(unfinished, 0o755);
  fs.writeFileSync(path.join(unfinished, FONTS_CONF), fontsConf(folder));
  try {
    fs.renameSync(unfinished, folder);
  } catch (error) {
    if (!fs.existsSync(folder)) throw error;
    // Another run was quicker.
    fs.rmSync(unfinished, { recursive: true });
  }
}

/** Without a single font that fontconfig knows, Chromium draws no text at all, not even in a web font. */
function fontsConf(folder: string): string {
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', path.join(folder, 'fonts')];
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    ...folders.map((name) => `  <dir>${name}</dir>`),
    `  <cachedir>${path.join(folder, 'fontcache')}</cachedir>`,
    '</fontconfig>',
    '',
  ].join('\n');
}
