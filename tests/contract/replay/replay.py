#!/usr/bin/env python3
"""Replay recorded control-plane behaviour of mtproto-proxy against an executable. See README.md."""
import argparse
import collections
import fnmatch
import json
import os
import re
import select
import shlex
import shutil
import signal
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import compare, life, runsh, sandbox, simple          # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER = {"life-client-idle": 0, "lifecycle": 1, "domain": 1}           # long ones first


def options():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--proxy", required=True, help="command line of the executable under test (may be several words)")
    p.add_argument("--run-sh", metavar="PATH", help="docker start script to test (area docker-run is skipped without it)")
    p.add_argument("--cases", nargs="+", required=True, metavar="FILE.json")
    p.add_argument("--area", help="only these areas, comma separated")
    p.add_argument("--id", metavar="GLOB", help="only cases whose id matches")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--slow-factor", type=float, default=1.0, help="multiplies every waiting limit (a JVM may need 2 or 3)")
    p.add_argument("--waive", metavar="FILE.json", help="{id: reason}: run and reported, not counted as failures; no patterns")
    p.add_argument("--not-yet", metavar="FILE", help="cases not asked for yet: lines of an area or case id (pattern) and a reason; one that fits no case is an error")
    p.add_argument("--notes", metavar="FILE.json", default=os.path.join(HERE, "replay-notes.json"), help="expectations not to be checked (default: beside this program)")
    p.add_argument("--build", metavar="NAME", help="also run cases recorded only for this build (GetPageSpeed, TelegramMessenger) and apply its variants")
    p.add_argument("--include-do-not-copy", action="store_true", help="also run cases marked as bugs of the reference")
    p.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="extra environment for the executable")
    p.add_argument("--network", choices=["auto", "private", "shared"], default="auto", help="private: a network namespace per case (needs root)")
    p.add_argument("--json", metavar="OUT", help="write the results as JSON")
    p.add_argument("--list", action="store_true", help="show what would be run or skipped, run nothing")
    p.add_argument("--progress", action="store_true", help="a line on stderr per finished case")
    o = p.parse_args()
    words = shlex.split(o.proxy)
    if not words:
        p.error("--proxy is empty")
    for i, w in enumerate(words):       # cases run in other directories
        if "/" in w and os.path.exists(w):
            words[i] = os.path.abspath(w)
    if "/" not in words[0] and not shutil.which(words[0]):
        p.error(f"--proxy: {words[0]} is not an executable in PATH")
    o.proxy = words
    if o.run_sh:
        o.run_sh = os.path.abspath(o.run_sh)
        if not os.path.isfile(o.run_sh):
            p.error(f"--run-sh: no file {o.run_sh}")
    o.extra_env = dict(x.split("=", 1) for x in o.env)
    possible = o.network != "shared" and os.geteuid() == 0 and sandbox.private_network_possible()
    if o.network == "private" and not possible:
        p.error("--network private: not permitted here")
    o.private_network = possible
    return o


def load(path, default=None):
    if default is not None and not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def matching(table, case_id):
    for key, value in table.items():
        if fnmatch.fnmatchcase(case_id, key):
            return value
    return None


# ---------------------------------------------------------------- which cases can run here
def fixed_ports(case):
    """Low or literal ports that a case binds: it then needs a network of its own."""
    text = json.dumps(case["argv"])
    found = re.findall(r'"-[Hp]", "(\d+)|"-[Hp](\d+)', text)
    if case["id"] in ("life-sigterm-during-startup", "life-sigint-during-startup", "life-sighup-during-startup", "life-domain-probe-ok"):
        found.append("443")
    return bool(found) or '"prefix": "3' in text


def outside_addresses(case):
    """Would the program look up or connect to anything that is not loopback? (Option values such as --nat-info are only parsed.)"""
    domains = [b for a, b in zip(case["argv"], case["argv"][1:]) if a == "-D"]
    text = json.dumps(case["files"]) + json.dumps(domains)
    return bool(re.search(r"(?<![\d.])(?!127\.)\d{1,3}(\.\d{1,3}){3}|2001:db8|fe80:|\.invalid", text))


def read_not_yet(path, cases):
    """{case id: reason} from a --not-yet file."""
    found = {}
    with open(path, encoding="utf-8") as f:
        lines = [(n, line.split(None, 1)) for n, line in enumerate(f, 1) if line.strip() and not line.startswith("#")]
    for n, words in lines:
        if len(words) != 2:
            sys.exit(f"replay.py: {path}:{n}: no reason given for {words[0]}")
        hits = [c["id"] for c in cases if c["area"] == words[0] or fnmatch.fnmatchcase(c["id"], words[0])]
        if not hits:
            sys.exit(f"replay.py: {path}:{n}: no case is called {words[0]}")
        for i in hits:
            found.setdefault(i, words[1].strip())
    return found


def note_for(case, o, notes):
    """The entry of replay-notes.json for this case; entries with 'builds' count only for those builds."""
    note = matching(notes, case["id"])
    if note and "builds" in note and not any(o.build and o.build.lower() in b.lower() for b in note["builds"]):
        return {}
    return note or {}


def why_skip(case, o, notes):
    if case.get("binary") and not (o.build and o.build.lower() in case["binary"].lower()):
        return "recorded only for another build"
    if case.get("do_not_copy") and not o.include_do_not_copy:
        return "do_not_copy"
    if note_for(case, o, notes).get("skip"):
        return "replay-notes.json"
    if case["area"] == "docker-run":
        return None if o.run_sh else "no --run-sh"
    root = os.geteuid() == 0
    if not root and (case.get("run_as") or case["area"] in ("user", "limits")):
        return "needs root"
    if case["id"] == "life-domain-probe-ok" and not shutil.which("openssl"):
        return "needs the openssl program"
    if not o.private_network and fixed_ports(case):
        return "fixed ports need a private network (root)"
    if not o.private_network and outside_addresses(case):
        return "non-loopback addresses need a private network (root)"
    return None


def expectation(case, o, notes):
    """'expect' of the case, with the chosen build's variant and without what replay-notes.json takes out."""
    e = json.loads(json.dumps(case["expect"]))
    for name, variant in (case.get("variants") or {}).items():
        if o.build and o.build.lower() in name.lower():
            if ("exit_code" in variant) != ("exit_code" in e):
                e = {}
            e.update(variant)
            e.pop("stdout_contains", None)          # not recorded for variants
    if o.build and not case.get("binary") and "stats" in e:
        e["stats"] = {k: v for k, v in e["stats"].items() if not k.startswith("secret_")}
    for key in compare.IGNORED_EXPECTATIONS:
        e.pop(key, None)
    for item in note_for(case, o, notes).get("drop", []):          # "key" or "key:item of that list or table"
        key, _, part = item.partition(":")
        if not part:
            e.pop(key, None)
        elif isinstance(e.get(key), dict):
            e[key].pop(part, None)
        elif isinstance(e.get(key), list):
            e[key] = [x for x in e[key] if x != part]
    return e


# ---------------------------------------------------------------- running
class OverTime(Exception):
    pass


def run_case(case, expect, o, slot, serial):
    """In a forked child: everything the case starts ends with it."""
    def give_up(signum, frame):
        raise OverTime()
    for n in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(n, give_up)
    started = time.monotonic()
    signal.alarm(int(60 + 60 * o.slow_factor))
    box = None
    try:
        box = sandbox.Sandbox(o, slot, serial)
        module = runsh if case["area"] == "docker-run" else life if "steps" in case else simple
        failures = module.run(box, case, expect)
    except OverTime:
        failures = ["gave up: the case did not come to an end"]
    except Exception:
        failures = ["runner error: " + " | ".join(traceback.format_exc().strip().splitlines()[-3:])]
    signal.alarm(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if box:
        box.close()
    return {"id": case["id"], "area": case["area"], "failures": failures, "seconds": round(time.monotonic() - started, 2)}


def run_all(work, o):
    """work: list of (case, expect). At most o.jobs forked children at a time; results by case id."""
    todo = collections.deque(sorted(work, key=lambda w: ORDER.get(w[0]["id"], ORDER.get(w[0]["area"], 2))))
    free, active, results, serial = list(range(o.jobs)), {}, {}, 0
    try:
        while todo or active:
            while todo and free:
                case, expect = todo.popleft()
                slot, serial = free.pop(0), serial + 1
                r, w = os.pipe()
                sys.stdout.flush()
                pid = os.fork()
                if pid == 0:
                    try:
                        os.setpgid(0, 0)
                        os.close(r)
                        data = json.dumps(run_case(case, expect, o, slot, serial)).encode()
                        while data:
                            data = data[os.write(w, data):]
                    finally:
                        os._exit(0)
                os.close(w)
                active[r] = (pid, slot, case, [], time.monotonic() + 90 + 70 * o.slow_factor)
            for r in select.select(list(active), [], [], 1.0)[0]:
                pid, slot, case, parts, _ = active[r]
                part = os.read(r, 65536)
                if part:
                    parts.append(part)
                    continue
                os.close(r)
                os.waitpid(pid, 0)
                del active[r]
                free.append(slot)
                try:
                    result = json.loads(b"".join(parts))
                except ValueError:
                    result = {"id": case["id"], "area": case["area"], "failures": ["the runner's child died"], "seconds": 0}
                results[case["id"]] = result
                if o.progress:
                    print(f"{len(results)}/{len(work)} {'FAIL' if result['failures'] else 'ok'} {case['id']} {result['seconds']} s", file=sys.stderr, flush=True)
            for r, (pid, _, _, _, deadline) in list(active.items()):
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
    except KeyboardInterrupt:
        for pid, *_ in active.values():
            os.kill(pid, signal.SIGTERM)
        for pid, *_ in active.values():
            os.waitpid(pid, 0)
        raise SystemExit("interrupted")
    return results


def main():
    o = options()
    cases = every_case = [c for f in o.cases for c in load(f)]
    if o.area:
        areas = o.area.split(",")
        unknown = set(areas) - {c["area"] for c in cases}
        if unknown:
            raise SystemExit(f"unknown area: {', '.join(sorted(unknown))}")
        cases = [c for c in cases if c["area"] in areas]
    if o.id:
        cases = [c for c in cases if fnmatch.fnmatchcase(c["id"], o.id)]
    waivers = load(o.waive) if o.waive else {}
    for name in waivers:
        if set(name) & set("*?["):
            sys.exit(f"replay.py: {o.waive}: '{name}' is a pattern; name each waived case by its id")
    notes = load(o.notes, {})
    not_yet = read_not_yet(o.not_yet, every_case) if o.not_yet else {}
    skipped = {c["id"]: why_skip(c, o, notes) or (f"not yet asked for: {not_yet[c['id']]}" if c["id"] in not_yet else None) for c in cases}
    work = [(c, expectation(c, o, notes)) for c in cases if not skipped[c["id"]]]
    if o.list:
        for c in cases:
            print(f"{c['id']}\t{c['area']}\t{'skip: ' + skipped[c['id']] if skipped[c['id']] else 'run'}\t{c.get('note') or c.get('title')}")
        return 0
    started = time.monotonic()
    results = run_all(work, o)
    count, areas, out = collections.Counter(), collections.defaultdict(collections.Counter), []
    for c in cases:
        i, waiver = c["id"], matching(waivers, c["id"])
        if skipped[i]:
            status, r = "skipped", {"failures": [], "seconds": 0}
        else:
            r = results[i]
            status = "waived" if waiver is not None else "failed" if r["failures"] else "passed"
        count[status] += 1
        areas[c["area"]][status] += 1
        if status == "failed":
            print(f"FAIL {i}: {compare.shorten('; '.join(r['failures']), 400)}")
        if status == "waived":
            print(f"WAIVED {i} ({'differs: ' + compare.shorten('; '.join(r['failures']), 200) if r['failures'] else 'passes'}): {waiver}")
        out.append({"id": i, "area": c["area"], "status": status, "failures": r["failures"], "seconds": r["seconds"],
                    **({"skip_reason": skipped[i]} if skipped[i] else {}), **({"waiver": waiver} if status == "waived" else {})})
    useless = [x["id"] for x in out if x["status"] == "waived" and not x["failures"]]
    if useless:
        print(f"waivers that are not needed: {', '.join(useless)}")
    for why, n in collections.Counter(v for v in skipped.values() if v).most_common():
        print(f"skipped {n}: {why}")
    for a in sorted(areas):
        print(f"{a:18} " + ", ".join(f"{areas[a][k]} {k}" for k in ("passed", "failed", "waived", "skipped") if areas[a][k]))
    seconds = time.monotonic() - started
    if o.json:
        with open(o.json, "w", encoding="utf-8") as f:
            json.dump({"totals": {k: count[k] for k in ("passed", "failed", "waived", "skipped")}, "seconds": round(seconds, 1), "cases": out}, f, indent=1)
            f.write("\n")
    if o.progress:
        print(f"{seconds:.0f} s", file=sys.stderr)
    print(f"{count['passed']} passed, {count['failed']} failed, {count['waived']} waived, {count['skipped']} skipped")
    return 1 if count["failed"] or useless else 0


if __name__ == "__main__":
    sys.exit(main())
