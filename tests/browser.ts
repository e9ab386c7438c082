/** A real headless Chromium for tests and benchmarks. */
import { type Browser, chromium } from "npm:playwright-core@1.65.1";

export interface BrowserOptions {
  /** A WAV file that is heard as the microphone, once; silence follows it. Without one the microphone beeps. */
  microphone?: string;
  /** Grant the microphone without asking (the default), or leave the permission to the test. */
  grant?: boolean;
  /** More command line flags. */
  args?: string[];
  /** What the command line begins with: runs the browser elsewhere, see `namespaces.ts`. */
  enter?: string[];
}

/** WebGL by the processor, for `args`: a machine without a graphics card has it too. */
export const SOFTWARE_GL = [
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];

export interface TestBrowser extends AsyncDisposable {
  browser: Browser;
  /** Which program it is. */
  executable: string;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The first installed Chromium on PATH; null if there is none. */
function installed(): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of NAMES) {
      const path = `${folder}/${name}`;
      try {
        if (Deno.statSync(path).isFile) return path;
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

/** The package carries a Chromium for Linux that needs no system libraries; unpacked at the first use. */
async function carried(): Promise<{ executable: string; args: string[] }> {
  const { default: packed } = await import("npm:@sparticuz/chromium@153.0.0");
  return { executable: await packed.executablePath(), args: packed.args };
}

/** A script that starts the browser elsewhere; the driver wants a single file. */
async function wrapped(executable: string, enter: readonly string[]): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "oac-browser-" });
  await Deno.writeTextFile(path, `#!/bin/sh\nexec ${enter.join(" ")} ${executable} "$@"\n`);
  await Deno.chmod(path, 0o755);
  return path;
}

/**
 * Starts Chromium with a fresh profile, which is removed with it, and with a microphone made from a file.
 *
 * @throws {Error} if no Chromium is installed and the packaged one does not start.
 */
export async function launchBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const found = Deno.env.get("TEST_PACKED_CHROMIUM") ? null : installed();
  const { executable, args } = found ? { executable: found, args: [] } : await carried();
  const script = options.enter ? await wrapped(executable, options.enter) : null;
  // Playwright makes the profile's folder itself and removes it when the browser closes.
  const browser = await chromium.launch({
    executablePath: script ?? executable,
    headless: true,
    args: [
      ...args,
      "--no-sandbox",
      "--disable-gpu",
      "--use-fake-device-for-media-stream",
      ...(options.grant ?? true ? ["--use-fake-ui-for-media-stream"] : []),
      ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}%noloop`] : []),
      // On a machine without any network a page would find no address of its own.
      "--allow-loopback-in-peer-connection",
      "--autoplay-policy=no-user-gesture-required",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(options.args ?? []),
    ],
  });
  return {
    browser,
    executable,
    async [Symbol.asyncDispose]() {
      await browser.close();
      if (script) await Deno.remove(script);
    },
  };
}
