/**
 * Networks of their own on this machine: a hub where the relay stands, and network namespaces joined to it, one for the
 * browser and one for the server, each with its own firewall. Needs Linux, root, `ip`, `nft` and `nsenter`.
 */

/** A place with one network address, joined to the hub. */
export interface Namespace {
  readonly address: string;
  /** What a command line must begin with to run there. */
  readonly enter: string[];
  /** From now on no UDP comes in or goes out, but to and from this port; null: none at all. */
  blockUdp(except: number | null): Promise<void>;
  /** From now on UDP only goes out to `shown`, which stands for `real` as behind a 1:1 NAT. */
  translate(shown: string, real: string): Promise<void>;
  /** UDP packets that were stopped since. */
  blocked(): Promise<number>;
}

export interface Hub extends AsyncDisposable {
  readonly address: string;
  open(): Promise<Namespace>;
}

async function run(...[program, ...args]: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`"${[program, ...args].join(" ")}": ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function found(program: string): boolean {
  const folders = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`.split(":");
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** What is missing to do this here, in one line; null when nothing is. */
export async function lacking(...programs: string[]): Promise<string | null> {
  if (Deno.build.os !== "linux") return "it needs Linux";
  const missing = [...programs, "ip", "nft", "nsenter"].filter((program) => !found(program));
  if (missing.length > 0) return `these programs are missing: ${missing.join(", ")}`;
  const name = `oac-try-${Deno.pid}`;
  try {
    await run("ip", "netns", "add", name);
    await run("ip", "netns", "delete", name);
    return null;
  } catch {
    return "network namespaces need root";
  }
}

export async function openHub(): Promise<Hub> {
  const tag = `oac${Deno.pid % 100_000}`;
  const net = `10.231.${Deno.pid % 250}`;
  const names: string[] = [];
  await run("ip", "link", "add", tag, "type", "bridge");
  await run("ip", "address", "add", `${net}.1/24`, "dev", tag);
  await run("ip", "link", "set", tag, "up");
  const open = async (): Promise<Namespace> => {
    const number = names.length + 2, name = `${tag}-${number}`, link = `${tag}p${number}`;
    names.push(name);
    const inside = ["nsenter", `--net=/run/netns/${name}`];
    await run("ip", "netns", "add", name);
    await run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name);
    await run("ip", "link", "set", link, "master", tag, "up");
    await run(...inside, "ip", "link", "set", "lo", "up");
    await run(...inside, "ip", "address", "add", `${net}.${number}/24`, "dev", "eth0");
    await run(...inside, "ip", "link", "set", "eth0", "up");
    const block = async (except: number | null) => {
      const rule = (side: string) =>
        `meta l4proto udp ${except ? `udp ${side} != ${except}` : ""} counter drop`;
      const chain = (hook: string, side: string) =>
        `chain ${hook} { type filter hook ${hook} priority 0; ${rule(side)}; }`;
      const rules = `table inet relay {\n${chain("output", "dport")}\n${chain("input", "sport")}\n}`;
      await run(...inside, "nft", `add table inet relay\ndelete table inet relay\n${rules}`);
    };
    return {
      address: `${net}.${number}`,
      enter: inside,
      blockUdp: block,
      async translate(shown, real) {
        const only =
          `type filter hook output priority -150; meta l4proto udp ip daddr != ${shown} counter drop;`;
        const instead = `type nat hook output priority -100; ip daddr ${shown} dnat to ${real};`;
        await run(...inside, "ip", "route", "add", shown, "dev", "eth0");
        await run(
          ...inside,
          "nft",
          `table ip relay {\nchain only { ${only} }\nchain instead { ${instead} }\n}`,
        );
      },
      async blocked() {
        const rules = await run(...inside, "nft", "list", "ruleset");
        return [...rules.matchAll(/counter packets (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
      },
    };
  };
  return {
    address: `${net}.1`,
    open,
    async [Symbol.asyncDispose]() {
      for (const name of names) await run("ip", "netns", "delete", name);
      await run("ip", "link", "delete", tag);
    },
  };
}
