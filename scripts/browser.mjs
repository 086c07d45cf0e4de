/**
 * Finds a Chromium for the tests and never downloads one. The order is CHROME_PATH, an installed Chrome, Chromium or
 * Edge, the one in the package @sparticuz/chromium (Linux x64), unpacked once into node_modules/.cache.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { Failure, ROOT } from './install.mjs'

/**
 * @typedef {object} Browser
 * @property {string} executablePath
 * @property {string[]} args  launch arguments
 * @property {Record<string, string>} env  the whole environment to launch it with
 */

export const HOW_TO_GET_A_BROWSER =
  'No Chrome, Chromium or Edge was found: install one (on Debian: apt-get install chromium), or set CHROME_PATH to its executable.'

const UNPACKED = join(ROOT, 'node_modules', '.cache', 'chromium')

/** Lets Chromium give WebGPU where there is no GPU. */
export const ENABLE_WEBGPU = '--enable-unsafe-webgpu'

/**
 * Chromium's features that are off. The last list on the command line is the only one, so this has Playwright's too. The
 * last two make every new window load a page of the browser's own for the suggestions under its address bar, which takes
 * longer than Thinktab.
 */
export const FEATURES_OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
]

/** Flags for WebGPU on machines without a GPU (SwiftShader), and against the browser's own traffic and work. */
export const QUIET_WEBGPU = [
  ENABLE_WEBGPU,
  `--disable-features=${FEATURES_OFF.join(',')}`,
  '--disable-gpu-watchdog', // it ends a GPU process that is slow because the machine is busy
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

/** The carried browser ends a page that asks whether speech can be recognised on the device. */
const WITHOUT_SPEECH = '--disable-blink-features=OnDeviceWebSpeechAvailable'

/** Replaces the carried configuration, which names folders that only exist on AWS. */
const FONT_CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">.</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/**
 * @returns {Promise<Browser | undefined>}  undefined if there is none
 * @throws {Failure} if CHROME_PATH names something that cannot be run
 */
export async function findBrowser() {
  const args = process.getuid?.() === 0 ? [...QUIET_WEBGPU, '--no-sandbox'] : QUIET_WEBGPU
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const chosen = process.env.CHROME_PATH
  if (chosen && !isExecutable(chosen)) throw new Failure(`CHROME_PATH names ${chosen}, which cannot be run.`)
  const installed = chosen || usualPlaces().find(isExecutable)
  if (installed) return { executablePath: installed, args, env: environment }
  if (!(await unpackCarried())) return undefined
  return {
    executablePath: join(UNPACKED, 'chromium'),
    args: [...args, WITHOUT_SPEECH],
    env: {
      ...environment,
      FONTCONFIG_PATH: join(UNPACKED, 'fonts'),
      LD_LIBRARY_PATH: [join(UNPACKED, 'al2023', 'lib'), environment.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
    },
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The usual places of Chrome, Chromium and Edge. */
function usualPlaces() {
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `${name}.app/Contents/MacOS/${name}`)
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) => apps.map((app) => join(folder, app)))
  }
  if (process.platform === 'win32') {
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe']
    const folders = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    return folders.flatMap((folder) =>
      folder ? [...programs, 'Microsoft\\Edge\\Application\\msedge.exe'].map((program) => join(folder, program)) : [],
    )
  }
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge-stable']
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/bin', '/snap/bin']
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}

/** Unpacks @sparticuz/chromium beside itself and renames when complete. @returns {Promise<boolean>} whether it is there */
async function unpackCarried() {
  if (existsSync(UNPACKED)) return true
  const carried = join(ROOT, 'node_modules', '@sparticuz', 'chromium')
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(carried)) return false
  const partial = `${UNPACKED}.${String(process.pid)}`
  await mkdir(partial, { recursive: true })
  try {
    // A separate process, because the package reads the environment when imported and then changes it. It reads the
    // target (TMPDIR) and whether to unpack libraries that a bare Linux lacks (the two AWS names).
    await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', "await (await import('@sparticuz/chromium')).default.executablePath()"],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          TMPDIR: partial,
          AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
          AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x',
        },
      },
    )
    await writeFile(join(partial, 'fonts', 'fonts.conf'), FONT_CONFIGURATION)
    await rename(partial, UNPACKED)
  } catch (error) {
    // Another process may have been first; anything else is a real failure.
    if (!existsSync(UNPACKED))
      throw new Failure('The browser in @sparticuz/chromium could not be unpacked.', { cause: error })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return true
}
